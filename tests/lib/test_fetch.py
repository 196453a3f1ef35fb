"""The one door out: what is read of the web, how much of it, and for how long."""

import gzip
import socket
import ssl
import struct
import time
import tracemalloc
import zlib
from pathlib import Path

import pytest

from comvir.lib.fetch import Limits, Policy, Unfetchable, fetch
from tests.lib.outside import moved, nobody_is_asked, outside, page, why

QUICK = Limits(seconds=0.6, connect=0.5, bytes=50_000)


@pytest.fixture
def web():
    with outside() as server:
        yield server


def test_what_is_asked_and_what_comes_back(web):
    web.ways["/a?b=c"] = page(b"hello", "ETag: x", "Set-Cookie: a", "set-cookie: b")
    answer = fetch(web.url("/a?b=c#d"), headers={"If-None-Match": '"1"'}, policy=web.policy())
    assert (answer.status, answer.body, answer.url) == (200, b"hello", web.url("/a?b=c"))
    assert dict(answer.headers) == {"content-length": "5", "etag": "x", "set-cookie": "a, b"}
    assert 0 < answer.seconds < 30
    assert web.asked == [
        f"GET /a?b=c HTTP/1.1\r\nHost: news.example:{web.port}\r\nUser-Agent: comvir/0.1.0\r\nAccept: */*\r\n"
        'If-None-Match: "1"\r\nAccept-Encoding: gzip, deflate\r\nConnection: close\r\n\r\n'
    ]


def test_a_post_carries_its_body_and_is_sent_nowhere_else(web):
    web.ways["/hook"] = moved("/elsewhere", "307 Temporary Redirect")
    for follow in (True, False):
        answer = fetch(web.url("/hook"), method="POST", body=b"news", follow=follow, policy=web.policy())
        assert (answer.status, answer.headers["location"]) == (307, "/elsewhere")
    assert [asked.split(" ")[1] for asked in web.asked] == ["/hook", "/hook"]
    assert web.asked[0].endswith("\r\n\r\nnews") and "Content-Length: 4\r\n" in web.asked[0]


def test_an_answer_of_any_status_is_an_answer(web):
    web.ways["/gone"] = page(b"", status="410 Gone")
    web.ways["/same"] = b"HTTP/1.1 304 Not Modified\r\nContent-Length: 900\r\nETag: x\r\n\r\n"
    assert [fetch(web.url(path), policy=web.policy()).status for path in ("/gone", "/same", "/no")] == [410, 304, 404]
    assert fetch(web.url("/gone"), method="HEAD", policy=web.policy()).body == b""


def test_only_a_mistake_of_ours_asks_for_these(web):
    for wrong in ({"method": "PUT"}, {"body": b"x"}, {"headers": {"Cookie": "a"}}, {"headers": {"HOST": "a"}}):
        with pytest.raises(ValueError, match="not"):
            fetch(web.url("/"), policy=web.policy(), **wrong)
    with pytest.raises(Unfetchable):
        fetch(web.url("/"), headers={"X": "a\r\nY: b"}, policy=web.policy())
    assert web.asked == []


# Names


