"""uvicorn, closing without losing anybody: neither who was accepted nor who stood at the door."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from asyncio import TimerHandle
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from comvir.config.asgi import House

HEAD_BYTES = 64 << 10
HEAD_SECONDS = 30.0
KEEP_ALIVE_SECONDS = 75
FINISH_SECONDS = 20
LATECOMERS_SECONDS = 0.5
BACKLOG = 2048

log = logging.getLogger("comvir.server")


class Protocol(HttpToolsProtocol):
    """HTTP/1.1 as uvicorn speaks it, with a limit to the head of a request in bytes and in time."""

    closing = False
    _head = 0
    _in_head = True
    _head_timer: TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # A live stream whose client does not read can only be ended from below.
        self.app_state = {**self.app_state, "abort": transport.abort}
        self._begin_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._in_head:
            self._head += len(data)
            if self._head > HEAD_BYTES:
                self.transport.abort()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._begin_head()

    def on_headers_complete(self) -> None:
        self._end_head()
        super().on_headers_complete()
        if type(self).closing and self.cycle is not None:
            self.cycle.keep_alive = False

    def _begin_head(self) -> None:
        self._end_head()
        self._in_head, self._head = True, 0
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._too_slow)

    def _end_head(self) -> None:
        self._in_head = False
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _too_slow(self) -> None:
        if self.transport is not None and (self.cycle is None or self.cycle.response_complete):
            self.transport.close()


class Server(uvicorn.Server):
    """Serves one house on one socket that already listens. `on_open` is called when requests are answered."""

    def __init__(self, house: House, listening: socket.socket, on_open: Callable[[], None]) -> None:
        config = uvicorn.Config(
            house,
            http=Protocol,
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            backlog=BACKLOG,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=FINISH_SECONDS,
        )
        super().__init__(config)
        self._house = house
        self._listening = listening
        self._on_open = on_open

    def serve_until_told(self) -> None:
        """Serve until SIGTERM or SIGINT, then close in good order."""
        self.run(sockets=[self._listening])

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the signals without passing them on afterwards: to be told to close is no failure."""
        handled = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in handled}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_open()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Not ready any more; streams sent away; whoever has knocked let in; requests finished; threads ended."""
        Protocol.closing = True
        self._house.say_goodbye()
        await self._let_in_who_has_knocked()
        await asyncio.sleep(LATECOMERS_SECONDS)
        await super().shutdown(sockets)

    async def _let_in_who_has_knocked(self) -> None:
        """Close the door behind the last one who stands before it: closing it at once would throw them out."""
        door = self._listening.dup()
        door.setblocking(False)
        for server in self.servers:
            server.close()
        self._listening.close()
        knocked = []
        with contextlib.suppress(BlockingIOError):
            while True:
                knocked.append(door.accept()[0])
        door.close()
        loop = asyncio.get_running_loop()
        for visitor in knocked:
            await loop.connect_accepted_socket(self._protocol, visitor)

    def _protocol(self) -> asyncio.Protocol:
        state: dict[str, Any] = self.lifespan.state
        return Protocol(config=self.config, server_state=self.server_state, app_state=state)
