"""The reader that leaves notices: with those a deed names, those who follow, those who read what has turned since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Max

from comvir.journal.models import Addressee, Deed
from comvir.journal.reading import Reader, addressees_of
from comvir.journal.verbs import (
    ACCEPTED,
    ADDED_TO_HUDDLE,
    APPOINTED,
    ASKED_TO_JOIN,
    CORRECTED,
    DECLINED,
    DISPUTED,
    EDITED,
    GATHERED_HUDDLE,
    JOINED,
    MET,
    PASSED_ON,
    SAID,
    SAID_THEY_MET,
    SETTLED,
    UNMET,
    VOUCHED,
    WELCOMED,
)
from comvir.notifications.levels import Levels, levels_for, thread_of
from comvir.notifications.models import Level, Notice, Seen
from comvir.notifications.turns import knew, put_away, replace_older, turns_among
from comvir.people.sights import sights_of

# What deserves a line on somebody's Today. The rest is to be found where it happened.
WORTH_A_NOTICE = frozenset(
    {SAID, EDITED, CORRECTED, PASSED_ON, SETTLED, VOUCHED, DISPUTED}
    | {ASKED_TO_JOIN, ACCEPTED, DECLINED, JOINED, WELCOMED, APPOINTED, GATHERED_HUDDLE, ADDED_TO_HUDDLE}
    | {SAID_THEY_MET, MET, UNMET}
)
# What is told to those who follow a place.
NEWS = frozenset({SAID, PASSED_ON})
# An archive is read, not announced.
LATE = timedelta(days=1)
BATCH = 1000
MEETING = "people.meeting"

Told = dict[tuple[int, int], Notice]


@dataclass(frozen=True)
class _Turned:
    """A deed after which readers are told: who knew the message, and who wrote it."""

    deed: Deed
    persons: set[int]
    author: int


def read(deeds: Sequence[Deed]) -> None:
    """Leave each person a deed concerns one notice of it, however often the deed is read."""
    turned = [_Turned(deed, *knew(deed)) for deed in turns_among(deeds)]
    named = _named(deeds)
    levels = levels_for(deeds, {person for person, _deed, _as in named}.union(*(turn.persons for turn in turned)))
    told: Told = {}
    for turn in turned:
        _tell_readers(turn, levels, told)
    _tell_named(deeds, named, levels, told)
    _tell_followers(deeds, levels, told)
    Notice.objects.bulk_create(told.values(), ignore_conflicts=True, batch_size=BATCH)
    replace_older([turn.deed for turn in turned])
    _put_answered_away(deeds)


def forget() -> None:
    """Drop what still waits and can be made again; what was settled stays settled.

    Who had read what at the time is in no deed: notices of what turned stay.
    """
    Notice.objects.filter(settled_at=None).exclude(why=Notice.Why.TURNED).delete()


def _named(deeds: Sequence[Deed]) -> list[tuple[int, int, bool]]:
    worth = [deed.pk for deed in deeds if deed.verb in WORTH_A_NOTICE]
    return list(Addressee.objects.filter(deed__in=worth).values_list("person_id", "deed_id", "as_named"))


def _tell_readers(turn: _Turned, levels: Levels, told: Told) -> None:
    for person in _seeing(turn.deed, turn.persons, turn.author):
        if levels.of(person, turn.deed) != Level.SILENCE:
            told[person, turn.deed.pk] = Notice(person_id=person, deed=turn.deed, why=Notice.Why.TURNED)


def _seeing(deed: Deed, persons: set[int], author: int) -> Iterable[int]:
    """Of these persons, those who may see what the deed was done to. Who did it is not said: only the author counts."""
    to = addressees_of([deed])[deed.pk]
    for person, sight in sights_of(persons).items():
        if author not in sight.shut_out and deed.seen_with(replace(sight, shut_out=frozenset()), to):
            yield person


def _tell_named(deeds: Sequence[Deed], named: Iterable[tuple[int, int, bool]], levels: Levels, told: Told) -> None:
    by_id = {deed.pk: deed for deed in deeds}
    for person, pk, as_named in named:
        if levels.lets_through(person, by_id[pk], as_named):
            why = Notice.Why.NAMED if as_named else Notice.Why.ADDRESSED
            told.setdefault((person, pk), Notice(person_id=person, deed_id=pk, why=why))


def _tell_followers(deeds: Sequence[Deed], levels: Levels, told: Told) -> None:
    news = [deed for deed in deeds if deed.verb in NEWS and deed.recorded_at - deed.happened_at < LATE]
    followers = {deed.pk: levels.followers(deed) - {deed.actor_id} for deed in news}
    everyone = set().union(*followers.values())
    if not everyone:
        return
    sights, to, had = sights_of(everyone), addressees_of(news), _had(news)
    waiting: set[tuple[int, int]] = set()
    for deed in news:
        thread = thread_of(deed)
        for person in followers[deed.pk]:
            # Oldest first, so that of each thread the first deed not yet read is kept.
            if (person, deed.pk) in told or (person, thread) in waiting or had.has(person, deed):
                continue
            if deed.seen_with(sights[person], to[deed.pk]) and deed.actor_id not in sights[person].selves:
                waiting.add((person, thread))
                told[person, deed.pk] = Notice(
                    person_id=person, deed=deed, why=Notice.Why.FOLLOWED, thread_id=thread
                )  # fmt: skip


@dataclass(frozen=True)
class _Had:
    """Which news people have had already: how far they read each thread, and when they last put its news away."""

    read: dict[tuple[int, int], int]
    put_away: dict[tuple[int, int], datetime]

    def has(self, person: int, deed: Deed) -> bool:
        at = person, thread_of(deed)
        if deed.verb == SAID and self.read.get(at, 0) >= (deed.object_id or 0):
            return True
        return at in self.put_away and self.put_away[at] >= deed.recorded_at


def _had(news: Sequence[Deed]) -> _Had:
    threads = {thread_of(deed) for deed in news}
    since = min(deed.recorded_at for deed in news)
    seen = Seen.objects.filter(thread_id__in=threads).values_list("person_id", "thread_id", "message_id")
    away = Notice.objects.filter(why=Notice.Why.FOLLOWED, thread_id__in=threads, settled_at__gte=since)
    put_away = away.values_list("person_id", "thread_id").annotate(Max("settled_at"))
    return _Had(
        {(person, thread): message for person, thread, message in seen},
        {(person, thread): at for person, thread, at in put_away},
    )


def _put_answered_away(deeds: Sequence[Deed]) -> None:
    """Once two people have answered each other whether they met, the question waits no more."""
    for deed in deeds:
        if deed.verb in (MET, UNMET):
            asked = Notice.objects.filter(deed__object_type=MEETING, deed__object_id=deed.object_id)
            put_away(asked.filter(deed_id__lt=deed.pk))


notices = Reader("notifications.notices", read, forget)
