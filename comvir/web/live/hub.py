"""The hub: who listens to what, and what waits to be sent to each. It lives in the event loop and asks no database."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from comvir.web.live.events import HEARTBEAT, RESYNC, Event, Topic, farewell

QUEUE_EVENTS = 64
QUEUE_BYTES = 256 << 10
HEARTBEAT_SECONDS = 15.0
REVIEW_SECONDS = 60.0
SLOW_CLIENT_SECONDS = 2.0


@dataclass(frozen=True)
class View:
    """Who looks at what: found from the session, looked up again while the stream is open.

    `asked` is what the page asked for, so that the same question can be put again; `communities` those
    on which its topics hang.
    """

    session: str
    asked: tuple[str, str]
    account: int | None
    person: int | None
    topics: frozenset[Topic]
    communities: frozenset[int]
    sight: Any


class Listener:
    """One open stream."""

    __slots__ = (
        "_bytes", "_events", "abort", "beat_at", "catching_up", "closing", "doubted",
        "last", "pending", "view", "viewed_at", "wake",
    )  # fmt: skip

    def __init__(self, view: View, *, abort: Callable[[], None] | None = None) -> None:
        now = asyncio.get_running_loop().time()
        self.view = view
        self.abort = abort
        self.wake = asyncio.Event()
        self.closing: bytes | None = None
        # While it hears what it missed, or while its sight is in doubt, news waits in `pending`.
        self.catching_up = False
        self.doubted = False
        self.pending: list[Event] = []
        self.last = 0
        self.beat_at = now + HEARTBEAT_SECONDS
        self.viewed_at = now
        self._events: deque[bytes] = deque()
        self._bytes = 0

    def put(self, body: bytes) -> bool:
        """Queue for sending. False when the queue is full: the client does not keep up."""
        if self._events and (len(self._events) >= QUEUE_EVENTS or self._bytes + len(body) > QUEUE_BYTES):
            return False
        self._events.append(body)
        self._bytes += len(body)
        self.wake.set()
        return True

    def drain(self) -> bytes:
        """All that is queued, as one piece."""
        piece = b"".join(self._events)
        self._events.clear()
        self._bytes = 0
        return piece

    def close(self, last_words: bytes = b"") -> None:
        """End the stream once what is queued has been sent."""
        if self.closing is None:
            self.closing = last_words
        self.wake.set()


class Hub:
    """All open streams of the process."""

    def __init__(self) -> None:
        self.position = 0
        self.stopping = False
        self._by_topic: defaultdict[Topic, set[Listener]] = defaultdict(set)
        self._listeners: set[Listener] = set()
        self._to_review: dict[Listener, None] = {}
        self.review_wanted = asyncio.Event()

    def __len__(self) -> int:
        return len(self._listeners)

    def __iter__(self) -> Iterator[Listener]:
        return iter(list(self._listeners))

    def join(self, listener: Listener) -> None:
        """From now on the listener hears what is offered."""
        self._listeners.add(listener)
        for topic in listener.view.topics:
            self._by_topic[topic].add(listener)

    def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)
        self._to_review.pop(listener, None)
        for topic in listener.view.topics:
            others = self._by_topic.get(topic)
            if others is not None:
                others.discard(listener)
                if not others:
                    del self._by_topic[topic]

    def offer(self, events: Iterable[Event]) -> None:
        """Give each event to those it concerns and whose sight covers it. Events come in order of id."""
        for event in events:
            self.position = max(self.position, event.id)
            self._hold_back(event)
            for listener in {one for topic in event.topics for one in self._by_topic.get(topic, ())}:
                self._give(listener, event)

    def _give(self, listener: Listener, event: Event) -> None:
        if event.id <= listener.last or listener.closing is not None:
            return
        if listener.catching_up or listener.doubted:
            listener.pending.append(event)
            if len(listener.pending) > QUEUE_EVENTS:
                self._drop(listener)
            return
        if not event.covered(listener.view.sight):
            return
        listener.last = event.id
        listener.beat_at = asyncio.get_running_loop().time() + HEARTBEAT_SECONDS
        if not listener.put(event.body):
            self._drop(listener)

    def _drop(self, listener: Listener) -> None:
        """The client does not keep up: it is told when to come back, and is cut off if it does not even hear that."""
        self._dismiss(listener, farewell(1000 + random.randrange(2000)))

    @staticmethod
    def _dismiss(listener: Listener, last_words: bytes) -> None:
        listener.drain()
        listener.pending.clear()
        listener.close(last_words)
        if listener.abort is not None:
            asyncio.get_running_loop().call_later(SLOW_CLIENT_SECONDS, listener.abort)

    def _hold_back(self, event: Event) -> None:
        if event.changes_people or event.changes_community is not None:
            self.review(
                listener
                for listener in self._listeners
                if listener.view.person in event.changes_people or event.changes_community in listener.view.communities
            )

    def review(self, listeners: Iterable[Listener]) -> None:
        """Hold back all news for these until somebody has asked again what they may see."""
        for listener in list(listeners):
            if listener.closing is None:
                listener.doubted = True
                self._to_review[listener] = None
        if self._to_review:
            self.review_wanted.set()

    def review_session(self, session: str) -> None:
        """The same for all the streams of whoever is behind this session, in every browser they have open."""
        people = {one.view.person for one in self._listeners if one.view.session == session} - {None}
        self.review(one for one in self._listeners if one.view.session == session or one.view.person in people)

    def take_reviews(self) -> list[Listener]:
        """The listeners to be asked about, each once."""
        self.review_wanted.clear()
        waiting = list(self._to_review)
        self._to_review.clear()
        return waiting

    def reviewed(self, listener: Listener, view: View | None) -> None:
        """What the listener may see now; None closes the stream. What was held back is given or forgotten."""
        if listener not in self._listeners or listener in self._to_review:
            return
        listener.doubted = False
        if view is None:
            self._dismiss(listener, b"")
            return
        before = listener.view.topics
        self.leave(listener)
        listener.view = view
        self.join(listener)
        if not view.topics <= before and not listener.put(RESYNC):
            # Something may have been said there before the house knew that it concerns this page.
            self._drop(listener)
        listener.viewed_at = asyncio.get_running_loop().time()
        self._let_go(listener)

    def caught_up(self, listener: Listener, position: int) -> None:
        """The listener was told all up to `position`, and hears for itself from there."""
        listener.last = max(listener.last, position)
        listener.catching_up = False
        self._let_go(listener)

    def _let_go(self, listener: Listener) -> None:
        """Give what waited, unless there is another reason to wait."""
        if listener.catching_up or listener.doubted:
            return
        pending, listener.pending = listener.pending, []
        for event in pending:
            if event.topics & listener.view.topics:
                self._give(listener, event)

    def tick(self) -> None:
        """Called about once a second: heartbeats, and the sights that have become old."""
        now = asyncio.get_running_loop().time()
        for listener in self._listeners:
            if listener.beat_at <= now:
                listener.beat_at = now + HEARTBEAT_SECONDS
                if not listener.wake.is_set():
                    listener.put(HEARTBEAT)
        old = [one for one in self._listeners if one.viewed_at + REVIEW_SECONDS <= now and not one.doubted]
        if old:
            self.review(old)

    def close_all(self, over_seconds: float = 1.0) -> None:
        """End every stream, spread over a moment, each told to come back at its own time."""
        self.stopping = True
        loop = asyncio.get_running_loop()
        for listener in list(self._listeners):
            wait = random.random() * over_seconds
            loop.call_later(wait, self._dismiss, listener, farewell(500 + random.randrange(2500)))
