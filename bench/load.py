"""A small load generator: raw sockets, kept open, a fixed number of them."""

import asyncio
import itertools
import socket
import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Load(NamedTuple):
    """What came of it: requests answered with the awaited status, seconds taken, latencies in seconds, body bytes."""

    count: int
    seconds: float
    latencies: list[float]
    size: int

    def latency_ms(self, part: float) -> float:
        """The latency under which this part (0 to 1) of the requests stayed, in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000


class UnexpectedAnswer(Exception):
    """The server said something else than what this load is made for."""


def request(path: str, cookie: str = "", *, host: str = "localhost", gzip: bool = True) -> bytes:
    """The bytes of a GET as a browser would keep its connection; it takes what is compressed."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", "Accept: text/html", "Accept-Language: en"]
    if gzip:
        lines.append("Accept-Encoding: gzip")
    if cookie:
        lines.append(f"Cookie: {cookie}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def load(
    port: int,
    requests: Sequence[bytes],
    *,
    seconds: float,
    connections: int = 4,
    status: int = 200,
    each_once: bool = False,
) -> Load:
    """Send `requests` in turn on `connections` sockets for so many seconds. Raises UnexpectedAnswer.

    Each socket goes through all of them; with `each_once` they share them out, so that none is sent twice before all
    were sent.
    """
    return asyncio.run(_load(port, requests, seconds, connections, status, each_once))


async def _load(
    port: int, requests: Sequence[bytes], seconds: float, connections: int, status: int, each_once: bool
) -> Load:
    begun = time.perf_counter()
    until = begun + seconds
    if each_once:
        shared = itertools.cycle(requests)
        turns: list[Iterator[bytes]] = [shared] * connections
    else:
        turns = [itertools.cycle([*requests[place:], *requests[:place]]) for place in range(connections)]
    workers = [_worker(port, turn, until, status) for turn in turns]
    done = await asyncio.gather(*workers)
    latencies = [latency for part, _ in done for latency in part]
    return Load(len(latencies), time.perf_counter() - begun, latencies, max(size for _, size in done))


async def _worker(port: int, requests: Iterator[bytes], until: float, status: int) -> tuple[list[float], int]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
    writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    latencies: list[float] = []
    size = 0
    try:
        while (sent := time.perf_counter()) < until:
            writer.write(next(requests))
            size = len(await read_answer(reader, status))
            latencies.append(time.perf_counter() - sent)
    finally:
        writer.close()
    return latencies, size


async def read_answer(reader: asyncio.StreamReader, status: int = 200) -> bytes:
    """The body of the next answer on this connection."""
    head = await reader.readuntil(b"\r\n\r\n")
    if int(head[9:12]) != status:
        raise UnexpectedAnswer(head.split(b"\r\n")[0].decode("latin-1"))
    if status in (204, 304):
        return b""
    names = head.lower()
    at = names.find(b"\r\ncontent-length:")
    if at >= 0:
        return await reader.readexactly(int(names[at + 17 : names.index(b"\r\n", at + 2)]))
    body = b""
    while length := int((await reader.readuntil(b"\r\n")).strip(), 16):
        body += (await reader.readexactly(length + 2))[:-2]
    await reader.readexactly(2)
    return body
