"""What somebody looks for: words, phrases in quotes, words to leave out, and filters."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from comvir.lib.text import tidy_line
from comvir.lib.words import WORD, forms

# More than this is no question any more: the rest is not looked at.
MOST_WORDS = 16
_PIECE = re.compile(r'(-?)(?:"([^"]*)"|«([^»]*)»|“([^”]*)”|(\S+))')

# One word as it may stand in the index, in one form or another; a phrase is several of them in a row.
Forms = tuple[str, ...]
Phrase = tuple[Forms, ...]


@dataclass(frozen=True)
class Question:
    """All of `wanted` and none of `unwanted`, within the filters. `among` is a set of message ids to choose from."""

    wanted: tuple[Phrase, ...] = ()
    unwanted: tuple[Phrase, ...] = ()
    kind: str = ""
    place: tuple[Phrase, ...] = ()
    person: int | None = None
    community: int | None = None
    since: date | None = None
    until: date | None = None
    among: Collection[int] | None = field(default=None)

    @property
    def asks_something(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self.wanted or self.kind or self.place or self.person or self.community or self.since or self.until)

    @property
    def highlights(self) -> frozenset[str]:
        """The forms to mark in what was found."""
        return frozenset(form for phrase in (*self.wanted, *self.place) for word in phrase for form in word)


def question_of(
    text: str,
    *,
    kind: str = "",
    place: str = "",
    person: int | None = None,
    community: int | None = None,
    since: date | None = None,
    until: date | None = None,
    among: Collection[int] | None = None,
) -> Question:
    """The question somebody typed. What has no letter or figure in it is left out."""
    wanted: list[Phrase] = []
    unwanted: list[Phrase] = []
    for piece in list(_PIECE.finditer(tidy_line(text)))[:MOST_WORDS]:
        phrase = _phrase(next((part for part in piece.groups()[1:] if part is not None), ""))
        if phrase:
            (unwanted if piece.group(1) else wanted).append(phrase)
    return Question(
        tuple(wanted), tuple(unwanted), kind, (_phrase(tidy_line(place)),) if _phrase(tidy_line(place)) else (),
        person, community, since, until, among,
    )  # fmt: skip


def _phrase(text: str) -> Phrase:
    return tuple(forms(word) for word in WORD.findall(text)[:MOST_WORDS])
