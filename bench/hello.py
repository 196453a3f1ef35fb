"""The least the house can answer, "I live", against the bare program: what a request costs before any page."""

from typing import Any

from bench.against import against_floor
from bench.large import MESSAGES, large
from bench.load import request
from bench.server import free_port, house


def measure(scale: str) -> dict[str, Any]:
    data, _told = large(MESSAGES[scale])
    with house(data, free_port()) as server:
        found = {"alive": against_floor(server, [request("/health/live")], scale)}
        if scale != "quick":
            found["not_found"] = against_floor(server, [request("/c/nowhere/")], scale, status=404)
        return found
