"""What each database does for the search."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from comvir.conversation.search.entry import Entry
from comvir.conversation.search.question import Question

# Ranking looks at so many of the newest messages found: all of a common word's would take seconds.
RANKED = 5000


@dataclass(frozen=True)
class Bounds:
    """Where to look. `where`, `months` and `authors` are marks: of each that is not empty a message must have one.

    `before` is a message id, or None.
    """

    where: tuple[str, ...]
    months: tuple[str, ...]
    authors: tuple[str, ...]
    before: int | None
    limit: int


class Backend(Protocol):
    """Each method is one or two statements. `recent` and `ranked` give ids of messages, whoever may read them."""

    def add(self, entries: Sequence[Entry]) -> None: ...

    def drop(self, messages: Sequence[int]) -> None: ...

    def recent(self, question: Question, bounds: Bounds) -> list[int]: ...

    def ranked(self, question: Question, bounds: Bounds) -> list[int]: ...
