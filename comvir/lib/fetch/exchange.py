"""One question and one answer over one connection, within a time and a size, whatever the other side does."""

import io
import socket
import ssl
import time
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, IncompleteRead
from typing import Any

from comvir.lib.fetch.addresses import Resolver, is_public, resolved, system_resolver
from comvir.lib.fetch.refusals import Unfetchable
from comvir.lib.fetch.urls import Url

PIECE = 64 * 1024
# Head, chunk sizes and trailers: what comes over the line beside the body.
BESIDE = 256 * 1024
MOST_TRIED = 4
GZIP_MAGIC = b"\x1f\x8b"
MOST_MEMBERS = 100


@dataclass(frozen=True)
class Limits:
    """Seconds for the whole (redirects included), seconds to be let in, bytes of the body as sent and unpacked."""

    seconds: float = 30
    connect: float = 5
    bytes: int = 5 * 1024 * 1024
    redirects: int = 5


@dataclass(frozen=True)
class Policy:
    """Where one may go. `allowed` are pairs of address and port that pass although they are not public: for tests."""

    ports: frozenset[int] = frozenset({80, 443})
    allowed: frozenset[tuple[str, int]] = frozenset()
    resolve: Resolver = system_resolver
    context: ssl.SSLContext | None = None

    def lets(self, address: str, port: int) -> bool:
        return is_public(address) or (address, port) in self.allowed

    def lets_port(self, port: int) -> bool:
        return port in self.ports or any(port == other for _, other in self.allowed)


class Deadline:
    """A moment by which all must be done."""

    def __init__(self, seconds: float) -> None:
        self.began = time.monotonic()
        self.until = self.began + seconds

    def left(self) -> float:
        """Seconds left, more than none. Raises Unfetchable "slow"."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise Unfetchable("slow")
        return left

    def gone(self) -> float:
        return time.monotonic() - self.began


@dataclass(frozen=True)
class Reply:
    """What one exchange brought. Header names in lower case, those that come twice joined by a comma."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Raw(io.RawIOBase):
    """What comes over a socket, each read held to the deadline and all of them to a size."""

    def __init__(self, sock: socket.socket, deadline: Deadline, most: int) -> None:
        self.sock, self.deadline, self.left = sock, deadline, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self.left <= 0:
            raise Unfetchable("large")
        self.sock.settimeout(self.deadline.left())
        got = self.sock.recv_into(memoryview(buffer)[: self.left])
        self.left -= got
        return got


class _Line:
    """The little of a socket that http.client asks for."""

    def __init__(self, sock: socket.socket, deadline: Deadline, most: int) -> None:
        self.sock, self.deadline = sock, deadline
        self.raw = _Raw(sock, deadline, most)

    def sendall(self, data: bytes) -> None:
        # A piece at a time: sending all at once, over TLS, would allow each piece the whole time anew.
        view = memoryview(data)
        while view:
            self.sock.settimeout(self.deadline.left())
            view = view[self.sock.send(view[:PIECE]) :]

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self.raw, PIECE)

    def close(self) -> None:
        """Nothing: http.client closes before the body is read. Whoever opened the socket closes it."""


def exchange(
    url: Url,
    method: str,
    headers: Mapping[str, str],
    body: bytes | None,
    *,
    limits: Limits,
    policy: Policy,
    deadline: Deadline,
) -> Reply:
    """Ask once, at an address that was looked at and no other. Raises Unfetchable."""
    try:
        sock = _connected(url, limits, policy, deadline)
        try:
            return _asked(_Line(sock, deadline, limits.bytes + BESIDE), url, method, headers, body, limits)
        finally:
            sock.close()
    except TimeoutError:
        raise Unfetchable("slow") from None
    except ssl.SSLCertVerificationError:
        raise Unfetchable("untrusted") from None
    except IncompleteRead:
        raise Unfetchable("cut") from None
    except (HTTPException, zlib.error, ValueError):
        raise Unfetchable("unreadable") from None
    except OSError:
        raise Unfetchable("unreachable") from None


