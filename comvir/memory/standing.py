"""What others know of a message, added up: the shapes every page, feed and notice reads.

The definitions are in docs/standing.md. Standing never says that something is true: it says
how many people who do not usually go together vouch for it, and how many dispute it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where a message stands. Without a word from anybody it is unverified."""

    UNVERIFIED = "unverified", _("Not yet verified")
    SEEN = "seen", _("Seen by some")
    CORROBORATED = "corroborated", _("Confirmed by independent people")
    DISPUTED = "disputed", _("Disputed")
    CONTESTED = "contested", _("Disputed: two accounts")
    CONTRADICTED = "contradicted", _("Contradicted")


@dataclass(frozen=True)
class Voice:
    """One person's word on a message. `credit` is in thousandths of a voice; 0 and not `counted` for one nobody backs.

    `ground` is the deed's: "" own eyes, "doc:site#hash" a document or link, "person:ID" told by somebody here,
    "hearsay" told by somebody else.
    """

    person: int
    stance: int
    ground: str
    at: datetime
    credit: int
    counted: bool


@dataclass(frozen=True)
class Standing:
    """Where one message stands after `deed`. Sums are in thousandths of an independent voice.

    `weighed` is False where fewer than five members are established: then only `confirm` and `dispute`, the plain
    counts, are to be shown, with the words “too few of us to weigh”, and the status is never above SEEN or DISPUTED.
    """

    message: int
    status: Status
    for_milli: int
    against_milli: int
    confirm: int
    dispute: int
    weighed: bool
    voices: tuple[Voice, ...]
    at: datetime
    deed: int


@dataclass(frozen=True)
class Turn:
    """A moment of a message's history: what a deed made of its standing. `verb` is the deed's."""

    deed: int
    message: int
    person: int
    verb: str
    ground: str
    at: datetime
    before: Status
    after: Status

    @property
    def turned(self) -> bool:
        """Whether readers are to be told: it became, or ceased to be, corroborated, disputed or contested."""
        return self.before != self.after and not {self.before, self.after} <= {Status.UNVERIFIED, Status.SEEN}
