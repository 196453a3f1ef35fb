"""`GET /live`: a page follows its thread, its community or the day, as server-sent events."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from django.utils.translation import gettext as _

from comvir.journal.reading import Reader
from comvir.lib.asgi import App, Receive, Scope, Send, answer, client_of, header
from comvir.web.live.events import RESYNC, Event, opening
from comvir.web.live.hub import Hub, Listener, View
from comvir.web.live.places import Full, Key, Limits, Places, address_key
from comvir.web.live.tail import Tail
from comvir.web.live.viewer import asked_of, look, missed, session_of

Result = TypeVar("Result")
log = logging.getLogger("comvir.live")

LOOKERS = 2
RETRY_MS = 2000

_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"same-origin"),
]


class Live:
    """The live streams of a process. `start` and `stop` in its event loop.

    `absent` answers what does not exist, or not for this viewer: Django's own page, so that both look alike.
    """

    def __init__(
        self,
        absent: App,
        *,
        limits: Limits | None = None,
        trusted_proxies: Collection[str] = (),
        first: Sequence[Reader] = (),
    ) -> None:
        self.hub = Hub()
        self.places = Places(limits)
        self.tail: Tail | None = None
        self._absent = absent
        self._first = first
        self._trusted_proxies = frozenset(trusted_proxies)
        self._lookers = ThreadPoolExecutor(LOOKERS, thread_name_prefix="live")
        self._chores: list[asyncio.Task[None]] = []

    def start(self, on_news: Callable[[], None] | None = None) -> None:
        """Begin to follow the journal; `on_news` is called, in the tail's thread, when it has grown."""
        loop = asyncio.get_running_loop()

        def publish(events: Sequence[Event]) -> None:
            loop.call_soon_threadsafe(self.hub.offer, events)
            if on_news is not None:
                on_news()

        self.tail = Tail(publish, first=self._first)
        self.tail.start()
        self._chores = [loop.create_task(self._tick()), loop.create_task(self._review())]

    def farewell(self, over_seconds: float = 1.0) -> None:
        """Send every listener away, each with its own moment to come back."""
        self.hub.close_all(over_seconds)

    async def stop(self) -> None:
        """End the tail and the threads; the streams were ended by `farewell`."""
        for chore in self._chores:
            chore.cancel()
        if self.tail is not None:
            await asyncio.to_thread(self.tail.stop)
        self._lookers.shutdown(wait=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        asked = asked_of(query)
        if asked is None or scope["method"] != "GET":
            await self._absent(scope, receive, send)
            return
        if self.hub.stopping:
            await _full(send, 2)
            return
        address, _scheme = client_of(scope, self._trusted_proxies)
        session = session_of((header(scope, b"cookie") or b"").decode("latin-1"))
        taken: list[Key] = [("house", ""), address_key(address)]
        try:
            self.places.take(taken)
        except Full as full:
            await _full(send, full.retry_after)
            return
        try:
            view = await self._ask(look, session, asked)
            if view is None:
                await self._absent(scope, receive, send)
                return
            own = _own_keys(view)
            self.places.take(own)
            taken += own
            await self._follow(view, _since(scope, query), scope, receive, send)
        except Full as full:
            await _full(send, full.retry_after)
        finally:
            self.places.leave(taken)

    async def _follow(self, view: View, since: int | None, scope: Scope, receive: Receive, send: Send) -> None:
        listener = Listener(view, abort=(scope.get("state") or {}).get("abort"))
        # First listen, then read what was missed: a deed written in between is heard twice and said once.
        listener.catching_up = True
        self.hub.join(listener)
        leaving = asyncio.get_running_loop().create_task(_until_gone(receive, listener))
        try:
            position, events = await self._ask(missed, view, since)
            if listener.doubted or listener.view is not view:
                events = None
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            await send(_part(opening(events[0].id - 1 if events else position, RETRY_MS) + _said(events)))
            self.hub.caught_up(listener, position)
            await _pour(listener, send)
        finally:
            leaving.cancel()
            self.hub.leave(listener)

    async def _ask(self, question: Callable[..., Result], *about: Any) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._lookers, question, *about)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(1)
            self.hub.tick()

    async def _review(self) -> None:
        """Ask again for those whose sight may have changed. Who cannot be asked about is sent away."""
        while True:
            await self.hub.review_wanted.wait()
            known: dict[tuple[str, tuple[str, str]], View | None] = {}
            for listener in self.hub.take_reviews():
                key = (listener.view.session, listener.view.asked)
                if key not in known:
                    try:
                        known[key] = await self._ask(look, *key)
                    except Exception:
                        log.exception("a live stream could not be looked at again")
                        known[key] = None
                view = known[key]
                # The session ended: what anybody may see is for a stream of their own, not for this one.
                same = view is not None and view.person == listener.view.person
                self.hub.reviewed(listener, view if same else None)


def _own_keys(view: View) -> list[Key]:
    if view.account is None:
        return []
    return [("session", view.session), ("account", str(view.account))]


def _since(scope: Scope, query: dict[str, str]) -> int | None:
    """The deed after which to go on: the header of a browser that comes back, else what the page says it shows."""
    said = (header(scope, b"last-event-id") or b"").decode("latin-1") or query.get("since", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None


def _said(events: Sequence[Event] | None) -> bytes:
    return RESYNC if events is None else b"".join(event.body for event in events)


def _part(body: bytes) -> dict[str, Any]:
    return {"type": "http.response.body", "body": body, "more_body": True}


async def _pour(listener: Listener, send: Send) -> None:
    while True:
        await listener.wake.wait()
        listener.wake.clear()
        body = listener.drain()
        if body:
            await send(_part(body))
        if listener.closing is not None and not listener.wake.is_set():
            await send({"type": "http.response.body", "body": listener.closing, "more_body": False})
            return


async def _until_gone(receive: Receive, listener: Listener) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.close()


async def _full(send: Send, retry_after: int) -> None:
    wait = retry_after + random.randrange(max(2, retry_after))
    await answer(send, 503, _("Too many live pages are open: this one follows again in a moment."), retry_after=wait)
