"""From the command to the first answer, and what the house weighs at rest."""

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.server import free_port, house

STARTS = {"quick": 1, "normal": 5, "full": 9}


def measure(scale: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as place:
        data = Path(place) / "data"
        with house(data, free_port(), demo=True) as first:
            new = first.started_in
        times = []
        for _ in range(STARTS[scale]):
            with house(data, free_port()) as server:
                times.append(server.started_in)
                time.sleep(0.5)
                memory, peak = server.memory_mb(), server.peak_mb()
    return {
        "new_house_s": round(new, 3),
        "start_s": round(statistics.median(times), 3),
        "at_rest_mb": round(memory, 1),
        "peak_mb": round(peak, 1),
    }
