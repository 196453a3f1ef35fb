"""Messages said through the act, each flushed to the disk, against bare SQL writing the same rows; turn about."""

import os
import resource
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.floors import posts_per_second
from bench.town import WORDS, settle, wake

ROUNDS = {"quick": 3, "normal": 5, "full": 9}
SECONDS = {"quick": 0.5, "normal": 2.0, "full": 4.0}


def measure(scale: str) -> dict[str, Any]:
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
            cpu.append((time.process_time() - busy) / done * 1_000_000)
            floors.append(posts_per_second(Path(place) / "floor.sqlite3", SECONDS[scale], WORDS, library()))
        return {
            "posts_per_s": round(statistics.median(rates)),
            "cpu_us": round(statistics.median(cpu)),
            "floor_posts_per_s": round(statistics.median(floors)),
            "ratio": round(statistics.median(floor / rate for floor, rate in zip(floors, rates, strict=True)), 1),
            "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000, 1),
        }
