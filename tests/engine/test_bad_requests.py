"""What is no HTTP at all, or bad HTTP: refused in a word by the real server, which goes on serving."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.house import House, open_house

pytestmark = pytest.mark.enable_socket

HOST = b"Host: localhost\r\n"
POST = b"POST /me/look HTTP/1.1\r\n" + HOST
BAD = {
    "a length in words": (POST + b"Content-Length: abc\r\n\r\nx", 400),
    "a length below nothing": (POST + b"Content-Length: -1\r\n\r\nx", 400),
    "two lengths": (POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nx", 400),
    "a length and pieces": (POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "pieces of no length": (POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n", 400),
    "a body too long": (POST + b"Content-Length: 13631488\r\n\r\n", 413),
    "a form cut off": (
        POST + b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 10\r\n\r\n--x\r\nConte",
        403,
    ),
    "a zero byte in the path": (b"GET /\0 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "bytes that are no UTF-8": (b"GET /c/\xff/ HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "broken escapes": (b"GET /c/%ff%zz%/ HTTP/1.1\r\n" + HOST + b"\r\n", 404),
    "another house": (b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 400),
    "a zero byte in a header": (b"GET / HTTP/1.1\r\n" + HOST + b"X: a\0b\r\n\r\n", 400),
    "a cookie of odd bytes": (b"GET / HTTP/1.1\r\n" + HOST + b"Cookie: here=\xff\xfe\r\n\r\n", 200),
    "a verb nobody knows": (b"BREW / HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "TLS on a plain door": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("bad"), empty=True) as house:
        yield house


def ask(house: House, request: bytes) -> tuple[int, bytes]:
    with socket.create_connection(("127.0.0.1", house.port), 20) as visitor, visitor.makefile("rb") as answer:
        visitor.sendall(request)
        status = int(answer.readline().split()[1])
        length = 0
        while (line := answer.readline().strip().lower()) != b"":
            if line.startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        return status, answer.read(length)


@pytest.mark.parametrize("kind", BAD)
def test_bad_requests_are_refused_and_the_house_stays_open(house, kind):
    request, expected = BAD[kind]
    assert ask(house, request)[0] == expected
    assert ask(house, b"GET /health/ready HTTP/1.1\r\n" + HOST + b"\r\n")[0] == 200
    assert "Traceback" not in house.log


def test_too_long_a_body_is_told_in_the_readers_language(house):
    head = POST + b"Content-Length: 13631488\r\n"
    assert "C’est trop lourd à envoyer." in ask(house, head + b"Accept-Language: fr\r\n\r\n")[1].decode()
    page = ask(house, head + b"Accept-Language: fr\r\nCookie: language=en\r\n\r\n")[1].decode()
    assert "That is too heavy to send." in page
