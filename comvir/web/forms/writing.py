"""Writing: a title and a text. What cannot be taken is said by the act, so that every door says it alike."""

from django import forms
from django.utils.translation import gettext_lazy as _


class Wording(forms.Form):
    """The words of a message."""

    text = forms.CharField(
        label=_("Your message"), required=False, widget=forms.Textarea(attrs={"rows": 6, "cols": None, "dir": "auto"})
    )


class Writing(Wording):
    """A message that opens a thread."""

    title = forms.CharField(
        label=_("Title"),
        required=False,
        help_text=_("If it needs one: otherwise the first words will do."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )

    field_order = ("title", "text")
