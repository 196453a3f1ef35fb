"""Passing a message on: to which circle, with which words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comvir.people.models import Community


class Passing(forms.Form):
    """One of one's other circles, and a word to it. What is said of the word is said by the act."""

    circle = forms.ChoiceField(
        label=_("Which of your circles should know?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a circle."), "invalid_choice": _("Choose a circle.")},
    )
    text = forms.CharField(
        label=_("A word to them"),
        required=False,
        help_text=_("Why it matters to them, or what you know of it yourself."),
        widget=forms.Textarea(attrs={"rows": 3, "cols": None, "dir": "auto"}),
    )

    def __init__(self, *args: Any, circles: Sequence[Community], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._circles = {circle.slug: circle for circle in circles}
        self.fields["circle"].choices = [(circle.slug, circle.name) for circle in circles]  # type: ignore[attr-defined]

    def chosen(self) -> Community:
        """The circle chosen, of a form that was filled in well."""
        return self._circles[self.cleaned_data["circle"]]
