"""The account an import gives: every mail of the archive is in exactly one of taken, known, twice and skipped."""

from dataclasses import dataclass, field
from datetime import datetime

NAMED_AT_MOST = 1000


@dataclass(frozen=True, slots=True)
class Odd:
    """One mail that was not simply taken: its number in the file from 1, its subject, and why."""

    number: int
    subject: str
    reason: str


@dataclass(slots=True)
class Report:
    """Counts of mails unless said otherwise. `odd` names the first thousand that were not simply taken."""

    read: int = 0
    taken: int = 0
    known: int = 0
    twice: int = 0
    skipped: int = 0
    threads: int = 0
    ghosts: int = 0
    attachments: int = 0
    redated: dict[str, int] = field(default_factory=dict)
    without_author: int = 0
    without_id: int = 0
    cut: int = 0
    preamble: int = 0
    first: datetime | None = None
    last: datetime | None = None
    odd: list[Odd] = field(default_factory=list)

    def note(self, number: int, subject: str, reason: str) -> None:
        """Remember why this mail was not simply taken."""
        if len(self.odd) < NAMED_AT_MOST:
            self.odd.append(Odd(number, subject[:120], reason))

    def balances(self) -> bool:
        """Whether every mail that was read is accounted for."""
        return self.read == self.taken + self.known + self.twice + self.skipped
