"""Readers: each goes through the journal at its own pace and keeps a bookmark.

A reader must be idempotent and indifferent to order, since old deeds arrive late by import.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from comvir.journal.models import Addressee, Bookmark, Deed
from comvir.lib import clock
from comvir.lib.prepared import Change, prepared, prepared_change

BATCH = 500


@dataclass(frozen=True)
class Reader:
    """`read` takes deeds in, in order of id; `forget` drops all it ever learnt, before a re-reading.

    While it says that it is `idle`, that nothing it could read would matter to anybody now, its bookmark is left where
    it is for a batch, since moving it is a commit.
    """

    name: str
    read: Callable[[Sequence[Deed]], None]
    forget: Callable[[], None]
    idle: Callable[[], bool] | None = None


def hold(reader: Reader) -> None:
    """Let nobody else read for this reader until the transaction ends.

    For who records a deed and reads on in one transaction: the bookmark before the journal, or somebody who has the
    bookmark already may be waiting for what waits for the journal, all three for ever.
    """
    Bookmark.objects.select_for_update(no_key=True).get_or_create(reader=reader.name)


def catch_up(reader: Reader, batch: int = BATCH, *, most: int | None = None) -> int:
    """Read on from the bookmark to the end; returns how many deeds were read.

    With more than `most` to read nothing is: somebody waits, and an archive takes its time. What a batch taught
    and the bookmark behind it are one transaction: a reader killed in the middle begins the batch again.
    """
    read = 0
    if most is not None and _is_far_behind(reader, most):
        return 0
    while True:
        # Looking costs nothing; an empty transaction would take the write lock each time.
        if not _has_news(reader):
            return read
        with transaction.atomic():
            bookmark, _ = Bookmark.objects.select_for_update(no_key=True).get_or_create(reader=reader.name)
            deeds = deeds_after(bookmark.at, batch)
            if not deeds:  # another process read them in between
                return read
            reader.read(deeds)
            _move(reader.name, deeds[-1].pk, clock.now())
        read += len(deeds)


def rewind(reader: Reader) -> None:
    """Forget all the reader learnt and put its bookmark back to the beginning."""
    with transaction.atomic():
        reader.forget()
        Bookmark.objects.update_or_create(reader=reader.name, defaults={"at": 0})


def has_little_news(readers: Sequence[Reader]) -> bool:
    """Whether there is something for any of these to read, and for none of them more than a batch."""
    return any(map(_has_news, readers)) and all(latest() - _place(reader) <= BATCH for reader in readers)


def behind(reader: Reader) -> int:
    """How many deeds the reader has not read yet."""
    return _after(_place(reader)).count()


def latest() -> int:
    """The id of the newest deed, 0 in an empty journal: where a page that is rendered now stands."""
    return next(iter(_newest()), 0)


def deeds_after(at: int, limit: int = BATCH) -> list[Deed]:
    """Deeds written after this one, oldest first, whoever may see them: for readers and the live tail."""
    return _next(at, limit=limit)


def addressees_of(deeds: Sequence[Deed]) -> dict[int, frozenset[int]]:
    """The ids of the persons each deed names, by deed id; one query for all."""
    named: dict[int, set[int]] = {deed.pk: set() for deed in deeds}
    for deed, person in _named_by([deed.pk for deed in deeds]):
        named[deed].add(person)
    return {deed: frozenset(persons) for deed, persons in named.items()}


def names(person: int) -> Q:
    """The condition on Deed that it names this person."""
    return Q(pk__in=Addressee.objects.filter(person_id=person).values("deed"))


@prepared
def _newest() -> QuerySet[Deed, int]:
    return Deed.objects.order_by("-pk").values_list("pk", flat=True)[:1]


def _is_far_behind(reader: Reader, most: int) -> bool:
    place = _place(reader)
    # Ids may have holes: only a great difference has to be counted.
    return latest() - place > most and _after(place).values_list("pk")[most : most + 1].exists()


def _has_news(reader: Reader) -> bool:
    place, newest = _place(reader), latest()
    if newest <= place or newest - place > BATCH:
        return newest > place
    return reader.idle is None or not reader.idle()


def _place(reader: Reader) -> int:
    return next(iter(_bookmark(reader.name)), 0)


@prepared
def _bookmark(reader: str) -> QuerySet[Bookmark, int]:
    return Bookmark.objects.filter(reader=reader).values_list("at", flat=True)


@prepared_change
def _move(reader: str, at: int, now: datetime) -> Change:
    return Bookmark.objects.filter(reader=reader), {"at": at, "moved_at": now}


@prepared
def _next(at: int, *, limit: int) -> QuerySet[Deed]:
    return _after(at)[:limit]


@prepared
def _named_by(deeds: Sequence[int]) -> QuerySet[Addressee, tuple[int, int]]:
    return Addressee.objects.filter(deed__in=deeds).values_list("deed_id", "person_id")


def _after(at: int) -> QuerySet[Deed]:
    return Deed.objects.filter(pk__gt=at).order_by("pk")
