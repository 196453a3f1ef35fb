"""When one wants a mail with what one has not read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from comvir.notifications.models import Digest
from comvir.web.times import time_of_day

__all__ = ["WEEKDAYS", "DigestForm", "hour_of"]

MORNING = 8
_CHOOSE = _("Choose one of these.")


def hour_of(hour: int) -> str:
    """“8:00”, as the reader's language says it."""
    return time_of_day(datetime(2000, 1, 1, hour, tzinfo=UTC))


class DigestForm(forms.Form):
    """How often, and for a weekly mail on which day, counted from Monday; hours are those of one's own clock."""

    rhythm = forms.ChoiceField(
        label=_("How often"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("", _("Never")), (Digest.Rhythm.DAILY, _("Every day")), (Digest.Rhythm.WEEKLY, _("Once a week"))],
        error_messages={"invalid_choice": _CHOOSE},
    )
    weekday = forms.ChoiceField(
        label=_("On which day, if once a week"),
        required=False,
        choices=list(WEEKDAYS.items()),
        error_messages={"invalid_choice": _CHOOSE},
    )
    hour = forms.ChoiceField(
        label=_("From what time"),
        required=False,
        error_messages={"invalid_choice": _CHOOSE},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hours = self.fields["hour"]
        assert isinstance(hours, forms.ChoiceField)
        hours.choices = [(hour, hour_of(hour)) for hour in range(24)]

    def clean_weekday(self) -> int:
        return int(self.cleaned_data["weekday"] or 0)

    def clean_hour(self) -> int:
        return int(self.cleaned_data["hour"] or MORNING)
