"""A subscriber of WebSub, written from the recommendation alone: it shares no code with the hub.

It listens on a port of this machine and does what it is told to do with each request: echo, lie, be slow, be gone.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Heard:
    """One request that came. `asked` holds the parameters of its address."""

    method: str
    path: str
    asked: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class Behaviour:
    """How it answers: status and body; `echo` sends the challenge back, `wait` is in seconds, `endless` has no end."""

    status: int = 200
    body: bytes = b""
    echo: bool = True
    location: str = ""
    wait: float = 0.0
    endless: bool = False


@dataclass
class Subscriber:
    port: int = 0
    verifying: Behaviour = field(default_factory=Behaviour)
    receiving: Behaviour = field(default_factory=lambda: Behaviour(status=204, echo=False))
    heard: list[Heard] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def callback(self) -> str:
        return f"http://127.0.0.1:{self.port}/callback"

    @property
    def verifications(self) -> list[Heard]:
        return [one for one in self.heard if one.method == "GET"]

    @property
    def deliveries(self) -> list[Heard]:
        return [one for one in self.heard if one.method == "POST"]

    def wait_for(self, what, seconds: float = 10.0) -> None:
        """Until `what(self)` is true; AssertionError when it never is."""
        until = time.monotonic() + seconds
        while not what(self):
            assert time.monotonic() < until, f"in vain; heard {self.heard}"
            time.sleep(0.005)


def is_signed(heard: Heard, secret: str) -> bool:
    """Whether the body is authentic, as a subscriber has to work out: method, hexadecimal digest, whole body."""
    method, _, signature = heard.headers.get("x-hub-signature", "").partition("=")
    if method not in ("sha1", "sha256", "sha384", "sha512"):
        return False
    return hmac.compare_digest(hmac.new(secret.encode(), heard.body, getattr(hashlib, method)).hexdigest(), signature)


def links(heard: Heard) -> dict[str, str]:
    """The Link header's addresses by relation."""
    found = {}
    for one in heard.headers.get("link", "").split(","):
        address, _, relation = one.strip().partition(">; rel=")
        found[relation.strip('"')] = address.lstrip("<")
    return found


@contextmanager
def open_subscriber():
    """A subscriber that listens for the length of the block."""
    subscriber = Subscriber()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_arguments) -> None: ...

        def do_GET(self) -> None:
            self._answer(subscriber.verifying)

        def do_POST(self) -> None:
            self._answer(subscriber.receiving)

        def _answer(self, behaviour: Behaviour) -> None:
            parts = urlsplit(self.path)
            asked = dict(parse_qsl(parts.query))
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            subscriber.heard.append(Heard(self.command, parts.path, asked, headers, body))
            subscriber.stopping.wait(behaviour.wait)
            echo = asked.get("hub.challenge", "").encode() if behaviour.echo else b""
            try:
                self.send_response(behaviour.status)
                if behaviour.location:
                    self.send_header("Location", behaviour.location)
                if not behaviour.endless:
                    self.send_header("Content-Length", str(len(echo + behaviour.body)))
                self.end_headers()
                self.wfile.write(echo + behaviour.body)
                while behaviour.endless and not subscriber.stopping.is_set():
                    self.wfile.write(b"x" * 65536)
            except OSError:
                pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    subscriber.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield subscriber
    finally:
        subscriber.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()
