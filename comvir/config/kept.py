"""Pages kept as they were sent, and sent again while they are true: before Django, in the loop that took the request.

A page is true until a deed touches what it shows (the journal tells, and is asked with each request), until its
reader's own desk, session or account changes, or until it is a minute old, since pages speak of “just now”. Nothing
is ever kept in the hope that it is still true. docs/decisions/0012-kept-pages.md
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_letters, digits
from typing import NamedTuple

from django.conf import settings
from django.http import HttpResponse, parse_cookie

from comvir.config.ledger import Ledger, State
from comvir.config.packing import gzipped, packed_pieces, takes_gzip
from comvir.lib.asgi import App, Headers, Message, Receive, Scope, Send

KEPT_SECONDS = 60.0
MOST_BYTES = 32 << 20
# Of a house in which more has happened since, a live page would be asked to fetch itself anew.
MOST_BEHIND = 1000
MOST_READERS = 10_000

MAY_BE_KEPT = re.compile(r"/t/\d{1,18}/|/c/[a-z0-9-]{1,80}/")
TOLD = b"comvir-kept"
_TOKEN = re.compile(rb'(?<=name="csrfmiddlewaretoken" value=")[A-Za-z0-9]{64}(?=")')
_GZIP = [(b"content-encoding", b"gzip"), (b"vary", b"Accept-Encoding")]
# A request with one of these asks for something else than the whole page.
_NOT_WITH = frozenset({b"hx-request", b"range", b"authorization", b"if-none-match", b"if-modified-since"})
_LOOKS = ("look_theme", "look_text")
log = logging.getLogger("comvir.kept")
SECRET_LETTERS = 32
_LETTERS = ascii_letters + digits
_PLACE = {letter: place for place, letter in enumerate(_LETTERS)}
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that a kept page may answer: what tells its answer from another's, its session, its form's secret."""

    key: Key
    session: str
    secret: str
    gzip: bool


@dataclass(frozen=True, slots=True)
class Page:
    """An answer, cut at the tokens of its forms: each time it is sent they are made anew.

    `packed` are its parts compressed, from the first time somebody wants them so. `threads` and `communities` are ids
    of what it shows; `position` is the deed it is true to.
    """

    headers: Headers
    parts: Sequence[bytes]
    packed: list[bytes]
    size: int
    reader: int
    account: int
    threads: frozenset[int]
    communities: frozenset[int]
    state: State
    position: int
    until: float


