"""Messages said, each rendered, indexed, recorded and flushed to the disk (synchronous=FULL).

Through the act, in this process, against bare SQL writing the same rows; and as a browser sends them, whole requests
to a large house on one connection and on eight, against Django with one view that does no more than that.
"""

import os
import resource
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.bare import bare
from bench.cores import keep_to_the_other
from bench.floors import posts_per_second
from bench.goals import row
from bench.large import MESSAGES, large
from bench.rounds import ROUNDS, SECONDS, Asking, Contender, in_turn
from bench.server import free_port, house
from bench.speaking import answer
from bench.town import WORDS, settle, wake

GOAL_PER_S = 600
CONNECTIONS = {"one": 1, "eight": 8}


def measure(scale: str) -> dict[str, Any]:
    keep_to_the_other()
    return {"requests": _requests(scale), "act": _act(scale)}


def _requests(scale: str) -> dict[str, Any]:
    """Posts a second through the door, by so many connections; each in a thread of its own."""
    data, told = large(MESSAGES[scale])
    with tempfile.TemporaryDirectory(dir=os.environ["BENCH_DATA"]) as place:
        # What is said here is not to be found by the figures that come after.
        shutil.copytree(data, copy := Path(place) / "data")
        posts = [
            answer(thread, f"{WORDS}\n\nNumber {turn}.", told["cookies"][turn % len(told["cookies"])])
            for turn, thread in enumerate(told["short"][:100])
        ]
        bare_posts = [answer(1, WORDS, "", path="/say")]
        with house(copy, free_port()) as server, bare(free_port(), copy / "house.sqlite3", Path(place)) as raw:
            contenders: dict[str, Contender] = {}
            for name, connections in CONNECTIONS.items():
                how: dict[str, Any] = {"connections": connections, "status": 303, "to_the_end": True}
                contenders[f"house {name}"] = Asking(server, posts, SECONDS[scale], **how)
                contenders[f"bare {name}"] = Asking(raw, bare_posts, SECONDS[scale], **how)
            found = in_turn(contenders, scale, [server, raw])
            return {
                **{
                    f"by_{name}": row(
                        found.median(f"house {name}", "per_s"), "posts/s", GOAL_PER_S, at_least=True,
                        floor=found.median(f"bare {name}", "per_s"),
                        to_the_end_per_s=round(found.median(f"house {name}", "to_the_end_per_s"), 1),
                        cpu_ms=round(found.median(f"house {name}", "cpu_ms"), 2),
                        floor_cpu_ms=round(found.median(f"bare {name}", "cpu_ms"), 2),
                        p50_ms=round(found.median(f"house {name}", "p50_ms"), 2),
                        p99_ms=round(found.median(f"house {name}", "p99_ms"), 1), disturbed=found.disturbed,
                    )
                    for name in CONNECTIONS
                },
                "durability": "synchronous=FULL",
                **found.told(),
            }  # fmt: skip


def _act(scale: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as place:
        os.environ.update(COMVIR_DATA=str(Path(place) / "data"), COMVIR_DATABASE="")
        wake()
        from comvir.conversation import acts  # noqa: PLC0415 - models need the registry
        from comvir.lib.sqlite import library  # noqa: PLC0415 - which one is in use is known after the set-up

        circle, people = settle()
        thread = acts.start(by=people[0], community=circle, title="Sunday", text=WORDS).thread
        rates, floors, cpu = [], [], []
        for _ in range(ROUNDS[scale]):
            done, begun, busy = 0, time.perf_counter(), time.process_time()
            while time.perf_counter() - begun < SECONDS[scale]:
                acts.answer(by=people[done % len(people)], thread=thread, text=WORDS)
                done += 1
            rates.append(done / (time.perf_counter() - begun))
            cpu.append((time.process_time() - busy) / done * 1000)
            floors.append(posts_per_second(Path(place) / "floor.sqlite3", SECONDS[scale], WORDS, library()))
        return {
            "said": row(
                statistics.median(rates), "posts/s", GOAL_PER_S, at_least=True, floor=statistics.median(floors),
                cpu_ms=round(statistics.median(cpu), 2),
            ),
            "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000, 1),
        }  # fmt: skip
