"""Open pages: what each weighs, what all cost while nothing is said, and how soon each hears of what is."""

import asyncio
import os
import resource
import statistics
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from bench.server import Server, free_port
from bench.town import WORDS, settle, wake

PAGES = {"quick": 1000, "normal": 1000, "full": 4000}
DEEDS = {"quick": 5, "normal": 10, "full": 20}
IDLE_SECONDS = {"quick": 3.0, "normal": 5.0, "full": 20.0}


def measure(scale: str) -> dict[str, Any]:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory() as place:
        data, port = Path(place) / "data", free_port()
        os.environ.update(COMVIR_DATA=str(data), COMVIR_DATABASE="")
        wake()
        from comvir.conversation import acts  # noqa: PLC0415 - models need the registry

        circle, people = settle()
        thread = acts.start(by=people[0], community=circle, title="Sunday", text=WORDS).thread
        command = [sys.executable, "-m", "comvir", "serve", "--port", str(port), "--no-readers"]
        with Server(command, port, COMVIR_DATA=str(data), COMVIR_TRUSTED_PROXY="127.0.0.1") as server:
            return asyncio.run(_measure(server, partial(acts.answer, by=people[1], thread=thread, text=WORDS), scale))


async def _measure(server: Server, say: partial[Any], scale: str) -> dict[str, Any]:
    thread = say.keywords["thread"].pk
    # The first stream wakes what all share; it is not what one page weighs.
    await _open(server.port, thread, 0)
    before, alone = server.memory_mb(), await _idle(server, IDLE_SECONDS[scale])
    begun = time.perf_counter()
    pages = [await _open(server.port, thread, number) for number in range(1, PAGES[scale] + 1)]
    opened = time.perf_counter() - begun
    memory, idle = server.memory_mb(), await _idle(server, IDLE_SECONDS[scale])
    lags: list[float] = []
    last: list[float] = []
    spent = server.cpu()
    for _ in range(DEEDS[scale]):
        heard = [asyncio.create_task(_hear(page)) for page in pages]
        await asyncio.sleep(0.05)
        await asyncio.to_thread(say)
        said = time.perf_counter()
        times = [at - said for at in await asyncio.gather(*heard)]
        lags += times
        last.append(max(times))
    spent = server.cpu() - spent
    for _, writer in pages:
        writer.close()
    return {
        "pages": len(pages),
        "kb_per_page": round((memory - before) * 1000 / len(pages), 1),
        "opened_per_s": round(len(pages) / opened),
        "idle_core_share_with_1": round(alone, 4),
        "idle_core_share": round(idle, 4),
        "heard_p50_ms": round(statistics.median(lags) * 1000, 1),
        "heard_by_all_p50_ms": round(statistics.median(last) * 1000, 1),
        "heard_by_all_worst_ms": round(max(last) * 1000, 1),
        "cpu_us_per_delivery": round(spent / (len(pages) * DEEDS[scale]) * 1_000_000, 1),
    }


async def _idle(server: Server, seconds: float) -> float:
    """The share of a core used while nothing is said."""
    before = server.cpu()
    await asyncio.sleep(seconds)
    return (server.cpu() - before) / seconds


async def _open(port: int, thread: int, number: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
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


async def _hear(page: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> float:
    while b"event: deed" not in await page[0].readuntil(b"\n\n\r\n"):
        pass
    return time.perf_counter()
