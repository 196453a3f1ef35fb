"""From ASGI to Django's WSGI, in a fixed number of threads.

Django's own ASGI handler costs several times more per request; here a request is one hop to a
thread and back. Threads never wait for a client: bodies are received whole before a thread is
taken, and answers are put aside as fast as they are made, on disk when they are long.
"""

from __future__ import annotations

import asyncio
import io
import logging
import secrets
import sys
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import IO, Any, cast

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from comvir.config.outflow import ClientGone, Headers, Outflow
from comvir.lib.asgi import Receive, Scope, Send, answer, client_of, header
from comvir.lib.mishaps import mishap_of
from comvir.web import doorstep

SPOOL_BYTES = 1 << 20
MAX_BODY_BYTES = 12 << 20
# A form with several pictures, sent by somebody who has come in, may be this many times as long; it waits on disk.
PICTURES_TIMES = 4
WAITING = 128
SILENCE_SECONDS = 30.0

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
log = logging.getLogger("comvir.bridge")

_TAKE_PICTURES = ("/pictures/", "/t/", "/c/", "/drafts/")

# What belongs to one hop between two machines and never passes through (RFC 9110, 7.6.1).
_HOP_BY_HOP = frozenset({b"connection", b"keep-alive", b"transfer-encoding", b"upgrade", b"te", b"trailer", b"proxy"})
_FORWARDED = frozenset({b"forwarded", b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"x-real-ip"})


class TooLarge(Exception):
    """The body is longer than the house takes."""


class Bridge:
    """An ASGI application that answers HTTP requests with a WSGI one.

    `threads` work at once and `waiting` more may queue; beyond, the answer is 503 at once. A body may
    have `max_body` bytes, and pause for `silence` seconds. The X-Forwarded-* of `trusted_proxies`
    (addresses of peers) are believed, nobody else's.
    """

    def __init__(
        self,
        wsgi: WsgiApp,
        *,
        threads: int = 4,
        waiting: int = WAITING,
        max_body: int = MAX_BODY_BYTES,
        trusted_proxies: Collection[str] = (),
        silence: float = SILENCE_SECONDS,
    ) -> None:
        self._wsgi = wsgi
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="web")
        self._room = threads + waiting
        self._inside = 0
        self._max_body = max_body
        self._trusted_proxies = frozenset(trusted_proxies)
        self._silence = silence

    def close(self) -> None:
        """Wait for the requests in work and end the threads."""
        self._pool.shutdown(wait=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._inside >= self._room:
            unread = receive if has_body(scope) else None
            with _tongue(scope):
                sentence = _("The house is busy: try again in a moment.")
            await answer(send, 503, sentence, retry_after=5, unread=unread)
            return
        self._inside += 1
        try:
            await self._serve(scope, receive, send)
        finally:
            self._inside -= 1

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        body: IO[bytes] = io.BytesIO()
        try:
            if has_body(scope):
                body = await self._body(scope, receive)
        except TooLarge:
            await _turn_away(413, scope, receive, send)
        except TimeoutError:
            with _tongue(scope):
                sentence = _("The request stopped half-way.")
            await answer(send, 408, sentence, unread=receive)
        except ClientGone:
            pass
        except OSError as error:
            if mishap_of(error) is None:
                raise
            log.error("a body found no room: %s", error)
            await _turn_away(507, scope, receive, send)
        else:
            with body:
                await self._run(environ_of(scope, body, self._trusted_proxies), receive, send)

    async def _body(self, scope: Scope, receive: Receive) -> IO[bytes]:
        most = self._max_body * (PICTURES_TIMES if _may_bring_pictures(scope) else 1)
        declared = header(scope, b"content-length")
        if declared is not None and (not declared.isdigit() or int(declared) > most):
            raise TooLarge
        spool = cast(IO[bytes], tempfile.SpooledTemporaryFile(SPOOL_BYTES))  # noqa: SIM115 - closed by _serve
        try:
            await self._fill(spool, receive, most)
        except BaseException:
            spool.close()
            raise
        spool.seek(0)
        return spool

    async def _fill(self, spool: IO[bytes], receive: Receive, most: int) -> None:
        size, more = 0, True
        while more:
            async with asyncio.timeout(self._silence):
                message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            part = message.get("body", b"")
            size += len(part)
            if size > most:
                raise TooLarge
            spool.write(part)
            more = message.get("more_body", False)

    async def _run(self, environ: dict[str, Any], receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        out = Outflow(loop)
        self._pool.submit(self._work, environ, out)
        watch: asyncio.Task[None] | None = None
        try:
            part = await out.take()
            if not out.done:
                # Only a long answer needs to hear that its client left: short ones are over before it matters.
                watch = loop.create_task(_until_gone(receive, out))
            await send({"type": "http.response.start", "status": out.status, "headers": out.headers})
            await send({"type": "http.response.body", "body": part, "more_body": not out.done})
            while not out.done:
                part = await out.take()
                await send({"type": "http.response.body", "body": part, "more_body": not out.done})
        finally:
            if watch is not None:
                watch.cancel()
            out.leave()
            await out.settled()

    def _work(self, environ: dict[str, Any], out: Outflow) -> None:
        """One request, in its thread, from the first byte of the application to the last."""

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], None]:
            if exc_info is not None and out.started:
                raise exc_info[1]
            out.head(int(status[:3]), _outgoing(headers))
            return out.put

        broken = False
        answered: Iterable[bytes] = ()
        try:
            answered = self._wsgi(environ, start_response)
            # A page is one part and wakes the loop once, when it is whole; a stream wakes it for each part.
            now = bool(getattr(answered, "streaming", False))
            for part in answered:
                if part:
                    out.put(part, now=now)
        except ClientGone:
            pass
        except Exception:
            broken = _failed(environ, out)
        finally:
            _close(answered)
            out.finish(broken=broken)


