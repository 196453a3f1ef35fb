"""Saying that one met somebody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comvir.people.models import Community


class Met(forms.Form):
    """Which day, and in which of the circles both belong to; a single one is not asked for."""

    on = forms.DateField(
        label=_("Which day"),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": _("The day is missing."),  # FR: Il manque le jour.
            "invalid": _("There is no such day. It is written as 2026-06-07."),
        },
    )
    circle = forms.ChoiceField(
        label=_("In which circle"),
        required=False,
        error_messages={"invalid_choice": _("Choose a circle you are both in.")},
    )

    def __init__(self, *args: Any, circles: Sequence[Community], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.circles = {community.slug: community for community in circles}
        if len(circles) < 2:
            del self.fields["circle"]
        else:
            choice = self.fields["circle"]
            assert isinstance(choice, forms.ChoiceField)
            choice.choices = [(community.slug, community.name) for community in circles]

    def community(self) -> Community:
        """The circle chosen; the first without a choice."""
        chosen = self.cleaned_data.get("circle")
        return self.circles[chosen] if chosen else next(iter(self.circles.values()))
