"""The least the house can answer, "I live", against the bare program: what a request costs before any page."""

import tempfile
from pathlib import Path
from typing import Any

from bench.against import against_floor
from bench.load import request
from bench.server import free_port, house


def measure(scale: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as place, house(Path(place) / "data", free_port()) as server:
        found = {"alive": against_floor(server, [request("/health/live")], scale)}
        if scale != "quick":
            found["not_found"] = against_floor(server, [request("/c/nowhere/")], scale, status=404)
        return found
