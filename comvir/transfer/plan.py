"""What an import will do, worked out before anything is written: each mail has its thread and its place in it.

The plan is made from all the mails there are, those in the house and those in the archive, so it is the same
whether they came at once, in pieces, or after an interruption.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from comvir.lib.archive.threads import Leaf, threads_of
from comvir.people.models import Community
from comvir.transfer.models import ArchivedMail


@dataclass(frozen=True, slots=True)
class Kept:
    """An imported message that is in the house: its id and its thread's."""

    leaf: Leaf
    message: int
    thread: int


@dataclass(slots=True)
class PlannedThread:
    """A conversation: its mails in order, and the thread of the house that is to hold it, None for a new one.

    `absorbed`: threads of the house whose other messages, those said here, come along or stay: all end up in this one.
    """

    leaves: list[Leaf]
    home: int | None
    absorbed: frozenset[int]


def kept_in(community: Community) -> dict[str, Kept]:
    """The imported messages of a community, by key."""
    rows = ArchivedMail.objects.filter(message__community=community).values_list(
        "message__source_uri",
        "mail_id",
        "references",
        "subject",
        "message__happened_at",
        "message_id",
        "message__thread_id",
    )
    return {
        key: Kept(Leaf(key, mail_id, tuple(references.split()), subject, at), message, thread)
        for uri, mail_id, references, subject, at, message, thread in rows.iterator(chunk_size=5000)
        if (key := uri or "")
    }


def dates_by_id(kept: Mapping[str, Kept]) -> dict[str, dict[datetime, str]]:
    """The dates and keys of the kept mails, by what names them: several mails may share a Message-ID."""
    dates: dict[str, dict[datetime, str]] = {}
    for key, one in kept.items():
        base = f"mid:{one.leaf.message_id}" if one.leaf.message_id else key.partition("#")[0]
        dates.setdefault(base, {})[one.leaf.date] = key
    return dates


def plan(kept: Mapping[str, Kept], new: Iterable[Leaf]) -> list[PlannedThread]:
    """The threads that change: those with new mails, and those in the house that turn out to be otherwise."""
    threads = threads_of([*(one.leaf for one in kept.values()), *new])
    homes, heirs = _homes(kept, threads)
    before = Counter(one.thread for one in kept.values())
    planned = []
    for number, leaves in enumerate(threads):
        inside = Counter(kept[leaf.key].thread for leaf in leaves if leaf.key in kept)
        home = homes.get(number)
        as_it_was = home is not None and inside == {home: before[home]} and len(leaves) == before[home]
        if not as_it_was:
            absorbed = frozenset(thread for thread in inside if heirs[thread] == number)
            planned.append(PlannedThread(leaves, home, absorbed))
    return planned


def _homes(kept: Mapping[str, Kept], threads: list[list[Leaf]]) -> tuple[dict[int, int], dict[int, int]]:
    """Which thread of the house each planned one takes over, and which planned one inherits each of the house."""
    homes: dict[int, int] = {}
    heirs: dict[int, int] = {}
    for number, leaves in enumerate(threads):
        for leaf in leaves:
            if leaf.key in kept:
                thread = kept[leaf.key].thread
                if thread not in heirs:
                    heirs[thread] = number
                    homes.setdefault(number, thread)
    return homes, heirs
