"""Making a link that lets in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comvir.people.models import Invitation
from comvir.web.forms import Words

_USES = _("Between 1 and 25 people.")
_DAYS = _("Between 1 and 14 days.")


class NewLink(forms.Form):
    """A member's link opens once; a steward says for how many people and how long."""

    words = Words(label=_("A word to go with it"), most=500, rows=2)
    uses = forms.IntegerField(
        label=_("For how many people?"),
        initial=1,
        min_value=1,
        max_value=Invitation.MOST_USES,
        error_messages={"min_value": _USES, "max_value": _USES, "invalid": _USES, "required": _USES},
    )
    days = forms.IntegerField(
        label=_("For how many days?"),
        initial=Invitation.MOST_DAYS,
        min_value=1,
        max_value=Invitation.MOST_DAYS,
        error_messages={"min_value": _DAYS, "max_value": _DAYS, "invalid": _DAYS, "required": _DAYS},
    )

    def __init__(self, data: Any = None, *, is_steward: bool) -> None:
        super().__init__(data)
        if not is_steward:
            del self.fields["uses"], self.fields["days"]
