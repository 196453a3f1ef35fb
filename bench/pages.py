"""The pages most looked at, a thread of twenty messages and a circle: seen for the first time, and again.

Seen for the first time by this reader, so that no page was kept for them; or again, from what was kept. A list and
the threads are those of a large house; each request is of another reader or thread. After each of some answers, the
very next page must show it: to members and to strangers, on other connections.
"""

import os
import random
import tempfile
from pathlib import Path
from typing import Any

from bench.bare import bare
from bench.cores import keep_to_the_other
from bench.goals import row
from bench.large import MESSAGES, large
from bench.load import load, request
from bench.rounds import SECONDS, Asking, Contender, Rounds, Sample, in_turn
from bench.server import Server, floor, free_port, house
from bench.speaking import Line, answer

# The goals of issue 2, in milliseconds of processor time a request on one core.
GOALS = {
    "thread_first_view": 0.5, "thread_again": 0.5, "thread_anonymous_first": 0.4, "thread_anonymous_again": 0.05,
    "list_first_view": 0.6, "list_again": 0.6,
}  # fmt: skip
# As programs ask that take nothing compressed: so the peers were measured.
PLAIN = ("first_view_plain", "anonymous_again_plain")
TRUTHS = {"quick": 10, "normal": 100, "full": 400}
CONNECTIONS = 16


def measure(scale: str) -> dict[str, Any]:
    keep_to_the_other()
    data, told = large(MESSAGES[scale])
    with tempfile.TemporaryDirectory() as place, house(data, free_port()) as server:
        asked = _requests(told)
        body = Path(place) / "body"
        Path(body).write_bytes(b"x" * load(server.port, asked["thread_first_view"][-1:], seconds=0.1).size)
        with bare(free_port(), data / _database(data), Path(place)) as raw, floor(body, free_port()) as bytes_only:
            found = in_turn(_contenders(server, raw, bytes_only, asked, told, scale), scale, [server, raw, bytes_only])
        figures = {
            name: _row(found, name, server, asked[name][-300:]) for name in GOALS
        }  # fmt: skip
        untrue = _untrue(server.port, told, TRUTHS[scale])
        return {
            **figures,
            "untrue_pages": row(untrue, "pages", 0, asked=TRUTHS[scale] * 4),
            **{f"{name}_ms": round(found.median(name, "cpu_ms"), 3) for name in PLAIN},
            "django_raw_query_ms": round(found.median("raw", "cpu_ms"), 3),
            "same_bytes_ms": round(found.median("bytes", "cpu_ms"), 3),
            "memory_mb": round(server.memory_mb(), 1),
            **found.told(),
        }


def _requests(told: dict[str, Any]) -> dict[str, list[bytes]]:
    dice, cookies, paths = random.Random(1), told["cookies"], [f"/t/{pk}/" for pk in told["of_twenty"][:300]]
    circle = f"/c/{told['circle']}/"
    everybody = [request(path, cookie) for cookie in cookies[1:] for path in paths]
    dice.shuffle(everybody)
    half = len(everybody) // 2
    return {
        "thread_first_view": everybody[:half][:20_000],
        "first_view_plain": [sent.replace(b"Accept-Encoding: gzip\r\n", b"") for sent in everybody[half:][:20_000]],
        "thread_again": [request(path, cookies[0]) for path in paths],
        # Strangers are all alike: what makes the page a new one is what else stands in its address.
        "thread_anonymous_first": [request(f"{path}?n={turn}") for turn in range(60) for path in paths],
        "anonymous_again_plain": [request(path, gzip=False) for path in paths],
        "thread_anonymous_again": [request(path) for path in paths],
        "list_first_view": [request(f"{circle}?n={turn}", cookie) for turn in range(60) for cookie in cookies],
        "list_again": [request(circle, cookie) for cookie in cookies[:20]],
    }


def _contenders(
    server: Server, raw: Server, bytes_only: Server, asked: dict[str, list[bytes]], told: dict[str, Any], scale: str
) -> dict[str, Contender]:
    def asking(name: str) -> Contender:
        ask = Asking(server, asked[name], SECONDS[scale], connections=CONNECTIONS)
        return _warmed(server, asked[name], ask) if "again" in name else ask

    twenty = [request(f"/{pk}") for pk in told["of_twenty"][:300]]
    return {
        **{name: asking(name) for name in (*GOALS, *PLAIN)},
        "raw": Asking(raw, twenty, SECONDS[scale], connections=CONNECTIONS),
        "bytes": Asking(bytes_only, [request("/")], SECONDS[scale], connections=CONNECTIONS),
    }


def _warmed(server: Server, requests: list[bytes], ask: Asking) -> Contender:
    """Each once before, twice even: a page is kept once it is known whose session it is."""

    def sample() -> Sample:
        line = Line(server.port)
        for sent in [*requests, *requests]:
            line.ask(sent)
        line.close()
        return ask()

    return sample


def _row(found: Rounds, name: str, server: Server, requests: list[bytes]) -> dict[str, Any]:
    against = "bytes" if name.endswith("again") else "raw"
    alone = load(server.port, requests, seconds=0.3, connections=1, each_once=True)
    return {
        **row(found.median(name, "cpu_ms"), "ms cpu", GOALS[name], floor=found.median(against, "cpu_ms")),
        "ratio": round(found.ratio(name, against, "cpu_ms"), 1),
        "spread_ms": found.spread(name, "cpu_ms"),
        "per_s": round(found.median(name, "per_s")),
        "alone_p50_ms": round(alone.latency_ms(0.5), 2),
        "busy_p99_ms": round(found.median(name, "p99_ms"), 1),
        "kb": round(found.median(name, "bytes") / 1000, 1),
        "disturbed": found.disturbed,
    }


def _untrue(port: int, told: dict[str, Any], times: int) -> int:
    """How many of the very next pages, of members and of strangers, did not show what had just been answered."""
    writer, reader, untrue = Line(port), Line(port), 0
    circle, pid = f"/c/{told['circle']}/", os.getpid()
    for turn in range(times):
        thread, cookies = told["short"][turn % len(told["short"])], told["cookies"]
        path = f"/t/{thread}/?before=999999"
        for cookie in ("", cookies[1]):
            reader.get(path, cookie)
            reader.get(circle, cookie)
        words = f"Word {pid} of turn {turn}."
        status, _, _ = writer.ask(answer(thread, words, cookies[turn % 7]))
        if status != 303:
            raise RuntimeError(f"the answer was not taken: {status}")
        for cookie in ("", cookies[1]):
            untrue += words.encode() not in reader.read(path, cookie)
            # The thread answered last stands first in its circle.
            page = reader.read(circle, cookie)
            first = page.find(b'href="/t/')
            untrue += not page[first:].startswith(f'href="/t/{thread}/'.encode())
    writer.close()
    reader.close()
    return untrue


def _database(data: Path) -> str:
    return next(file.name for file in data.glob("*.sqlite3"))
