"""The fields behind “Add details”: what a message is and speaks of, a poll, when to say it. They come filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comvir.lib import clock
from comvir.lib.refusals import Refusal
from comvir.web.forms import Sentence
from comvir.web.forms.context import KINDS, SOURCES, UNTIL, WHEN, where_prefill

# Those that come filled in, and with what; the place depends on the circle.
PREFILL = {"kind": "", "when": "now", "until": "tomorrow", "source_kind": "eyes"}
_OTHERS = (
    "place", "latitude", "longitude", "seen_time", "seen_at", "until_at", "source_name", "source_url",
    "choices", "several", "closes_at", "due_at", "quotes",
)  # fmt: skip
_FRIDAY = 4


def _line(label: Sentence, hint: Sentence = "", typed: str = "text", **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", **attrs})
    widget.input_type = typed
    return forms.CharField(label=label, help_text=hint, required=False, widget=widget)


def _choice(label: Sentence, choices: Iterable[tuple[str, Sentence]]) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=forms.Select(choices=list(choices)))


def _hidden() -> forms.CharField:
    return forms.CharField(required=False, widget=forms.HiddenInput)


class Precise(forms.Form):
    """Takes anything: what cannot be is said by who reads it, and told here with `refuse`."""

    usual = _hidden()
    kind = forms.CharField(
        label=_("It is…"),  # FR: C’est…
        required=False,
        widget=forms.RadioSelect(choices=[(value, words) for value, _icon, words in KINDS]),
    )
    where = _choice(_("Where"), ())  # FR: Où
    place = _line(_("Which place?"), dir="auto")
    latitude = _hidden()
    longitude = _hidden()
    when = _choice(_("When"), WHEN)  # FR: Quand
    seen_time = _line(_("At what time?"), typed="time")
    seen_at = _line(_("On what day, at what time?"), typed="datetime-local")
    source_kind = _choice(_("How I know it"), SOURCES)  # FR: D’où je le sais
    source_name = _line(_("From whom, or from what?"), dir="auto")
    source_url = _line(_("Its address on the web"), inputmode="url", spellcheck="false")
    until = _choice(_("It holds until"), ())
    until_at = _line(_("Until when?"), typed="datetime-local")
    choices = forms.CharField(
        label=_("The answers to choose from, one on each line"),
        help_text=_("A poll decides something: a day, a place, a colour. It does not rank people."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "cols": None, "dir": "auto"}),
    )
    several = forms.BooleanField(label=_("One may choose several"), required=False)
    closes_at = _line(_("It closes"), _("Nothing here: it stays open until you close it."), typed="datetime-local")
    due_at = _line(_("Say it on"), typed="datetime-local")
    quotes = _hidden()

    def __init__(self, told: Mapping[str, Any] | None = None, *, usual: str, auto_id: str = "w-%s") -> None:
        self.place_name = usual
        self.told = dict(told or {})
        super().__init__({**prefill(usual), "usual": usual, **self.told}, auto_id=auto_id)
        self.fields["where"].widget.choices = self._places(usual)
        self.fields["until"].widget.choices = self._ends()

    @property
    def is_open(self) -> bool:
        """Whether there is something in it to see: what was told, or what is wrong with it."""
        told = {name: value for name, value in self.told.items() if name not in ("due_at", "quotes")}
        return bool(self.errors) or bool(changed(told, self.place_name))

    @property
    def asks(self) -> bool:
        """Whether a poll has been begun."""
        return any(name in self.errors or self.told.get(name) for name in ("choices", "closes_at"))

    @property
    def waits(self) -> bool:
        """Whether a moment to say it has been begun."""
        return "due_at" in self.errors or bool(self.told.get("due_at"))

    def kinds(self) -> list[tuple[Any, str, Sentence]]:
        """The kinds, each with its radio, picture and words."""
        return [(radio, icon, words) for radio, (_value, icon, words) in zip(self["kind"], KINDS, strict=True)]

    def refuse(self, refusal: Refusal) -> bool:
        """Put a refusal at its field; False when it is about none of these."""
        field = self._field_of(refusal.field or "")
        if field not in self.fields:
            return False
        self.add_error(field, str(refusal))
        return True

    def _field_of(self, field: str) -> str:
        if field == "content_reference_time":
            return {"today": "seen_time", "date": "seen_at"}.get(self.told.get("when", ""), "when")
        if field == "valid_until":
            return "until_at" if self.told.get("until") == "other" else "until"
        return field

    def _places(self, usual: str) -> list[tuple[str, Sentence]]:
        places: list[tuple[str, Sentence]] = [("usual", usual)] if usual else []
        if self.told.get("where") == "here":
            places.append(("here", _("Here, where I am")))  # FR: Ici, où je suis
        return [*places, ("other", _("Another place")), ("none", _("No particular place"))]  # FR: Un autre lieu

    def _ends(self) -> list[tuple[str, Sentence]]:
        # From Saturday on, Sunday evening is tomorrow's or today's already.
        offered = sunday_is_offered() or self.told.get("until") == "sunday"
        return [end for end in UNTIL if end[0] != "sunday" or offered]


def sunday_is_offered() -> bool:
    """Whether “Sunday evening” says something that today and tomorrow do not."""
    return timezone.localtime(clock.now()).weekday() <= _FRIDAY


def prefill(usual: str) -> dict[str, str]:
    """What the fields come filled with."""
    return {**PREFILL, "where": where_prefill(usual)}


def told_of(sent: QueryDict) -> dict[str, Any]:
    """The fields a form sent besides title and words, less those that are as they came; pictures as a list of ids."""
    told = {name: str(sent[name]) for name in ("usual", "where", *PREFILL, *_OTHERS) if name in sent}
    kept: dict[str, Any] = changed(told, told.get("usual", ""))
    if "picture" in sent:
        kept["picture"] = sent.getlist("picture")
    return kept


def shown_of(sent: QueryDict) -> dict[str, Any]:
    """All the fields a form sent, as they stood in it."""
    return {name: str(sent[name]) for name in ("where", *PREFILL, *_OTHERS) if name in sent}


def changed(told: Mapping[str, Any], usual: str) -> dict[str, Any]:
    """Of these fields those that say something else than they came with."""
    came = {**prefill(usual), "usual": told.get("usual")}
    return {name: value for name, value in told.items() if value not in ("", came.get(name))}
