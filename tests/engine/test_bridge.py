"""The bridge: what reaches Django from the network, what comes back, and what is refused at the door."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from comvir.config.bridge import Bridge
from comvir.config.outflow import BrokenOff
from tests.engine.visitor import Visit, visit


def saying(*parts: bytes, status: str = "200 OK", headers: list[tuple[str, str]] | None = None) -> Callable[..., Any]:
    def app(environ, start_response):
        start_response(status, headers or [])
        return list(parts)

    return app


def remembering(seen: dict[str, Any]) -> Callable[..., Any]:
    def app(environ, start_response):
        seen.update(environ, body=environ["wsgi.input"].read(), thread=threading.current_thread().name)
        start_response("204 No Content", [])
        return []

    return app


def across(wsgi: Callable[..., Any], *args: Any, measures: dict[str, Any] | None = None, **kwargs: Any) -> Any:
    """Ask `wsgi` over a bridge, once."""

    async def ask() -> Any:
        bridge = Bridge(wsgi, threads=2, **(measures or {}))
        try:
            return await visit(bridge, *args, **kwargs)
        finally:
            bridge.close()

    return asyncio.run(ask())


def test_a_page_crosses_whole():
    heard = across(saying(b"Hel", b"lo", status="201 Created", headers=[("X-One", "1"), ("X-One", "2")]))
    assert (heard.status, heard.body, heard.ended) == (201, b"Hello", True)
    assert heard.headers == [(b"x-one", b"1"), (b"x-one", b"2")]


def test_the_request_is_told_as_wsgi_tells_it():
    seen: dict[str, Any] = {}
    across(remembering(seen), "POST", "/c/café/?q=a%20b", [("Content-Type", "text/plain"), ("X-Thing", "1")], b"words")
    told = {name: seen[name] for name in ("REQUEST_METHOD", "QUERY_STRING", "CONTENT_TYPE", "CONTENT_LENGTH", "body")}
    assert told == {
        "REQUEST_METHOD": "POST", "QUERY_STRING": "q=a%20b", "CONTENT_TYPE": "text/plain", "CONTENT_LENGTH": "5",
        "body": b"words",
    }  # fmt: skip
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/c/café/"
    assert (seen["HTTP_X_THING"], seen["REMOTE_ADDR"], seen["thread"][:3]) == ("1", "192.0.2.7", "web")


def test_a_body_without_a_length_is_given_one():
    seen: dict[str, Any] = {}

    async def ask() -> None:
        bridge = Bridge(remembering(seen))
        under_way = Visit(bridge, "POST", "/", [("transfer-encoding", "chunked")])
        under_way.say(b"one ", more=True)
        under_way.say(b"two")
        await under_way.end()
        bridge.close()

    asyncio.run(ask())
    assert (seen["body"], seen["CONTENT_LENGTH"]) == (b"one two", "7")
    assert "HTTP_TRANSFER_ENCODING" not in seen


def test_header_names_with_underscores_do_not_pass_for_others():
    seen: dict[str, Any] = {}
    across(remembering(seen), headers=[("X_Forwarded_For", "6.6.6.6"), ("Remote_User", "gil"), ("Proxy", "evil:1")])
    assert [name for name in seen if name.startswith("HTTP_")] == []


@pytest.mark.parametrize("proxies", [(), ("192.0.2.99",)])
def test_nobody_but_the_trusted_proxy_speaks_for_the_client(proxies):
    seen: dict[str, Any] = {}
    forged = [("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "evil.example")]
    across(remembering(seen), headers=forged, measures={"trusted_proxies": proxies})
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == ("192.0.2.7", "http")
    assert [name for name in seen if "FORWARDED" in name] == []
    assert seen["comvir.relayed"] is True


def test_of_the_trusted_proxys_chain_only_its_own_word_counts():
    seen: dict[str, Any] = {}
    told = [("X-Forwarded-For", "6.6.6.6, 198.51.100.4"), ("X-Forwarded-Proto", "https")]
    across(remembering(seen), headers=told, measures={"trusted_proxies": ["192.0.2.7"]})
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == ("198.51.100.4", "https")


def test_two_cookie_headers_become_one():
    seen: dict[str, Any] = {}
    across(remembering(seen), headers=[("Cookie", "a=1"), ("Cookie", "b=2")])
    assert seen["HTTP_COOKIE"] == "a=1; b=2"


def test_too_long_a_body_is_refused_before_it_is_read():
    async def ask() -> tuple[int, int]:
        bridge = Bridge(saying(b"never"), max_body=100)
        under_way = Visit(bridge, "POST", "/", [("content-length", "101")])
        await under_way.until(lambda: under_way.heard.parts)
        taken = under_way.taken
        under_way.leave()
        await under_way.end()
        bridge.close()
        return under_way.heard.status, taken

    assert asyncio.run(ask()) == (413, 0)


def test_a_body_that_says_nothing_of_its_length_is_cut_at_the_limit():
    async def ask() -> tuple[int, int]:
        bridge = Bridge(saying(b"never"), max_body=100)
        under_way = Visit(bridge, "POST", "/", [("transfer-encoding", "chunked")])
        for _ in range(50):
            under_way.say(b"x" * 40, more=True)
        await under_way.until(lambda: under_way.heard.parts)
        under_way.leave()
        await under_way.end()
        bridge.close()
        return under_way.heard.status, len(under_way.heard.body) > 0

    assert asyncio.run(ask()) == (413, True)


def test_a_body_of_just_the_limit_is_taken():
    seen: dict[str, Any] = {}
    across(remembering(seen), "POST", body=b"x" * 100, measures={"max_body": 100})
    assert len(seen["body"]) == 100


@pytest.mark.parametrize(
    ("address", "kind", "cookie", "status"),
    [
        ("/t/1/", "multipart/form-data; boundary=x", "here=abc", 204),
        ("/c/market/write", "multipart/form-data; boundary=x", "other=1; here=abc", 204),
        ("/me/profile", "multipart/form-data; boundary=x", "here=abc", 413),
        ("/t/1/", "application/x-www-form-urlencoded", "here=abc", 413),
        ("/t/1/", "multipart/form-data; boundary=x", "form=abc", 413),
    ],
    ids=["an answer", "a message", "a portrait", "words only", "a stranger"],
)
def test_only_a_form_with_pictures_from_within_may_be_four_times_as_long(address, kind, cookie, status):
    told = [("Content-Type", kind), ("Cookie", cookie)]
    seen: dict[str, Any] = {}
    measures = {"max_body": 100}
    heard = across(remembering(seen), "POST", address, told, b"x" * 400, measures=measures)
    assert (heard.status, len(seen.get("body", b""))) == (status, 400 if status == 204 else 0)
    assert across(remembering({}), "POST", address, told, b"x" * 401, measures=measures).status == 413


def test_a_body_that_stops_half_way_is_given_up():
    async def ask() -> int:
        bridge = Bridge(saying(b"never"), silence=0.05)
        under_way = Visit(bridge, "POST", "/", [("content-length", "10")])
        under_way.say(b"half", more=True)
        await under_way.until(lambda: under_way.heard.parts)
        under_way.leave()
        await under_way.end()
        bridge.close()
        return under_way.heard.status

    assert asyncio.run(ask()) == 408


def test_a_client_that_leaves_while_speaking_reaches_nobody():
    seen: dict[str, Any] = {}

    async def ask() -> int:
        bridge = Bridge(remembering(seen))
        under_way = Visit(bridge, "POST", "/", [("content-length", "10")])
        under_way.say(b"half", more=True)
        under_way.leave()
        await under_way.end()
        bridge.close()
        return under_way.heard.status

    assert (asyncio.run(ask()), seen) == (0, {})


def test_what_breaks_is_one_line_of_log_and_a_number(caplog):
    def broken(environ, start_response):
        raise RuntimeError("the secret word")

    with caplog.at_level(logging.ERROR):
        heard = across(broken, path="/i/secret-code/")
    number = caplog.records[0].request_id
    assert (heard.status, number in heard.body.decode()) == (500, True)
    assert "secret" not in heard.body.decode()
    assert "secret" not in caplog.records[0].getMessage()


def test_an_answer_that_breaks_half_way_does_not_look_whole(caplog):
    class Broken:
        streaming = True

        def __iter__(self) -> Iterator[bytes]:
            yield b"half"
            raise RuntimeError

    def app(environ, start_response):
        start_response("200 OK", [])
        return Broken()

    async def ask() -> tuple[bytes, bool]:
        bridge = Bridge(app)
        under_way = Visit(bridge, "GET", "/", [])
        with pytest.raises(BrokenOff):
            await under_way.end()
        bridge.close()
        return under_way.heard.body, under_way.heard.ended

    assert asyncio.run(ask()) == (b"half", False)


class Stream:
    """A streaming answer that waits for a sign before each part, and says when it was closed."""

    streaming = True

    def __init__(self, parts: list[bytes]) -> None:
        self.parts = parts
        self.go = threading.Semaphore(0)
        self.closed = threading.Event()

    def __call__(self, environ, start_response):
        start_response("200 OK", [])
        return self

    def __iter__(self) -> Iterator[bytes]:
        for part in self.parts:
            self.go.acquire(timeout=5)
            yield part

    def close(self) -> None:
        self.closed.set()


def test_a_stream_is_sent_as_it_is_made():
    async def ask() -> list[bytes]:
        stream = Stream([b"one", b"two"])
        bridge = Bridge(stream)
        under_way = Visit(bridge, "GET", "/", [])
        stream.go.release()
        await under_way.until(lambda: under_way.heard.body == b"one")
        before = under_way.heard.body
        stream.go.release()
        heard = await under_way.end()
        bridge.close()
        return [before, heard.body]

    assert asyncio.run(ask()) == [b"one", b"onetwo"]


def test_a_stream_nobody_listens_to_is_closed():
    async def ask() -> bool:
        stream = Stream([b"one"] * 50)
        bridge = Bridge(stream)
        under_way = Visit(bridge, "GET", "/", [])
        stream.go.release()
        await under_way.until(lambda: under_way.heard.body)
        under_way.leave()
        await asyncio.sleep(0.01)
        stream.go.release()
        await asyncio.to_thread(stream.closed.wait, 5)
        await under_way.end()
        bridge.close()
        return stream.closed.is_set()

    assert asyncio.run(ask())


def test_a_slow_client_holds_no_thread():
    """Ten clients that take nothing of a long answer, two threads: the eleventh is answered all the same."""
    long = b"x" * (3 << 20)

    def app(environ, start_response):
        start_response("200 OK", [])
        return [long[i : i + 65536] for i in range(0, len(long), 65536)] if environ["PATH_INFO"] == "/long" else [b"ok"]

    async def ask() -> tuple[bytes, set[bool]]:
        bridge = Bridge(app, threads=2)
        slow = [Visit(bridge, "GET", "/long", []) for _ in range(10)]
        for one in slow:
            one.slow.clear()
        quick = await visit(bridge, path="/quick")
        for one in slow:
            one.slow.set()
        bodies = {(await one.end()).body == long for one in slow}
        bridge.close()
        return quick.body, bodies

    assert asyncio.run(ask()) == (b"ok", {True})


def test_beyond_what_may_wait_the_answer_is_to_come_back():
    async def ask() -> list[Any]:
        stream = Stream([b"done"])
        bridge = Bridge(stream, threads=1, waiting=2)
        inside = [Visit(bridge, "GET", "/", []) for _ in range(3)]
        await asyncio.sleep(0.01)
        refused = await visit(bridge)
        for _ in inside:
            stream.go.release()
        served = [(await one.end()).status for one in inside]
        after = Visit(bridge, "GET", "/", [])
        stream.go.release()
        again = (await after.end()).status
        bridge.close()
        return [refused.status, refused.header("retry-after"), served, again]

    assert asyncio.run(ask()) == [503, "5", [200, 200, 200], 200]
