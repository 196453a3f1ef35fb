"""The tail: the one thread of a process that watches the journal grow."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Sequence

from django.db import close_old_connections, connection

from comvir.journal import bell
from comvir.journal.models import Deed
from comvir.journal.reading import Reader, addressees_of, catch_up, deeds_after, latest
from comvir.journal.verbs import CHANGE_SIGHT, CHANGE_STANDING, CHANGED
from comvir.web.live.events import Event, Topic, encode

POLL_SECONDS = 0.1
FAULT_SECONDS = 1.0
BATCH = 500

THREAD, MESSAGE, PERSON = "conversation.thread", "conversation.message", "people.person"

log = logging.getLogger("comvir.live")


class Tail(threading.Thread):
    """Asks the database every `poll` seconds, and at once when the bell rings, for deeds it has not seen.

    `publish` gets them in order of id, in this thread. Deeds that may change where a message stands come after the
    readers of `first` have read them: a page that is told of one must find what follows from it. One query a round
    without news, whoever is connected.
    """

    def __init__(
        self,
        publish: Callable[[Sequence[Event]], None],
        *,
        poll: float = POLL_SECONDS,
        first: Sequence[Reader] = (),
    ) -> None:
        super().__init__(name="tail", daemon=True)
        self.position = 0
        self.rounds = 0
        self.ready = threading.Event()
        self.looked_at = 0.0
        self._publish = publish
        self._first = first
        self._poll = poll
        self._bell = threading.Event()
        self._over = False

    def run(self) -> None:
        hush = bell.listen(self._bell.set)
        try:
            while not self._over:
                self._bell.wait(self._look())
                self._bell.clear()
        finally:
            hush()
            connection.close()

    def stop(self) -> None:
        """End the thread, and wait for it."""
        self._over = True
        self._bell.set()
        if self.is_alive():
            self.join()

    def _look(self) -> float:
        """One round; returns how long to wait before the next."""
        try:
            if not self.ready.is_set():
                self.position = latest()
                self.ready.set()
            while newest() > self.position:
                deeds = deeds_after(self.position, BATCH)
                if not deeds:
                    break
                if any(deed.verb in CHANGE_STANDING for deed in deeds):
                    self._let_read()
                self._publish(events_of(deeds))
                self.position = deeds[-1].pk
            self.rounds += 1
            self.looked_at = time.monotonic()
        except Exception:
            log.exception("the tail of the journal could not be read")
            close_old_connections()
            return FAULT_SECONDS
        return self._poll

    def _let_read(self) -> None:
        try:
            for reader in self._first:
                catch_up(reader)
        except Exception:
            # It is tried again with the others. Better a page that shows a standing late than none that hears of news.
            log.exception("a reader before the live pages failed")
            close_old_connections()


def newest() -> int:
    """The id of the newest deed, by the cheapest query there is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT MAX(id) FROM journal_deed")
        return int(cursor.fetchone()[0] or 0)


def events_of(deeds: Sequence[Deed]) -> list[Event]:
    """Each deed made ready to send; one query for the addressees of all."""
    to = addressees_of(deeds)
    return [event_of(deed, to[deed.pk]) for deed in deeds]


def event_of(deed: Deed, to: frozenset[int]) -> Event:
    """One deed and the ids of those it is addressed to, made ready to send."""
    thread = thread_of(deed)
    return Event(
        id=deed.pk,
        topics=topics_of(deed, to),
        body=encode(
            deed.pk,
            "deed",
            {
                "verb": deed.verb,
                "thread": thread,
                "message": deed.object_id if deed.object_type == MESSAGE else None,
                "community": deed.community_id,
                "huddle": deed.huddle_id,
            },
        ),
        covered=lambda sight: bool(deed.seen_with(sight, to)),
        changes_people=_whose_sight(deed, to),
        changes_community=deed.community_id if deed.verb == CHANGED else None,
    )


def thread_of(deed: Deed) -> int | None:
    """The thread a deed happened in, if it happened in one."""
    if deed.object_type == THREAD:
        return deed.object_id
    return deed.context_id if deed.context_type == THREAD else None


def topics_of(deed: Deed, to: Collection[int]) -> frozenset[Topic]:
    """The pages a deed concerns: its thread's, its community's, and what is addressed to each person."""
    topics: set[Topic] = {("person", person) for person in to}
    thread = thread_of(deed)
    if thread is not None:
        topics.add(("thread", thread))
    if deed.community_id is not None:
        topics.add(("community", deed.community_id))
    return frozenset(topics)


def _whose_sight(deed: Deed, to: frozenset[int]) -> frozenset[int]:
    if deed.verb not in CHANGE_SIGHT:
        return frozenset()
    people = {deed.actor_id, *to}
    if deed.object_type == PERSON and deed.object_id is not None:
        people.add(deed.object_id)
    return frozenset(people)
