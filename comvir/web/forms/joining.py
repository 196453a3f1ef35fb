"""Asking to come in, and writing to the stewards."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comvir.conversation.models import MESSAGE_LIMIT
from comvir.lib.text import tidy
from comvir.web.forms import Words


class Answers(forms.Form):
    """One field a question of the circle; a circle that asks nothing gets a few words all the same."""

    def __init__(self, data: Any = None, *, questions: list[str]) -> None:
        super().__init__(data)
        self.questions = questions
        for number, question in enumerate(questions):
            self.fields[f"answer_{number}"] = Words(label=question, most=2000, rows=2)
        if not questions:
            self.fields["answers"] = Words(label=_("A few words for the stewards"), most=4000, rows=4)

    def in_one_text(self) -> str:
        """Questions and answers as the stewards read them; questions left aside are left out."""
        if not self.questions:
            return str(self.cleaned_data["answers"])
        pairs = [
            (question, tidy(self.cleaned_data[f"answer_{number}"])) for number, question in enumerate(self.questions)
        ]
        return "\n\n".join(f"{question}\n{answer}" for question, answer in pairs if answer)


class Letter(forms.Form):
    """A message in the private thread of a request."""

    text = Words(label=_("Write"), most=MESSAGE_LIMIT, missing=_("The message is empty."), rows=2)
