"""A page that is open, without a browser; and a writer in another process."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from typing import Any

from tests.house import ROOT, House


class Page:
    """One live stream over a plain socket. `deeds` are the ids heard, `last` what a browser would resume from."""

    def __init__(
        self, house: House, asked: str, *, session: str = "", since: int | None = None, last: int | None = None
    ):
        self.deeds: list[int] = []
        self.data: list[dict[str, Any]] = []
        self.names: list[str] = []
        self.retry: int | None = None
        self.last = last
        self.ended = threading.Event()
        self._changed = threading.Condition()
        self._socket = socket.create_connection(("127.0.0.1", house.port), 10)
        query = asked if since is None else f"{asked}&since={since}"
        lines = [f"GET /live?{query} HTTP/1.1", "Host: localhost", f"Cookie: here={session}"]
        if last is not None:
            lines.append(f"Last-Event-ID: {last}")
        self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self._file = self._socket.makefile("rb")
        self.status = int(self._file.readline().split()[1])
        self.headers = {}
        while (line := self._file.readline().strip()) != b"":
            name, _, value = line.decode().partition(": ")
            self.headers[name] = value
        self.body = b"" if self.status == 200 else self._file.read(int(self.headers["content-length"]))
        self._socket.settimeout(60)
        if self.status == 200:
            threading.Thread(target=self._listen, daemon=True).start()
        else:
            self._socket.close()

    def _listen(self) -> None:
        event: dict[str, str] = {}
        try:
            while (size := self._file.readline().strip()) not in (b"", b"0"):
                chunk = self._file.read(int(size, 16))
                self._file.readline()
                for line in chunk.decode().split("\n"):
                    if not line:
                        self._take(event)
                        event = {}
                    name, _, value = line.partition(": ")
                    if name:
                        event[name] = value
        except (OSError, ValueError):
            pass
        self._file.close()
        self._socket.close()
        self.ended.set()

    def _take(self, event: dict[str, str]) -> None:
        with self._changed:
            self.retry = int(event["retry"]) if "retry" in event else self.retry
            self.last = int(event["id"]) if "id" in event else self.last
            if "event" in event:
                self.names.append(event["event"])
            if event.get("event") == "deed":
                self.deeds.append(int(event["id"]))
                self.data.append(json.loads(event["data"]))
            self._changed.notify_all()

    def hear(self, count: int, seconds: float = 15.0) -> list[int]:
        """Wait until so many deeds were heard in all; all that were."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while len(self.deeds) < count and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(left)
            return list(self.deeds)

    def until_opened(self, seconds: float = 10.0) -> Page:
        deadline = time.monotonic() + seconds
        with self._changed:
            while self.retry is None and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(left)
        return self

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self.ended.wait(5)


class Writer:
    """The process of `tests.engine.writer`, in the house's data folder."""

    def __init__(self, house: House) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.engine.writer"], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=house.environment,
        )  # fmt: skip

    def tell(self, order: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(order + "\n")
        self.process.stdin.flush()

    def answer(self) -> Any:
        """The next line it prints; None when it is gone."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        return json.loads(line) if line.endswith("\n") else None

    def ask(self, order: str) -> Any:
        self.tell(order)
        return self.answer()

    def say(self, count: int) -> list[int]:
        """Have Ana answer so many times; the ids of the deeds."""
        self.tell(f"say {count}")
        ids = [int(self.answer()) for _ in range(count)]
        assert self.answer() == "said"
        return ids

    def close(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()
