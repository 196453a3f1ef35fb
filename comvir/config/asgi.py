"""The whole house as one ASGI application: live streams and health are native, Django's pages go over the bridge."""

from __future__ import annotations

import asyncio
import gc
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import get_resolver

from comvir.config.bridge import MAX_BODY_BYTES, Bridge, WsgiApp
from comvir.config.housekeeping import Readers, checkpointer_for
from comvir.config.kept import Kept
from comvir.config.ledger import ledger_for
from comvir.journal.reading import Reader
from comvir.lib.asgi import Receive, Scope, Send, header
from comvir.web.live.health import Health
from comvir.web.live.places import Limits
from comvir.web.live.stream import Live
from comvir.web.live.viewer import session_of

if TYPE_CHECKING:
    from comvir.config.chores import Helper

TAIL_SILENCE_SECONDS = 5.0

# Under these addresses one signs out, here or everywhere: open streams ask again at once whether they may stay.
_WHERE_SESSIONS_END = ("/in/", "/me/")


@dataclass(frozen=True)
class Measures:
    """How much the house takes on: threads for pages, bytes of a body, open streams, proxies believed."""

    threads: int = 4
    max_body: int = MAX_BODY_BYTES
    max_streams: int = 5000
    trusted_proxies: frozenset[str] = frozenset()

    @classmethod
    def from_environment(cls) -> Measures:
        """COMVIR_THREADS, COMVIR_MAX_BODY (bytes), COMVIR_MAX_STREAMS, COMVIR_TRUSTED_PROXY (addresses, by commas)."""
        given = os.environ
        return cls(
            threads=int(given.get("COMVIR_THREADS") or cls.threads),
            max_body=int(given.get("COMVIR_MAX_BODY") or cls.max_body),
            max_streams=int(given.get("COMVIR_MAX_STREAMS") or cls.max_streams),
            trusted_proxies=frozenset(filter(None, map(str.strip, given.get("COMVIR_TRUSTED_PROXY", "").split(",")))),
        )


class House:
    """The application of one process, from its first request to its last."""

    def __init__(
        self,
        wsgi: WsgiApp,
        readers: Sequence[Reader],
        measures: Measures | None = None,
        *,
        first: Sequence[Reader] = (),
        helpers: Sequence[Helper] = (),
    ) -> None:
        measures = measures or Measures.from_environment()
        self.bridge = Bridge(
            wsgi,
            threads=measures.threads,
            max_body=measures.max_body,
            trusted_proxies=measures.trusted_proxies,
        )
        self._ledger = ledger_for(settings.DATABASES["default"])
        self.pages = Kept(self.bridge, self._ledger)
        limits = Limits(house=measures.max_streams)
        self.live = Live(self.bridge, limits=limits, trusted_proxies=measures.trusted_proxies, first=first)
        self.health = Health(
            [
                ("closing", lambda: not self.live.hub.stopping),
                ("journal", self._journal_is_followed),
                ("disk", lambda: self._checkpointer is None or self._checkpointer.can_write),
            ]
        )
        self._readers = Readers(readers) if readers else None
        self._helpers = list(helpers)
        self._checkpointer = checkpointer_for(settings.DATABASES["default"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live_through(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path == "/live":
            await self.live(scope, receive, send)
        elif path in ("/health/live", "/health/ready"):
            await self.health(scope, receive, send)
        else:
            await self.pages(scope, receive, send)
            if scope["method"] == "POST" and path.startswith(_WHERE_SESSIONS_END):
                session = session_of((header(scope, b"cookie") or b"").decode("latin-1"))
                if session:
                    self.live.hub.review_session(session)

    async def _live_through(self, receive: Receive, send: Send) -> None:
        await receive()
        self.open()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.close()
        await send({"type": "lifespan.shutdown.complete"})

    def open(self) -> None:
        """Start what runs beside the requests. In the event loop."""
        self.live.start(on_news=self._readers.wake if self._readers else None)
        for helper in (self._readers, *self._helpers, self._checkpointer):
            if helper is not None:
                helper.start()

    def say_goodbye(self, over_seconds: float = 1.0) -> None:
        """From now on the house is not ready, and every live page is asked to come back later."""
        self.live.farewell(over_seconds)

    async def close(self) -> None:
        """End the threads, the last one being the checkpointer, when nobody writes any more."""
        self.say_goodbye(0.0)
        await self.live.stop()
        others = [helper for helper in (self._readers, *self._helpers) if helper is not None]
        # All at once: one of them may be out on the web, and is waited for.
        await asyncio.gather(*(asyncio.to_thread(helper.stop) for helper in others))
        self.bridge.close()
        self._ledger.close()
        if self._checkpointer is not None:
            await asyncio.to_thread(self._checkpointer.stop)

    def _journal_is_followed(self) -> bool:
        tail = self.live.tail
        return tail is not None and time.monotonic() - tail.looked_at < TAIL_SILENCE_SECONDS


def build(*, with_readers: bool = True) -> House:
    """The house as it is served."""
    from comvir.config.chores import helpers  # noqa: PLC0415 - needs the models, so Django must be set up first
    from comvir.config.readers import FIRST, READERS  # noqa: PLC0415 - the same
    from comvir.config.wsgi import application  # noqa: PLC0415 - the same

    # The first visitor is not to wait for every page's module; and what is loaded by now is never thrown away.
    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()
    if not with_readers:
        return House(application, [])
    return House(application, READERS, first=FIRST, helpers=helpers())