def _failed(environ: Mapping[str, Any], out: Outflow) -> bool:
    """The application itself broke, which Django's own error page did not catch. True if half is already out."""
    request_id = environ["comvir.request_id"]
    log.exception("%s failed", environ["REQUEST_METHOD"], extra={"request_id": request_id})
    if out.started:
        return True
    page = _("Something broke on our side. It has been written down as %(number)s.") % {"number": request_id}
    body = f"{page}\n".encode()
    out.head(500, [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(body))])
    out.put(body)
    return False


def has_body(scope: Scope) -> bool:
    """Whether the request announces a body. GET, as a rule, does not."""
    return any(name in (b"content-length", b"transfer-encoding") for name, _value in scope["headers"])


def _may_bring_pictures(scope: Scope) -> bool:
    """A form with files, for a place where one writes, with the cookie of a session: whose it is, Django sees."""
    kind, cookie = header(scope, b"content-type") or b"", header(scope, b"cookie") or b""
    here = scope["path"].startswith(_TAKE_PICTURES) and settings.SESSION_COOKIE_NAME.encode() + b"=" in cookie
    return here and kind.lower().startswith(b"multipart/form-data")


def _language(scope: Scope) -> str:
    return doorstep.tongue(header(scope, b"cookie"), header(scope, b"accept-language"))


def _tongue(scope: Scope) -> AbstractContextManager[None]:
    return translation.override(_language(scope))


async def _turn_away(status: int, scope: Scope, receive: Receive, send: Send) -> None:
    page = doorstep.page(status, _language(scope))
    await answer(send, status, page, kind=doorstep.PAGE, unread=receive)


async def _until_gone(receive: Receive, out: Outflow) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    out.leave()


def _close(answered: Iterable[bytes]) -> None:
    close = getattr(answered, "close", None)
    if close is None:
        return
    try:
        close()
    except Exception:
        log.exception("an answer could not be closed")


def _outgoing(headers: list[tuple[str, str]]) -> Headers:
    encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return [pair for pair in encoded if pair[0] not in _HOP_BY_HOP]


def environ_of(scope: Scope, body: IO[bytes], trusted_proxies: Collection[str] = ()) -> dict[str, Any]:
    """The WSGI environment of an ASGI request.

    Header names with underscores are dropped: they would pass for the ones with hyphens. So is `Proxy`,
    and every X-Forwarded-* from anyone but a trusted proxy.
    """
    address, scheme = client_of(scope, trusted_proxies)
    trusted = (scope.get("client") or ("", 0))[0] in trusted_proxies
    host, port = scope.get("server") or ("localhost", None)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 80),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": address,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "comvir.request_id": secrets.token_hex(6),
        # Whether somebody in front keeps pages and wants to be told what this one shows.
        "comvir.keeps": bool(scope.get("comvir.keeps")),
        # That a proxy stands in front remains known where its words are not believed.
        "comvir.relayed": any(name in _FORWARDED for name, _value in scope["headers"]),
    }
    for name, value in scope["headers"]:
        if b"_" in name or name in _HOP_BY_HOP or name == b"expect" or (not trusted and name in _FORWARDED):
            continue
        _put_header(environ, name.decode("latin-1"), value.decode("latin-1"))
    if "CONTENT_LENGTH" not in environ and has_body(scope):
        environ["CONTENT_LENGTH"] = str(body.seek(0, 2))
        body.seek(0)
    return environ


def _put_header(environ: dict[str, Any], name: str, value: str) -> None:
    key = name.upper().replace("-", "_")
    if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        key = f"HTTP_{key}"
    if key in environ:
        value = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{value}"
    environ[key] = value
