# ruff: noqa: PLC0415 - models wait for the folder this chooses
"""Finding again what was said in a large house: a rare word, two words together, a word that is everywhere.

In process, what a search costs from the question to the messages it may show, beside the index asked alone; and as a
member's browser asks, the whole page.
"""

import os
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from bench.cores import keep_to_the_other
from bench.goals import row
from bench.large import MESSAGES, large
from bench.load import request
from bench.rounds import Asking, Rounds, Sample, in_turn
from bench.server import free_port, house
from bench.town import wake

# Milliseconds under which 95 of 100 searches stay.
GOALS = {"rare": 2, "two": 5, "common": 5}
_FLOOR = "SELECT rowid FROM conversation_search WHERE conversation_search MATCH %s ORDER BY rowid DESC LIMIT 21"
ASKED = {"quick": 30, "normal": 60, "full": 100}


def measure(scale: str) -> dict[str, Any]:
    keep_to_the_other()
    data, told = large(MESSAGES[scale])
    os.environ.update(COMVIR_DATA=str(data), COMVIR_DATABASE="")
    wake()
    found = in_turn(_contenders(told["words"], ASKED[scale]), scale)
    calls = {
        sort: row(
            found.median(sort, "p95_ms"), "ms p95", goal, floor=found.median(f"{sort} index", "p95_ms"),
            p50_ms=round(found.median(sort, "p50_ms"), 3), disturbed=found.disturbed,
            best_first_p95_ms=round(found.median(f"{sort} ranked", "p95_ms"), 2),
        )
        for sort, goal in GOALS.items()
    }  # fmt: skip
    return {"call": calls, "whole_request": _requests(told, scale, data), **found.told()}


def _contenders(words: dict[str, list[str]], times: int) -> dict[str, Callable[[], Sample]]:
    from django.db import connection
    from django.utils import timezone

    from comvir.conversation import search
    from comvir.lib.words import tokens
    from comvir.people.access import sight_of
    from comvir.people.models import Person

    sight = sight_of(Person.objects.get(handle="m1"))

    def finding(sort: str, *, ranked: bool) -> Callable[[], Sample]:
        def once(text: str) -> None:
            search.found_by(sight, search.question_of(text), zone=timezone.get_current_timezone(), ranked=ranked)

        return lambda: _timed(once, words[sort], times)

    def index(sort: str) -> Callable[[], Sample]:
        def once(text: str) -> None:
            wanted = " AND ".join(f'words : "{token}"' for token in tokens(text, "fr"))
            with connection.cursor() as cursor:
                cursor.execute(_FLOOR, [wanted])
                cursor.fetchall()

        return lambda: _timed(once, words[sort], times)

    return {
        **{sort: finding(sort, ranked=False) for sort in GOALS},
        **{f"{sort} ranked": finding(sort, ranked=True) for sort in GOALS},
        **{f"{sort} index": index(sort) for sort in GOALS},
    }


def _timed(once: Callable[[str], None], words: list[str], times: int) -> Sample:
    taken = []
    for turn in range(times):
        begun = time.perf_counter()
        once(words[turn % len(words)])
        taken.append((time.perf_counter() - begun) * 1000)
    taken.sort()
    return {"p50_ms": taken[len(taken) // 2], "p95_ms": taken[int(len(taken) * 0.95)]}


def _requests(told: dict[str, Any], scale: str, data: Any) -> dict[str, Any]:
    with house(data, free_port()) as server:
        seconds = {"quick": 0.2, "normal": 0.7, "full": 2.0}[scale]
        asking = {
            sort: Asking(server, _pages(told["words"][sort], told["cookies"][1]), seconds, connections=1)
            for sort in GOALS
        }
        found = in_turn(asking, scale, [server])
        return {sort: _told(found, asking[sort], sort) for sort in GOALS} | found.told()


def _pages(words: list[str], cookie: str) -> list[bytes]:
    return [request(f"/search/?{urlencode({'q': one})}", cookie) for one in words]


def _told(found: Rounds, asked: Asking, sort: str) -> dict[str, Any]:
    assert asked.last is not None
    return {
        "p50_ms": round(found.median(sort, "p50_ms"), 2),
        "p95_ms": round(asked.last.latency_ms(0.95), 2),
        "cpu_ms": round(found.median(sort, "cpu_ms"), 2),
        "kb": round(found.median(sort, "bytes") / 1000, 1),
    }