def _connected(url: Url, limits: Limits, policy: Policy, deadline: Deadline) -> socket.socket:
    if not policy.lets_port(url.port):
        raise Unfetchable("port")
    addresses = resolved(policy.resolve, url.host, url.port, deadline.left())
    # All of them: a name that leads both outside and inside is not an honest one.
    if not all(policy.lets(address, url.port) for address in addresses):
        raise Unfetchable("private")
    for address in addresses[:MOST_TRIED]:
        try:
            # To the address itself, so that nobody is asked again where the name leads.
            sock = socket.create_connection((address, url.port), timeout=min(limits.connect, deadline.left()))
        except OSError:
            continue
        if url.scheme == "http":
            return sock
        try:
            sock.settimeout(deadline.left())
            return (policy.context or _context()).wrap_socket(sock, server_hostname=url.host)
        except BaseException:
            sock.close()
            raise
    raise Unfetchable("unreachable")


@lru_cache(maxsize=1)
def _context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


def _asked(line: _Line, url: Url, method: str, headers: Mapping[str, str], body: bytes | None, limits: Limits) -> Reply:
    connection = HTTPConnection(url.host, url.port)
    connection.sock = line
    connection.putrequest(method, url.target, skip_host=True, skip_accept_encoding=True)
    connection.putheader("Host", url.authority)
    for name, value in headers.items():
        connection.putheader(name, value)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.putheader("Accept-Encoding", "gzip, deflate")
    connection.putheader("Connection", "close")
    connection.endheaders(body)
    with connection.getresponse() as response:
        if response.status < 200:
            raise Unfetchable("unreadable")
        return Reply(response.status, _plain(response.headers), _body(response, limits.bytes))


def _plain(headers: Message) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in headers.items():
        lower = name.lower()
        found[lower] = f"{found[lower]}, {value}" if lower in found else value
    return found


def _body(response: HTTPResponse, most: int) -> bytes:
    if response.length is not None and response.length > most:
        raise Unfetchable("large")
    kept = bytearray()
    for piece in _unpacked(response, most):
        kept += piece
        if len(kept) > most:
            raise Unfetchable("large")
    if response.length:
        raise Unfetchable("cut")
    return bytes(kept)


def _pieces(response: HTTPResponse, most: int) -> Iterator[bytes]:
    received = 0
    while piece := response.read(PIECE):
        received += len(piece)
        if received > most:
            raise Unfetchable("large")
        yield piece


def _unpacked(response: HTTPResponse, most: int) -> Iterator[bytes]:
    """The body's pieces, gzip or deflate undone, never more than PIECE at a time."""
    coding = (response.headers.get("Content-Encoding") or "identity").strip().lower()
    pieces = _pieces(response, most)
    if coding == "identity":
        yield from pieces
        return
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise Unfetchable("unreadable")
    unpacker: Any = None
    members = 0
    for piece in pieces:
        while piece:
            if unpacker is None or unpacker.eof:
                if members and (coding == "deflate" or not piece.startswith(GZIP_MAGIC)):
                    break  # what some servers leave behind the end
                members += 1
                if members > MOST_MEMBERS:
                    raise Unfetchable("unreadable")
                unpacker = _unpacker(coding, piece)
            yield unpacker.decompress(piece, PIECE)
            piece = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    while unpacker is not None and not unpacker.eof:
        # Without anything left to read, whatever still comes out is bounded; nothing coming means it was cut.
        rest = unpacker.decompress(b"", PIECE)
        if not rest:
            raise Unfetchable("cut")
        yield rest


def _unpacker(coding: str, beginning: bytes) -> Any:
    if coding != "deflate":
        return zlib.decompressobj(16 + zlib.MAX_WBITS)
    # "deflate" is sent with the zlib header it should have, and without.
    zlib_header = len(beginning) > 1 and beginning[0] & 15 == 8 and (beginning[0] << 8 | beginning[1]) % 31 == 0
    return zlib.decompressobj(zlib.MAX_WBITS if zlib_header else -zlib.MAX_WBITS)
