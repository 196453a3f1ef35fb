"""A thread of any length: its first, middle and last page, and a day of it, beside a thread of twenty messages.

Each request is one that was never made before, so that what is compared is the making of pages; nobody vouched for
the messages of either, which would be one thing more to show.
"""

from datetime import timedelta
from typing import Any

from bench.cores import keep_to_the_other
from bench.goals import row
from bench.large import LAST, MESSAGES, large
from bench.load import request
from bench.rounds import SECONDS, Asking, Contender, in_turn
from bench.server import free_port, house

GOAL = 1.2


def measure(scale: str) -> dict[str, Any]:
    keep_to_the_other()
    data, told = large(MESSAGES[scale])
    last = told["giant_last"]
    asked = {
        "first": "n={turn}", "middle": f"after={last // 2}&n={{turn}}", "last": f"before={last + 1}&n={{turn}}",
        "day": f"on={LAST - timedelta(days=400):%Y-%m-%d}&n={{turn}}",
    }  # fmt: skip
    cookies = told["cookies"]
    with house(data, free_port()) as server:
        contenders: dict[str, Contender] = {
            name: Asking(server, _requests([told["giant"]], query, cookies), SECONDS[scale], connections=1)
            for name, query in asked.items()
        }
        contenders["twenty"] = Asking(
            server, _requests(told["not_vouched_for"], "n={turn}", cookies), SECONDS[scale], connections=1
        )
        found = in_turn(contenders, scale, [server])
        return {
            **{
                f"{name}_page": row(
                    found.ratio(name, "twenty", "cpu_ms"), "times", GOAL, disturbed=found.disturbed,
                    cpu_ms=round(found.median(name, "cpu_ms"), 2), p50_ms=round(found.median(name, "p50_ms"), 2),
                    p50_times=round(found.ratio(name, "twenty", "p50_ms"), 2),
                    kb=round(found.median(name, "bytes") / 1000, 1),
                )
                for name in asked
            },
            "twenty_cpu_ms": round(found.median("twenty", "cpu_ms"), 2),
            "twenty_p50_ms": round(found.median("twenty", "p50_ms"), 2),
            "twenty_kb": round(found.median("twenty", "bytes") / 1000, 1),
            "messages": last + 1,
            **found.told(),
        }  # fmt: skip


def _requests(threads: list[int], query: str, cookies: list[str]) -> list[bytes]:
    return [
        request(f"/t/{threads[turn % len(threads)]}/?{query.format(turn=turn)}", cookies[turn % len(cookies)])
        for turn in range(4000)
    ]