class Kept:
    """An ASGI application in front of another: answers what it may from what it has kept, and keeps what it may."""

    def __init__(self, app: App, ledger: Ledger, *, most_bytes: int = MOST_BYTES) -> None:
        self._app = app
        self._ledger = ledger
        self._most = most_bytes
        self._pages: OrderedDict[Key, Page] = OrderedDict()
        # Whose a session was when it last showed a page: their desk is looked at before the page is made.
        self._readers: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._bytes = 0
        self.sent = self.missed = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = asked_of(scope)
        if asked is None:
            await self._app(scope, receive, send)
            return
        page = self._pages.get(asked.key)
        if page is not None and await self._is_true(page, asked):
            self.sent += 1
            if asked.key in self._pages:  # while it was asked for, another request may have put it out
                self._pages.move_to_end(asked.key)
            await _send(page, asked, send)
            return
        self.missed += 1
        self._drop(asked.key)
        before = await self._before(asked)
        if before is None:
            await self._app(scope, receive, send)
        else:
            await self._keep(asked, before, scope, receive, send)

    async def _is_true(self, page: Page, asked: Asked) -> bool:
        if time.monotonic() > page.until:
            return False
        try:
            state = await self._ledger.look(asked.session, page.reader, page.account)
        except Exception:
            log.exception("what is kept could not be held against the journal")
            return False
        journal = self._ledger.journal
        return (
            state == page.state
            and journal.seen - page.position <= MOST_BEHIND
            and journal.touched(page.threads, page.communities) <= page.position
        )

    async def _before(self, asked: Asked) -> _Before | None:
        # First where the journal and the desk stand, then the page: what is done in between makes it untrue, and it is
        # not sent again.
        reader = self._readers.get(asked.session, (0, 0)) if asked.session else (0, 0)
        try:
            position = await self._ledger.stand()
            return _Before(position, reader, await self._ledger.look(asked.session, *reader))
        except Exception:
            log.exception("where the journal stands could not be asked")
            return None

    async def _keep(self, asked: Asked, before: _Before, scope: Scope, receive: Receive, send: Send) -> None:
        answered = _Answered()

        async def pass_on(message: Message) -> None:
            answered.take(message)
            # A whole page is known with its body, and sent as small as its reader takes it.
            if message["type"] == "http.response.start":
                return
            for one in answered.to_send(message, gzip=asked.gzip):
                await send(one)

        scope["comvir.keeps"] = True
        await self._app(scope, receive, pass_on)
        told = answered.told
        if told is None or answered.status != 200 or not answered.whole:
            return
        if asked.session and told.reader[0]:
            self._remember(asked.session, told.reader)
        if told.reader != before.reader or not before.state.holds:
            return
        page = Page(
            answered.headers, answered.parts, answered.packed, len(answered.body) * 5 // 4, *before.reader,
            told.threads, told.communities, before.state, before.position, time.monotonic() + KEPT_SECONDS,
        )  # fmt: skip
        self._drop(asked.key)
        self._pages[asked.key] = page
        self._bytes += page.size
        while self._bytes > self._most:
            self._drop(next(iter(self._pages)))

    def _remember(self, session: str, reader: tuple[int, int]) -> None:
        self._readers[session] = reader
        if len(self._readers) > MOST_READERS:
            self._readers.popitem(last=False)

    def _drop(self, key: Key) -> None:
        page = self._pages.pop(key, None)
        if page is not None:
            self._bytes -= page.size


class _Before(NamedTuple):
    """How things stood before a page was made, for the reader its session had last."""

    position: int
    reader: tuple[int, int]
    state: State


class _Told(NamedTuple):
    """What a page says of itself: the ids of its reader and their account, of the threads and communities it shows."""

    reader: tuple[int, int]
    threads: frozenset[int]
    communities: frozenset[int]


