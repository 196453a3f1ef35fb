"""A page of the house against its floor: turn about, so that what disturbs one disturbs the other."""

import statistics
import tempfile
from pathlib import Path
from typing import Any

from bench.load import Load, load, request
from bench.server import Server, floor, free_port

ROUNDS = {"quick": 2, "normal": 5, "full": 9}
SECONDS = {"quick": 0.3, "normal": 1.5, "full": 3.0}


def against_floor(server: Server, requests: list[bytes], scale: str, status: int = 200) -> dict[str, Any]:
    """Processor time per request of the house, and its ratio to a bare program sending as many bytes."""
    size = load(server.port, requests, seconds=0.3, status=status).size
    costs, floors, ratios = [], [], []
    one_by_one = load(server.port, requests, seconds=SECONDS[scale], connections=1, status=status)
    with tempfile.NamedTemporaryFile() as body:
        body.write(b"x" * size)
        body.flush()
        with floor(Path(body.name), free_port()) as bare:
            load(bare.port, [request("/")], seconds=0.3)
            for _ in range(ROUNDS[scale]):
                cost, busy = _cost(server, requests, SECONDS[scale], status)
                least, _ = _cost(bare, [request("/")], SECONDS[scale], 200)
                costs.append(cost)
                floors.append(least)
                ratios.append(cost / least)
    return {
        "cpu_us": round(statistics.median(costs)),
        "floor_cpu_us": round(statistics.median(floors), 1),
        "ratio": round(statistics.median(ratios), 1),
        "alone_p50_ms": round(one_by_one.latency_ms(0.5), 2),
        "busy_p99_ms": round(busy.latency_ms(0.99), 1),
        "busy_per_s": round(busy.count / busy.seconds),
        "bytes": size,
    }


def _cost(server: Server, requests: list[bytes], seconds: float, status: int) -> tuple[float, Load]:
    before = server.cpu()
    done = load(server.port, requests, seconds=seconds, status=status)
    return (server.cpu() - before) / done.count * 1_000_000, done