def test_a_name_is_asked_once_and_the_answer_held(web):
    """The resolver's second answer would be another one: nobody hears it."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    web.ways["/"] = page(b"first")
    policy = web.policy(resolve=lambda host, port: next(answers))
    assert fetch(web.url("/"), policy=policy).body == b"first"
    assert why(web.url("/"), policy=policy) == "private"
    assert next(answers, None) is None


def test_a_name_that_turns_inwards_at_the_redirect_is_refused(web):
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    web.ways["/"] = moved("/inner")
    assert why(web.url("/"), policy=web.policy(resolve=lambda host, port: next(answers))) == "private"
    assert len(web.asked) == 1


@pytest.mark.parametrize(
    "inner", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "fe80::1%eth0", "64:ff9b::7f00:1", "rubbish"]
)
def test_a_name_that_leads_outside_and_inside_leads_nowhere(inner):
    for answer in ([inner], ["93.184.216.34", inner], [inner, "93.184.216.34"]):
        assert why("http://news.example/", policy=Policy(resolve=lambda host, port, answer=answer: answer)) == "private"


def test_a_name_nobody_has(web):
    assert why(web.url("/", host="other.example"), policy=web.policy()) == "unknown"
    assert why("http://news.example/", policy=Policy(resolve=lambda host, port: [])) == "unknown"


def test_a_resolver_that_never_answers_is_left_behind(web):
    policy = Policy(resolve=lambda host, port: [str(web.closed.wait(5))])
    assert why("http://news.example/", policy=policy, limits=QUICK) == "slow"


@pytest.mark.parametrize("port", [22, 25, 81, 8080, 6379])
def test_other_doors_than_those_of_the_web_stay_shut(port):
    assert why(f"http://news.example:{port}/", policy=Policy(resolve=nobody_is_asked)) == "port"


def test_nothing_listens():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    policy = Policy(allowed=frozenset({("127.0.0.1", port)}), resolve=lambda host, port: ["127.0.0.1"])
    assert why(f"http://news.example:{port}/", policy=policy) == "unreachable"


def test_no_proxy_is_asked(web, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    web.ways["/"] = page(b"straight")
    assert fetch(web.url("/"), policy=web.policy()).body == b"straight"


# Redirects


def test_five_redirects_are_followed_and_no_more(web):
    for step in range(7):
        web.ways[f"/{step}"] = moved(f"/{step + 1}", "301 Moved Permanently")
    web.ways["/7"] = page(b"there")
    assert fetch(web.url("/2"), policy=web.policy()).url == web.url("/7")
    assert why(web.url("/1"), policy=web.policy()) == "redirects"
    assert fetch(web.url("/1"), follow=False, policy=web.policy()).status == 301


def test_a_ring_is_left_at_once(web):
    web.ways.update({"/a": moved("/b"), "/b": moved("/c#x"), "/c": moved(web.url("/a#y")), "/self": moved("")})
    assert why(web.url("/a"), policy=web.policy()) == "ring"
    assert why(web.url("/self"), policy=web.policy()) == "ring"
    assert [asked.split(" ")[1] for asked in web.asked] == ["/a", "/b", "/c", "/self"]


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("http://127.0.0.1/", "private"),
        ("http://169.254.169.254/latest/meta-data/", "private"),
        ("http://0x7f.1/", "address"),
        ("http://[::ffff:127.0.0.1]/", "address"),
        ("//127.0.0.1/", "private"),
        ("http://a:b@news.example/", "credentials"),
        ("file:///etc/passwd", "scheme"),
        ("http:\\\\127.0.0.1", "address"),
        ("http://news.example:22/", "port"),
        ("http://[", "address"),
        ("http://\xe9\xff/", "address"),
    ],
)
def test_a_redirect_is_looked_at_like_the_first_address(web, to, reason):
    web.ways["/"] = moved("TO").replace(b"TO", to.encode("latin-1"))
    assert why(web.url("/"), policy=web.policy()) == reason


def test_a_redirect_in_other_letters_is_understood(web):
    web.ways["/"] = moved("/été où")
    web.ways["/%C3%A9t%C3%A9%20o%C3%B9"] = page(b"there")
    assert fetch(web.url("/"), policy=web.policy()).body == b"there"


# Sizes


def test_a_body_of_the_limit_is_taken_and_one_more_byte_is_not(web):
    web.ways["/most"] = page(b"a" * 50_000)
    web.ways["/more"] = page(b"a" * 50_001)
    web.ways["/unsaid"] = b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 50_001
    assert len(fetch(web.url("/most"), policy=web.policy(), limits=QUICK).body) == 50_000
    assert why(web.url("/more"), policy=web.policy(), limits=QUICK) == "large"
    assert why(web.url("/unsaid"), policy=web.policy(), limits=QUICK) == "large"


def test_a_length_that_lies(web):
    web.ways["/less"] = page(b"hello, world", length=5)
    web.ways["/more"] = page(b"hello", length=500)
    web.ways["/huge"] = page(b"hello", length=10**18)
    web.ways["/chunk"] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhello"
    web.ways["/chunks"] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
    web.ways["/odd"] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello\r\n"
    web.ways["/word"] = b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nhello"
    assert fetch(web.url("/less"), policy=web.policy()).body == b"hello"
    assert why(web.url("/more"), policy=web.policy()) == "cut"
    assert [why(web.url(path), policy=web.policy()) for path in ("/chunk", "/chunks", "/odd")] == ["cut"] * 3
    assert why(web.url("/huge"), policy=web.policy()) == "large"
    assert fetch(web.url("/word"), policy=web.policy()).body == b"hello"


@pytest.mark.parametrize("chunk", [b"1\r\na\r\n", b"8000\r\n" + b"a" * 0x8000 + b"\r\n"])
def test_a_body_without_end_is_left(web, chunk):
    def way(line, _):
        line.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not web.closed.is_set():
            line.sendall(chunk * 100)

    web.ways["/"] = way
    assert why(web.url("/"), policy=web.policy(), limits=Limits(bytes=50_000)) == "large"


def test_a_head_without_end_is_left(web):
    def way(line, _):
        line.sendall(b"HTTP/1.1 200 OK\r\n")
        while not web.closed.is_set():
            line.sendall(b"A: b\r\n" * 50)

    def on_and_on(line, _):
        while not web.closed.is_set():
            line.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 50)

    web.ways.update({"/head": way, "/on": on_and_on, "/hints": b"HTTP/1.1 103 Early Hints\r\n\r\n"})
    assert why(web.url("/head"), policy=web.policy()) == "unreadable"
    assert why(web.url("/on"), policy=web.policy(), limits=Limits(bytes=50_000)) == "large"
    assert why(web.url("/hints"), policy=web.policy()) == "unreadable"


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(b"hello" * 9000)),
        ("GZIP", gzip.compress(b"hello" * 4000) + gzip.compress(b"hello" * 5000)),
        ("x-gzip", gzip.compress(b"hello" * 9000) + b"\0\0\0"),
        ("deflate", zlib.compress(b"hello" * 9000)),
        ("deflate", raw_deflate(b"hello" * 9000)),
        ("identity", b"hello" * 9000),
    ],
)
def test_what_is_packed_is_unpacked(web, coding, packed):
    web.ways["/"] = page(packed, f"Content-Encoding: {coding}")
    assert fetch(web.url("/"), policy=web.policy(), limits=QUICK).body == b"hello" * 9000


def test_a_bomb_does_not_go_off(web):
    """Two hundred megabytes in a fifth of one: no more of it is unpacked than is taken."""
    bomb = gzip.compress(b"\0" * 200_000_000)
    web.ways["/"] = page(bomb, "Content-Encoding: gzip")
    tracemalloc.start()
    try:
        assert why(web.url("/"), policy=web.policy()) == "large"
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("coding", "packed", "reason"),
    [
        ("gzip", gzip.compress(b"hello" * 9000)[:-9], "cut"),
        ("gzip", b"not packed at all", "unreadable"),
        ("gzip", gzip.compress(b"") * 200, "unreadable"),
        ("gzip, gzip", gzip.compress(gzip.compress(b"hello")), "unreadable"),
        ("br", b"hello", "unreadable"),
        ("deflate", b"\xff\xff\xff\xff", "unreadable"),
    ],
)
def test_what_cannot_be_unpacked_is_refused(web, coding, packed, reason):
    web.ways["/"] = page(packed, f"Content-Encoding: {coding}")
    assert why(web.url("/"), policy=web.policy()) == reason


# Time


def test_one_who_says_nothing_or_a_word_a_minute_is_left_in_time(web):
    web.ways["/silent"] = web.silence
    web.ways["/slow"] = web.drip(b"a", every=0.05)
    started = time.monotonic()
    assert why(web.url("/silent"), policy=web.policy(), limits=QUICK) == "slow"
    assert why(web.url("/slow"), policy=web.policy(), limits=QUICK) == "slow"
    assert why(web.url("/silent"), method="POST", body=b"x" * 9_000_000, policy=web.policy(), limits=QUICK) == "slow"
    # Not a measure of speed: without an end, each of these would go on for ever.
    assert time.monotonic() - started < 15


def test_redirects_share_one_time(web):
    def way(line, asked):
        web.closed.wait(0.25)
        line.sendall(moved(f"{asked.split(' ')[1]}a"))

    web.ways.update({"/" + "a" * count: way for count in range(1, 9)})
    assert why(web.url("/a"), policy=web.policy(), limits=QUICK) == "slow"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"hello",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 two OK\r\n\r\n",
        b"\0" * 300,
        b"HTTP/1.1 200 OK\r\n" + b"A" * 70000,
    ],
)
def test_one_who_speaks_something_else(web, answer):
    web.ways["/"] = answer
    assert why(web.url("/"), policy=web.policy()) == "unreadable"


def test_one_who_hangs_up(web):
    def way(line, _):
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\na")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.close()

    web.ways["/"] = way
    assert why(web.url("/"), policy=web.policy()) in ("unreachable", "cut")


# TLS


@pytest.fixture
def secure():
    pem = Path(__file__).parent / "news.example.pem"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with outside(context) as server:
        server.ways["/"] = page(b"sealed")
        server.ways["/down"] = moved("http://news.example/")
        yield server, ssl.create_default_context(cafile=str(pem))


def test_a_certificate_is_looked_at(secure):
    web, trusting = secure
    policy = web.policy(context=trusting)
    assert fetch(web.url("/", scheme="https"), policy=policy).body == b"sealed"
    assert why(web.url("/", scheme="https"), policy=web.policy()) == "untrusted"
    web.names["other.example"] = ["127.0.0.1"]
    assert why(web.url("/", scheme="https", host="other.example"), policy=policy) == "untrusted"
    assert why(web.url("/down", scheme="https"), policy=policy) == "downgrade"


def test_one_who_never_shakes_hands(web):
    web.ways["/"] = web.silence
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        policy = Policy(allowed=frozenset({("127.0.0.1", port)}), resolve=lambda host, port: ["127.0.0.1"])
        assert why(f"https://news.example:{port}/", policy=policy, limits=QUICK) == "slow"
    assert why(web.url("/", scheme="https"), policy=web.policy(), limits=QUICK) in ("unreachable", "slow")
