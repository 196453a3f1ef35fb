"""An answer on its way from the thread that makes it to the loop that sends it."""

from __future__ import annotations

import asyncio
import tempfile
import threading
from typing import IO

HELD_BYTES = 1 << 20
READ_BYTES = 1 << 18

Headers = list[tuple[bytes, bytes]]


class ClientGone(Exception):
    """Nobody is there any more to hear the answer."""


class BrokenOff(Exception):
    """The answer stopped half-way: the connection must not look as if it had ended well."""


class Outflow:
    """One answer. The thread calls `head`, `put`, `finish`; the loop calls `take`, `leave`.

    The thread never waits: what the client has not taken yet is kept, in memory up to HELD_BYTES,
    then on disk.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.status = 500
        self.headers: Headers = []
        self.started = False
        self.done = False
        self._loop = loop
        self._lock = threading.Lock()
        self._moved = asyncio.Event()
        self._parts: list[bytes] = []
        self._held = 0
        self._file: IO[bytes] | None = None
        self._read_at = 0
        self._written = 0
        self._ended = False
        self._broken = False
        self._gone = False

    def head(self, status: int, headers: Headers) -> None:
        """The status line and headers; may be called again until something was put."""
        self.status, self.headers = status, headers

    def put(self, part: bytes, *, now: bool = False) -> None:
        """Add to the body; `now` wakes the loop for it. Raises ClientGone."""
        if self._gone:
            raise ClientGone
        self.started = True
        with self._lock:
            if self._read_at == self._written and self._held + len(part) <= HELD_BYTES:
                self._parts.append(part)
                self._held += len(part)
            else:
                self._store(part)
        if now or self._file is not None:
            self._wake()

    def finish(self, *, broken: bool = False) -> None:
        """There is no more. `broken` when there should have been."""
        self._ended, self._broken = True, broken
        self._wake()

    def leave(self) -> None:
        """The client is gone: the next `put` raises."""
        self._gone = True

    async def take(self) -> bytes:
        """The next of the body; afterwards `done` says whether it was the last. Raises BrokenOff."""
        await self._moved.wait()
        self._moved.clear()
        ended = self._ended
        with self._lock:
            part = b"".join(self._parts)
            self._parts.clear()
            self._held = 0
            if not part and self._read_at < self._written:
                part = self._fetch()
            left = self._held > 0 or self._read_at < self._written
        if left or (ended and self._broken and part):
            self._moved.set()
        elif ended and self._broken:
            raise BrokenOff
        else:
            self.done = ended
        return part

    async def settled(self) -> None:
        """Wait until the thread has finished with this answer."""
        while not self._ended:
            await self._moved.wait()
            self._moved.clear()
        if self._file is not None:
            self._file.close()

    def _store(self, part: bytes) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by settled()
        self._file.seek(self._written)
        self._file.write(part)
        self._written += len(part)

    def _fetch(self) -> bytes:
        assert self._file is not None
        self._file.seek(self._read_at)
        part = self._file.read(READ_BYTES)
        self._read_at += len(part)
        return part

    def _wake(self) -> None:
        try:
            self._loop.call_soon_threadsafe(self._moved.set)
        except RuntimeError:
            # The loop has ended without waiting for this thread: nobody is left to tell.
            self._gone = True