class _Answered:
    """An answer as it goes by. `told` is what the page says it depends on, None when it is not to be kept."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.parts: list[bytes] = []
        self.packed: list[bytes] = []
        self._start: Message | None = None
        self.body = b""
        self.whole = False
        self.told: _Told | None = None

    def take(self, message: Message) -> None:
        """Look at one message, and take out of it what is between the page and this house."""
        if message["type"] == "http.response.start":
            self._start = message
            self.status = message["status"]
            word = next((value for name, value in message["headers"] if name == TOLD), None)
            message["headers"] = [pair for pair in message["headers"] if pair[0] != TOLD]
            cookies = [value for name, value in message["headers"] if name == b"set-cookie"]
            form = f"{settings.CSRF_COOKIE_NAME}=".encode()
            if word is not None and all(cookie.lstrip().startswith(form) for cookie in cookies):
                self.told = _read(word.decode())
            kept = [pair for pair in message["headers"] if pair[0] not in (b"set-cookie", b"content-length")]
            self.headers = kept
        elif not message.get("more_body"):
            self.whole = not self.body
            self.body += message.get("body", b"")
        else:
            self.body += message.get("body", b"")

    def to_send(self, message: Message, *, gzip: bool) -> list[Message]:
        """What goes to the client now: the head with the first of the body, a page compressed if it may be."""
        if self._start is None:
            return [message]
        start, self._start = self._start, None
        if self.told is not None and self.whole and self.status == 200:
            self.parts = _TOKEN.split(self.body)
            token = _TOKEN.search(self.body)
            if gzip:
                self.packed = packed_pieces(self.parts)
                # The tokens of one page need not be the same: in what is packed they are.
                one = token[0] if token else b""
                body = gzipped(self.packed, one, one.join(self.parts))
                start["headers"] = [pair for pair in start["headers"] if pair[0] != b"content-length"]
                start["headers"] += [*_GZIP, (b"content-length", b"%d" % len(body))]
                message = {**message, "body": body}
        return [start, message]


def _read(word: str) -> _Told:
    """What comvir.web.keeping wrote: “p12 a3 t5 t9 c2”."""
    ids: dict[str, set[int]] = {"p": set(), "a": set(), "t": set(), "c": set()}
    for one in word.split():
        ids[one[0]].add(int(one[1:]))
    return _Told((max(ids["p"]), max(ids["a"])), frozenset(ids["t"]), frozenset(ids["c"]))


def asked_of(scope: Scope) -> Asked | None:
    """What tells this request's answer from others', or None for one that is always asked of the pages."""
    if scope["method"] != "GET" or not MAY_BE_KEPT.fullmatch(scope["path"]):
        return None
    cookies, host, tongue, forwarded, gzip = "", b"", b"", b"", False
    for name, value in scope["headers"]:
        if name in _NOT_WITH:
            return None
        if name == b"cookie":
            cookies = f"{cookies}; {value.decode('latin-1')}" if cookies else value.decode("latin-1")
        elif name == b"host":
            host = value
        elif name == b"accept-language":
            tongue = value
        elif name == b"accept-encoding":
            gzip = takes_gzip(value)
        elif name.startswith(b"x-forwarded") or name == b"forwarded":
            forwarded += name + value
    crumbs = parse_cookie(cookies) if cookies else {}
    if "messages" in crumbs:
        return None
    session = crumbs.get(settings.SESSION_COOKIE_NAME, "")
    looks = tuple(crumbs.get(name, "") for name in (settings.LANGUAGE_COOKIE_NAME, *_LOOKS))
    key = (scope["path"], scope["query_string"], session, looks, tongue, host, forwarded, scope.get("scheme"))
    return Asked(key, session, crumbs.get(settings.CSRF_COOKIE_NAME, ""), gzip)


async def _send(page: Page, asked: Asked, send: Send) -> None:
    headers, token = [*page.headers], ""
    if len(page.parts) > 1:
        if len(asked.secret) == SECRET_LETTERS and _PLACE.keys() >= set(asked.secret):
            token = masked(asked.secret)
        else:
            # A secret that nobody had before needs no mask: no two answers hold it.
            token = secrets.token_hex(SECRET_LETTERS // 2)
            headers.append((b"set-cookie", _form_cookie(token)))
    body = token.encode().join(page.parts)
    if asked.gzip:
        page.packed[:] = page.packed or packed_pieces(page.parts)
        body = gzipped(page.packed, token.encode(), body)
        headers += _GZIP
    headers.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def masked(secret: str) -> str:
    """The token of a form for this secret, another each time, as django.middleware.csrf reads it.

    A mask, then each letter of the secret moved on by the mask's. Django draws its masks from the operating system
    letter by letter, which takes longer than all else here.
    """
    mask = secrets.token_hex(SECRET_LETTERS // 2)
    moved = [_LETTERS[(_PLACE[one] + _PLACE[by]) % len(_LETTERS)] for one, by in zip(secret, mask, strict=True)]
    return mask + "".join(moved)


def _form_cookie(secret: str) -> bytes:
    """The cookie Django's own middleware would set, but for the second of its end."""
    return f"{settings.CSRF_COOKIE_NAME}={secret}{_rest_of_form_cookie(int(time.time()) // 3600)}".encode("latin-1")


@lru_cache(maxsize=2)
def _rest_of_form_cookie(_hour: int) -> str:
    response = HttpResponse()
    response.set_cookie(
        "x", "", max_age=settings.CSRF_COOKIE_AGE, domain=settings.CSRF_COOKIE_DOMAIN, path=settings.CSRF_COOKIE_PATH,
        secure=settings.CSRF_COOKIE_SECURE, httponly=settings.CSRF_COOKIE_HTTPONLY, samesite="Lax",
    )  # fmt: skip
    return response.cookies["x"].OutputString().removeprefix('x=""')
