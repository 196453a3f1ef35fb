"""Bare ASGI: its types, who is asking, and answers of one line for what never reaches Django."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, MutableMapping, Sequence
from typing import Any

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = Sequence[tuple[bytes, bytes]]

LINGER_SECONDS = 2.0

SENTENCE: Headers = [
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
]


def header(scope: Scope, name: bytes) -> bytes | None:
    """The first header called `name` (lower case), or None."""
    return next((value for key, value in scope["headers"] if key == name), None)


def client_of(scope: Scope, trusted_proxies: Collection[str]) -> tuple[str, str]:
    """The client's address and the scheme it used: the proxy's word for both, if the peer is a trusted one.

    Of a chain of addresses only the last is believed: the one the trusted proxy added itself.
    """
    peer: str = (scope.get("client") or ("", 0))[0]
    scheme: str = scope.get("scheme", "http")
    if peer not in trusted_proxies:
        return peer, scheme
    forwarded = _last(scope, b"x-forwarded-for")
    said = _last(scope, b"x-forwarded-proto").lower()
    return forwarded or peer, said if said in ("http", "https") else scheme


def _last(scope: Scope, name: bytes) -> str:
    values = [value for key, value in scope["headers"] if key == name]
    return values[-1].decode("latin-1").rsplit(",", 1)[-1].strip() if values else ""


async def answer(
    send: Send,
    status: int,
    words: str,
    *,
    kind: Headers = SENTENCE,
    retry_after: int | None = None,
    unread: Receive | None = None,
) -> None:
    """Answer with one plain sentence, or with what the headers in `kind` say it is.

    `unread` is given when the request was not read to its end: the connection closes, but only
    after a moment of listening, or the client would see a reset in place of the answer.
    """
    body = f"{words}\n".encode()
    headers = [*kind, (b"content-length", b"%d" % len(body))]
    if retry_after is not None:
        headers.append((b"retry-after", b"%d" % retry_after))
    if unread is not None:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    if unread is not None:
        await send({"type": "http.response.body", "body": body, "more_body": True})
        await _linger(unread)
        body = b""
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def _linger(receive: Receive) -> None:
    try:
        async with asyncio.timeout(LINGER_SECONDS):
            while (message := await receive())["type"] != "http.disconnect" and message.get("more_body", False):
                pass
    except TimeoutError:
        pass
