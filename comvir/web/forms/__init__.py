"""What people type, read kindly: sizes are checked here, and what was typed is always kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from django import forms
from django.utils.translation import gettext_lazy as _

from comvir.lib.refusals import Refusal

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Sentence: TypeAlias = "str | _StrPromise"


class Line(forms.CharField):
    """One line of at most `most` letters; `missing` is said when it is needed and empty."""

    def __init__(self, *, label: Sentence, most: int, missing: Sentence = "", **attrs: str) -> None:
        super().__init__(
            label=label,
            max_length=most,
            required=bool(missing),
            widget=forms.TextInput(attrs=attrs),
            error_messages={"required": missing, **_TOO_LONG},
        )


class Words(forms.CharField):
    """A text of at most `most` letters, a new line counting for one as it does in the browser."""

    def __init__(self, *, label: Sentence, most: int, missing: Sentence = "", rows: int = 4) -> None:
        super().__init__(
            label=label,
            max_length=most,
            required=bool(missing),
            widget=forms.Textarea(attrs={"rows": rows, "cols": None}),
            error_messages={"required": missing, **_TOO_LONG},
        )

    def to_python(self, value: Any) -> str | None:
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


_TOO_LONG: dict[str, Any] = {"max_length": _("This is too long: %(limit_value)d letters at most.")}


def tell(form: forms.Form, refusal: Refusal) -> int:
    """Put a refusal where the person looks: at its field, else over the form. Returns the status to answer with."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return refusal.status


def status_of(form: forms.Form) -> int:
    """200 for a form that asks, 400 for one that could not be taken as it was filled in."""
    return 400 if form.is_bound and form.errors else 200
