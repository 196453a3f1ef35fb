"""What ten times as many messages change: the same requests to a small house and to a large one, in turn."""

import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.cores import keep_to_the_other
from bench.goals import row
from bench.large import MESSAGES, SMALL, large
from bench.load import request
from bench.rounds import SECONDS, Asking, Contender, in_turn
from bench.server import Server, free_port, house
from bench.speaking import answer
from bench.town import WORDS

# How many times the median latency may be, one connection.
GOALS = {"page": 1.3, "list": 1.3, "search": 2.0, "post": 1.3}


def measure(scale: str) -> dict[str, Any]:
    keep_to_the_other()
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=os.environ["BENCH_DATA"])))
        contenders: dict[str, Contender] = {}
        servers: list[Server] = []
        for name, messages in (("small", SMALL[scale]), ("large", MESSAGES[scale])):
            data, told = large(messages)
            shutil.copytree(data, copy := place / name)
            servers.append(stack.enter_context(house(copy, free_port())))
            for what, (requests, status) in _requests(told).items():
                contenders[f"{name} {what}"] = Asking(
                    servers[-1], requests, SECONDS[scale] / 2, connections=1, status=status, to_the_end=what == "post"
                )
        found = in_turn(contenders, scale, servers)
    return {
        **{
            what: row(
                found.ratio(f"large {what}", f"small {what}", "p50_ms"), "times", goal, disturbed=found.disturbed,
                cpu_times=round(found.ratio(f"large {what}", f"small {what}", "cpu_ms"), 2),
                small_p50_ms=round(found.median(f"small {what}", "p50_ms"), 2),
                large_p50_ms=round(found.median(f"large {what}", "p50_ms"), 2),
            )
            for what, goal in GOALS.items()
        },
        "small_messages": SMALL[scale],
        "large_messages": MESSAGES[scale],
        **found.told(),
    }  # fmt: skip


def _requests(told: dict[str, Any]) -> dict[str, tuple[list[bytes], int]]:
    cookies, threads, short = told["cookies"], told["of_twenty"], told["short"]
    who = [cookies[turn % len(cookies)] for turn in range(3000)]
    return {
        "page": ([request(f"/t/{threads[n % len(threads)]}/?n={n}", cookie) for n, cookie in enumerate(who)], 200),
        "list": ([request(f"/c/{told['circle']}/?n={n}", cookie) for n, cookie in enumerate(who)], 200),
        "search": ([request(f"/search/?{urlencode({'q': q})}", cookies[1]) for q in told["words"]["two"]], 200),
        "post": ([answer(short[n % len(short)], WORDS, cookie) for n, cookie in enumerate(who[:500])], 303),
    }
