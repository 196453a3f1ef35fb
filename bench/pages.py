"""The two pages most looked at, a thread of twenty messages and a circle, signed in and not."""

import tempfile
from pathlib import Path
from typing import Any

from bench.against import against_floor
from bench.load import request
from bench.server import free_port, house
from bench.town import furnished


def measure(scale: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as place:
        data = Path(place) / "data"
        town = furnished(data)
        threads, circle, cookie = town["threads"], [town["circle"]], town["cookie"]
        with house(data, free_port()) as server:
            found = {
                "thread_signed_in": against_floor(server, [request(path, cookie) for path in threads], scale),
                "thread_anonymous": against_floor(server, [request(path) for path in threads], scale),
                "circle_signed_in": against_floor(server, [request(path, cookie) for path in circle], scale),
                "circle_anonymous": against_floor(server, [request(path) for path in circle], scale),
            }
            return {**found, "memory_mb": round(server.memory_mb(), 1), "peak_mb": round(server.peak_mb(), 1)}
