"""Many open pages of a live stream, heard by one loop that does nothing but note when which of them was told what."""

import re
import select
import socket
import time
from collections.abc import Sequence
from typing import NamedTuple

_EVENT = re.compile(rb"id: (\d+)\nevent: deed\n")
ALL_HEARD_SECONDS = 5.0
# After the last one has heard: whoever is told twice is told at once.
LISTEN_ON_SECONDS = 0.05


class Heard(NamedTuple):
    """Of one thing said: seconds from its sending to each page that was told, how many pages never were, or twice."""

    lags: list[float]
    lost: int
    twice: int


class Listeners:
    """Open streams. `requests` are what each page asks; they are opened one after another."""

    def __init__(self, port: int, requests: Sequence[bytes]) -> None:
        self._poll = select.epoll()
        self._sockets: dict[int, socket.socket] = {}
        for sent in requests:
            one = socket.create_connection(("127.0.0.1", port))
            one.sendall(sent)
            answer = b""
            # The stream has begun once its opening has come, which ends with an empty line of its own.
            while b"\r\n\r\n" not in answer or b"\n\n" not in answer.partition(b"\r\n\r\n")[2]:
                part = one.recv(4096)
                answer += part
                if not part or not answer.startswith(b"HTTP/1.1 200"):
                    raise RuntimeError(f"a stream did not open: {answer[:60]!r}")
            one.setblocking(False)
            self._sockets[one.fileno()] = one
            self._poll.register(one, select.EPOLLIN)

    def hear(self, speaker: socket.socket, sent: bytes) -> Heard:
        """Send a request that says one thing, and listen until every page was told of it."""
        self._empty()
        came: list[tuple[int, float, bytes]] = []
        waiting, told = set(self._sockets), time.perf_counter()
        speaker.sendall(sent)
        until, end = told + ALL_HEARD_SECONDS, 0.0
        while (now := time.perf_counter()) < until and (not end or now < end):
            for number, _ in self._poll.poll(0.02):
                part = self._sockets[number].recv(65536)
                came.append((number, time.perf_counter(), part))
                if number in waiting and b"event: deed" in part:
                    waiting.discard(number)
            if not waiting and not end:
                end = time.perf_counter() + LISTEN_ON_SECONDS
        if not speaker.recv(65536).startswith(b"HTTP/1.1 303"):
            raise RuntimeError("what was to be said was not taken")
        return self._heard(came, told)

    def close(self) -> None:
        for one in self._sockets.values():
            one.close()
        self._poll.close()

    def _empty(self) -> None:
        while ready := self._poll.poll(0):
            for number, _ in ready:
                self._sockets[number].recv(65536)

    def _heard(self, came: list[tuple[int, float, bytes]], told: float) -> Heard:
        first: dict[int, float] = {}
        ids: dict[int, list[bytes]] = {number: [] for number in self._sockets}
        for number, at, part in came:
            if found := _EVENT.findall(part):
                first.setdefault(number, at - told)
                ids[number] += found
        return Heard(
            list(first.values()),
            lost=sum(not found for found in ids.values()),
            twice=sum(len(found) > len(set(found)) for found in ids.values()),
        )
