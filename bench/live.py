"""Open pages: what each weighs, what all cost while nothing is said, and how soon each hears of what is."""

import asyncio
import os
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlencode

from bench.server import Server, free_port
from bench.town import WORDS, settle, wake

Page: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]

PAGES = {"quick": 300, "normal": 1000, "full": 4000}
DEEDS = {"quick": 3, "normal": 10, "full": 20}
IDLE_SECONDS = {"quick": 1.0, "normal": 5.0, "full": 20.0}


def measure(scale: str) -> dict[str, Any]:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory() as place:
        data, port = Path(place) / "data", free_port()
        os.environ.update(COMVIR_DATA=str(data), COMVIR_DATABASE="")
        wake()
        from django.test import Client  # noqa: PLC0415 - after the set-up

        from comvir.conversation import acts  # noqa: PLC0415 - models need the registry

        circle, people = settle()
        thread = acts.start(by=people[0], community=circle, title="Sunday", text=WORDS).thread_id
        browser = Client()
        browser.force_login(people[1].account)
        session = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
        command = [sys.executable, "-m", "comvir", "serve", "--port", str(port)]
        with Server(command, port, COMVIR_DATA=str(data), COMVIR_TRUSTED_PROXY="127.0.0.1") as server:
            return asyncio.run(_measure(server, thread, session, scale))


async def _measure(server: Server, thread: int, session: str, scale: str) -> dict[str, Any]:
    # The first stream wakes what all share; it is not what one page weighs.
    one = await _open(server.port, thread, 0)
    before, alone = server.memory_mb(), await _idle(server, IDLE_SECONDS[scale])
    first = [(await _say(server.port, thread, session, [one]))[0] for _ in range(DEEDS[scale])]
    begun = time.perf_counter()
    pages = [await _open(server.port, thread, number) for number in range(1, PAGES[scale] + 1)]
    opened = time.perf_counter() - begun
    memory, idle = server.memory_mb(), await _idle(server, IDLE_SECONDS[scale])
    spent = server.cpu()
    lags = [await _say(server.port, thread, session, pages) for _ in range(DEEDS[scale])]
    spent = server.cpu() - spent
    for _, writer in (one, *pages):
        writer.close()
    return {
        "pages": len(pages),
        "kb_per_page": round((memory - before) * 1000 / len(pages), 1),
        "opened_per_s": round(len(pages) / opened),
        "idle_core_share_with_1": round(alone, 4),
        "idle_core_share": round(idle, 4),
        "posted_to_heard_by_1_p50_ms": round(statistics.median(first) * 1000, 1),
        "posted_to_heard_p50_ms": round(statistics.median(lag for times in lags for lag in times) * 1000, 1),
        "posted_to_heard_by_all_p50_ms": round(statistics.median(max(times) for times in lags) * 1000, 1),
        "cpu_us_per_delivery": round(spent / (len(pages) * DEEDS[scale]) * 1_000_000, 1),
    }


async def _idle(server: Server, seconds: float) -> float:
    """The share of a core used while nothing is said."""
    before = server.cpu()
    await asyncio.sleep(seconds)
    return (server.cpu() - before) / seconds


async def _say(port: int, thread: int, session: str, pages: list[Page]) -> list[float]:
    """Answer through the page's form; the seconds from sending it until each of `pages` heard of it."""
    heard = [asyncio.create_task(_hear(page)) for page in pages]
    await asyncio.sleep(0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    form, body = "a" * 32, urlencode({"text": WORDS})
    head = [
        f"POST /t/{thread}/ HTTP/1.1", "Host: localhost", f"Cookie: {session}; form={form}", f"X-CSRFToken: {form}",
        "Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}", "Connection: close",
    ]  # fmt: skip
    said = time.perf_counter()
    writer.write(("\r\n".join(head) + f"\r\n\r\n{body}").encode())
    times = [at - said for at in await asyncio.gather(*heard)]
    if not (await reader.read()).startswith(b"HTTP/1.1 303"):
        raise RuntimeError("the answer was not taken")
    writer.close()
    return times


async def _open(port: int, thread: int, number: int) -> Page:
    """A page of one visitor among many, each from an address of their own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=4096)
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    writer.write(
        f"GET /live?thread={thread} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {address}\r\n\r\n".encode()
    )
    answer = await reader.readuntil(b"\r\n\r\n")
    if not answer.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(answer[:40])
    await reader.readuntil(b"\n\n\r\n")
    return reader, writer


async def _hear(page: Page) -> float:
    while b"event: deed" not in await page[0].readuntil(b"\n\n\r\n"):
        pass
    return time.perf_counter()
