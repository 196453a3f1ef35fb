"""Open pages of members: how soon each hears of what is said, none of them left out or told twice; what they cost."""

import os
import resource
import shutil
import socket
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.cores import Others, keep_to_the_other
from bench.goals import row
from bench.large import MESSAGES, large
from bench.listeners import Heard, Listeners
from bench.server import Server, free_port
from bench.speaking import answer
from bench.town import WORDS

LISTENERS = {"quick": (100,), "normal": (500, 2000), "full": (500, 2000)}
SAID = {"quick": 5, "normal": 20, "full": 60}
IDLE_SECONDS = {"quick": 0.5, "normal": 3.0, "full": 10.0}
# Milliseconds: half of the pages, and all but one in a hundred.
GOALS = {100: (10, 20), 500: (10, 20), 2000: (20, 40)}
BETWEEN_SECONDS = 0.1
# A session may have six live pages open.
OF_ONE_SESSION = 5


def measure(scale: str) -> dict[str, Any]:
    keep_to_the_other()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    counts = [count for count in LISTENERS[scale] if count < most - 200]
    data, told = large(MESSAGES[scale])
    with tempfile.TemporaryDirectory(dir=os.environ["BENCH_DATA"]) as place:
        shutil.copytree(data, copy := Path(place) / "data")
        return {f"listeners_{count}": _measure(copy, told, count, scale) for count in counts}


def _measure(data: Path, told: dict[str, Any], count: int, scale: str) -> dict[str, Any]:
    thread, port, plain = told["short"][0], free_port(), free_port()
    command = [sys.executable, "-m", "comvir", "serve", "--empty", "--port", str(port)]
    house = Server(command, port, COMVIR_DATA=str(data), COMVIR_DATABASE="", COMVIR_TRUSTED_PROXY="127.0.0.1")
    crier = Server([sys.executable, "-m", "bench.town_crier", str(plain)], plain, path="/")
    with house, crier:
        before = house.memory_mb()
        pages = Listeners(port, [_page(thread, number, told["cookies"]) for number in range(count)])
        floor = Listeners(plain, [_page(thread, number, [""]) for number in range(count)])
        memory, idle = house.memory_mb(), _idle(house, IDLE_SECONDS[scale])
        sent = answer(thread, WORDS, told["cookies"][-1])
        # The first wakes what all share.
        _say(port, pages, sent)
        watch, spent = Others([house, crier]), house.cpu()
        heard, bare = [], []
        for _ in range(SAID[scale]):
            heard.append(_say(port, pages, sent))
            bare.append(_say(plain, floor, sent))
        spent, others = house.cpu() - spent, watch.share()
        pages.close()
        floor.close()
    lags, least = (sorted(lag * 1000 for one in told for lag in one.lags) for told in (heard, bare))
    p50, p99 = GOALS[count]
    return {
        "p50": row(_part(lags, 0.5), "ms", p50, floor=_part(least, 0.5), disturbed=others > 0.05),
        "p99": row(_part(lags, 0.99), "ms", p99, floor=_part(least, 0.99), disturbed=others > 0.05),
        "lost": row(sum(one.lost for one in heard), "times", 0),
        "told_twice": row(sum(one.twice for one in heard), "times", 0),
        "all_heard_p50_ms": round(statistics.median(max(one.lags, default=0) for one in heard) * 1000, 1),
        "kb_per_page": round((memory - before) * 1000 / count, 1),
        "idle_core_share": round(idle, 4),
        "cpu_us_per_delivery": round(spent / (count * SAID[scale]) * 1_000_000, 1),
        "others_share": round(others, 3),
    }


def _part(ordered: list[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def _idle(server: Server, seconds: float) -> float:
    """The share of a core used while nothing is said."""
    before = server.cpu()
    time.sleep(seconds)
    return (server.cpu() - before) / seconds


def _say(port: int, pages: Listeners, sent: bytes) -> Heard:
    with socket.create_connection(("127.0.0.1", port)) as speaker:
        speaker.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        heard = pages.hear(speaker, sent)
    time.sleep(BETWEEN_SECONDS)
    return heard


def _page(thread: int, number: int, cookies: list[str]) -> bytes:
    """A page of one member among many, each from an address of their own; strangers once the members' are used up."""
    place = number // OF_ONE_SESSION
    cookie = f"Cookie: {cookies[place]}\r\n" if place < len(cookies) and cookies[place] else ""
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    return (
        f"GET /live?thread={thread} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {address}\r\n{cookie}\r\n".encode()
    )
