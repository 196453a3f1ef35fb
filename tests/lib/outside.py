"""A small web for tests: a server of this machine that answers as badly as it is told, and names that lead to it."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from comvir.lib.fetch import Policy, Unfetchable, fetch

Way = Callable[[socket.socket, str], None]


class Outside:
    """Paths, each with what happens there: bytes to send, or a function of the connection and what was asked."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.ways: dict[str, bytes | Way] = {}
        self.asked: list[str] = []
        self.closed = threading.Event()
        self.context = context
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.names = {"news.example": ["127.0.0.1"]}
        threading.Thread(target=self._serve, daemon=True).start()

    def url(self, path: str, host: str = "news.example", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def policy(self, **more) -> Policy:
        """One that allows this server and nothing else."""
        return Policy(allowed=frozenset({("127.0.0.1", self.port)}), **{"resolve": self._resolve, **more})

    def _resolve(self, host: str, port: int) -> list[str]:
        if host not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        return self.names[host]

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(line,), daemon=True).start()

    def _answer(self, line: socket.socket) -> None:
        with suppress(OSError), line:
            line.settimeout(10)
            if self.context is not None:
                line = self.context.wrap_socket(line, server_side=True)
            asked = b""
            while b"\r\n\r\n" not in asked:
                got = line.recv(65536)
                if not got:
                    return
                asked += got
            head, _, body = asked.decode("latin-1").partition("\r\n\r\n")
            length = next((int(h[15:]) for h in head.split("\r\n") if h.lower().startswith("content-length:")), 0)
            path = head.split(" ")[1]
            way = self.ways.get(path, page(b"not here", status="404 Not Found"))
            while len(body) < length and not callable(way):
                body += line.recv(65536).decode("latin-1")
            self.asked.append(f"{head}\r\n\r\n{body}")
            if callable(way):
                way(line, self.asked[-1])
            else:
                line.sendall(way)
            with suppress(OSError):
                line.shutdown(socket.SHUT_WR)
            line.close()

    def close(self) -> None:
        self.closed.set()
        self.listener.close()

    def drip(self, piece: bytes, every: float) -> Way:
        """The head of a page without an end, then this piece for ever."""

        def way(line: socket.socket, _: str) -> None:
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
            while not self.closed.is_set():
                line.sendall(piece)
                time.sleep(every)

        return way

    def silence(self, line: socket.socket, _: str) -> None:
        """Nothing at all."""
        self.closed.wait(10)


def page(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """A whole answer; `length` is what it says of its size."""
    size = len(body) if length is None else length
    return "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {size}", *headers, "", ""]).encode() + body


def moved(to: str, status: str = "302 Found") -> bytes:
    return page(b"", f"Location: {to}", status=status)


@contextmanager
def outside(context: ssl.SSLContext | None = None) -> Iterator[Outside]:
    server = Outside(context)
    try:
        yield server
    finally:
        server.close()


def why(url: str, **more) -> str:
    """The reason for which nothing was fetched."""
    with pytest.raises(Unfetchable) as refused:
        fetch(url, **more)
    assert str(refused.value)
    assert (refused.value.field, refused.value.status) == ("url", 400)
    return refused.value.reason


def nobody_is_asked(host: str, port: int) -> list[str]:
    raise AssertionError(f"{host} was looked up")
