"""An ASGI server of a few lines, so that an application can be asked without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from comvir.lib.asgi import App


@dataclass
class Heard:
    """What came back."""

    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    parts: list[bytes] = field(default_factory=list)
    ended: bool = False

    @property
    def body(self) -> bytes:
        return b"".join(self.parts)

    def header(self, name: str) -> str | None:
        return next((value.decode() for key, value in self.headers if key == name.encode()), None)


class Visit:
    """One request under way."""

    def __init__(self, app: App, method: str, path: str, headers: Sequence[tuple[str, str]], **scope: Any) -> None:
        path, _, query = path.partition("?")
        self.scope: dict[str, Any] = {
            "type": "http", "method": method, "path": path, "query_string": query.encode(), "http_version": "1.1",
            "scheme": "http", "client": ("192.0.2.7", 4321), "server": ("127.0.0.1", 8000),
            "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers], **scope,
        }  # fmt: skip
        self.heard = Heard()
        self.taken = 0
        self.slow = asyncio.Event()
        self.slow.set()
        self.incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.task = asyncio.ensure_future(app(self.scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        message = await self.incoming.get()
        self.taken += len(message.get("body", b""))
        return message

    async def _send(self, message: Any) -> None:
        await self.slow.wait()
        if message["type"] == "http.response.start":
            self.heard.status, self.heard.headers = message["status"], list(message["headers"])
        else:
            self.heard.parts.append(message.get("body", b""))
            self.heard.ended = not message.get("more_body", False)

    def say(self, body: bytes, *, more: bool = False) -> None:
        self.incoming.put_nowait({"type": "http.request", "body": body, "more_body": more})

    def leave(self) -> None:
        self.incoming.put_nowait({"type": "http.disconnect"})

    async def until(self, enough: Any, seconds: float = 5.0) -> None:
        """Wait until `enough()` is true."""
        async with asyncio.timeout(seconds):
            while not enough():
                await asyncio.sleep(0.002)

    async def end(self, seconds: float = 10.0) -> Heard:
        await asyncio.wait_for(self.task, seconds)
        return self.heard


async def visit(
    app: App,
    method: str = "GET",
    path: str = "/",
    headers: Sequence[tuple[str, str]] = (),
    body: bytes = b"",
    **scope: Any,
) -> Heard:
    """Ask once and hear the whole answer."""
    if body:
        headers = [*headers, ("content-length", str(len(body)))]
    under_way = Visit(app, method, path, headers, **scope)
    under_way.say(body)
    return await under_way.end()
