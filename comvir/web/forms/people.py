"""Choosing people: a role for one, company for a huddle."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from comvir.people.models import Person, Role
from comvir.web.forms import Line

ROLES = [
    (Role.MEMBER.value, _("Member")),
    (Role.STEWARD.value, _("Steward")),
]
_GONE = _("Somebody you chose has left the circle. Choose again.")


class NewRole(forms.Form):
    role = forms.ChoiceField(
        label=_("Their role"),
        choices=ROLES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a role."), "invalid_choice": _("Choose a role.")},
    )


class Company(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several of the people offered. A number no database can hold is nobody, like any other unknown one."""

    def clean(self, value: Any) -> QuerySet[Person]:
        try:
            return super().clean(value)
        except OverflowError:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from None


class NewHuddle(forms.Form):
    name = Line(label=_("A name for the huddle"), most=80, missing=_("The name is missing."), autocomplete="off")
    others = Company(
        label=_("With whom?"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _GONE, "invalid_pk_value": _GONE},
    )

    def __init__(self, data: Any = None, *, choices: QuerySet[Person]) -> None:
        super().__init__(data)
        self.fields["others"].queryset = choices  # type: ignore[attr-defined]


class OneMore(forms.Form):
    """Somebody to bring into a huddle."""

    person: forms.ModelChoiceField[Person] = forms.ModelChoiceField(
        label=_("Who?"),
        queryset=None,
        to_field_name="handle",
        empty_label=None,
        error_messages={"required": _("Choose somebody."), "invalid_choice": _GONE},
    )

    def __init__(self, data: Any = None, *, choices: QuerySet[Person]) -> None:
        super().__init__(data)
        self.fields["person"].queryset = choices  # type: ignore[attr-defined]
