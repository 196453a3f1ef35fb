"""What one looks for: words, and filters one need not touch. A GET form: its address can be kept and shared."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comvir.conversation.context import PLACE_LIMIT
from comvir.conversation.models import Kind
from comvir.memory.standing import Status
from comvir.people.access import Sight
from comvir.people.models import Community, Person
from comvir.web.forms import Line

LONGEST = 200


class Search(forms.Form):
    """`circles` are those one may choose from; `sight` who may be found as an author."""

    q = Line(label=_("What are you looking for?"), most=LONGEST, autocomplete="off", enterkeyhint="search", dir="auto")
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    standing = forms.ChoiceField(label=_("Checked"), required=False)
    circle = forms.ChoiceField(label=_("Circle"), required=False)
    person = Line(label=_("Said by"), most=100, autocomplete="off")
    place = Line(label=_("Place"), most=PLACE_LIMIT, autocomplete="off", dir="auto")
    since = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the day as 2026-06-07.")},
    )
    until = forms.DateField(
        label=_("To"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the day as 2026-06-07.")},
    )
    order = forms.ChoiceField(
        label=_("Order"), required=False, choices=[("", _("Newest first")), ("best", _("Best match first"))]
    )

    def __init__(self, data: Any, *, circles: Iterable[Community], sight: Sight) -> None:
        super().__init__(data)
        self._sight = sight
        anything = [("", _("All"))]
        self._choose("kind", [*anything, *Kind.choices])
        self._choose("standing", [*anything, *Status.choices[1:]])
        self._choose("circle", [*anything, *((circle.slug, circle.name) for circle in circles)])

    def clean_person(self) -> Person | None:
        """The person of that handle or name, of those one knows."""
        typed = (self.cleaned_data["person"] or "").strip().removeprefix("@")
        if not typed:
            return None
        known = Person.objects.visible_to(self._sight).filter(same_as=None)
        found = known.filter(handle=typed.lower()).first() or known.filter(name__iexact=typed).order_by("pk").first()
        if found is None:
            raise forms.ValidationError(_("Nobody you know here has that name."))
        return found

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", _("This day comes before the first one."))
        return cleaned

    @property
    def filters(self) -> list[forms.BoundField]:
        """The fields beside the words."""
        return [self[name] for name in self.fields if name != "q"]

    @property
    def narrows(self) -> bool:
        """Whether any filter is set: they are then shown open."""
        return any(field.value() for field in self.filters)

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
