"""Opening a circle, changing it, writing its charter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comvir.people.models import JoinMode, Theme, Visibility
from comvir.web.forms import Line, Sentence, Words


@dataclass(frozen=True)
class Door:
    """One answer to “who can come in?”: what it is called, and what it means for the circle."""

    icon: str
    words: Sentence
    hint: Sentence
    join_mode: JoinMode
    visibility: Visibility


DOORS = {
    "link": Door(
        "link", _("Whoever has the link"), _("The simplest way to begin"), JoinMode.INVITATION, Visibility.LISTED
    ),
    "asks": Door(
        "user-round-plus",
        _("Whoever asks; a steward answers"),
        _("You read a few words from each person first"),
        JoinMode.REQUEST,
        Visibility.LISTED,
    ),
    "open": Door(
        "door-open", _("Anyone may come in"), _("Only members read what is said"), JoinMode.OPEN, Visibility.LISTED
    ),
    "public": Door(
        "globe",
        _("Everyone can read, one asks to write"),
        _("What is said can be read without an account"),
        JoinMode.REQUEST,
        Visibility.PUBLIC,
    ),
    "hidden": Door(
        "eye-off",
        _("Nobody outside knows it exists"),
        _("Only by a link a member gives. What we suggest for supporting one another"),
        JoinMode.INVITATION,
        Visibility.HIDDEN,
    ),
}
RHYTHMS = (_("Every Sunday at 3 pm"), _("Every week"), _("Once a month"), _("We’ll see"))


class OpenCircle(forms.Form):
    """The four questions."""

    theme = forms.ChoiceField(
        label=_("About what?"),
        choices=Theme.choices,
        initial=Theme.OUTINGS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the six."), "invalid_choice": _("Choose one of the six.")},
    )
    name = Line(label=_("How is it called?"), most=80, missing=_("The name is missing."), autocomplete="off")
    place = Line(label=_("Place"), most=120)
    rhythm = Line(label=_("Rhythm"), most=120, list="rhythms", autocomplete="off")
    door = forms.ChoiceField(
        label=_("Who can come in?"),
        choices=[(value, door.words) for value, door in DOORS.items()],
        initial="link",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who can come in."), "invalid_choice": _("Choose who can come in.")},
    )

    def doors(self) -> list[tuple[Any, Door]]:
        """The choices of the fourth question, each with its picture and its hint."""
        return [(choice, DOORS[str(choice.data["value"])]) for choice in self["door"]]

    @property
    def chosen_theme(self) -> str:
        """The theme to show in the preview."""
        value = self["theme"].value()
        return value if value in Theme.values else Theme.OUTINGS.value

    def answers(self) -> dict[str, Any]:
        """What the act is told."""
        said = self.cleaned_data
        door = DOORS[said["door"]]
        return {
            **{field: said[field] for field in ("theme", "name", "place", "rhythm")},
            "join_mode": door.join_mode,
            "visibility": door.visibility,
        }


class CircleSettings(forms.Form):
    name = Line(label=_("Name"), most=80, missing=_("The name is missing."))
    summary = Line(label=_("In one or two sentences"), most=300)
    place = Line(label=_("Place"), most=120)
    rhythm = Line(label=_("Rhythm"), most=120, list="rhythms", autocomplete="off")
    visibility = forms.ChoiceField(label=_("Who knows of it?"), choices=Visibility.choices, widget=forms.RadioSelect)
    join_mode = forms.ChoiceField(label=_("Who can come in?"), choices=JoinMode.choices, widget=forms.RadioSelect)
    questions = Words(label=_("What do you ask who wants to come in?"), most=1000, rows=3)


class CharterText(forms.Form):
    text = Words(label=_("The charter"), most=10000, missing=_("The text is missing."), rows=12)
