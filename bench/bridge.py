"""What the way to a Django view costs: a native answer, the bridge, Django behind it, and its middleware."""

import statistics
import sys
import tempfile
from typing import Any

from bench.load import load, request
from bench.server import Server, free_port

ROADS = {"native": "/health/live", "bridge": "/wsgi", "django": "/django", "house": "/house"}
ROUNDS = {"quick": 2, "normal": 5, "full": 9}
SECONDS = {"quick": 0.3, "normal": 1.0, "full": 2.0}


def measure(scale: str) -> dict[str, Any]:
    """Microseconds of processor time per request on each road, the roads taken in turn."""
    port = free_port()
    costs: dict[str, list[float]] = {road: [] for road in ROADS}
    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, "-m", "bench.bridge", str(port)]
        with Server(command, port, COMVIR_DATA=place, COMVIR_DATABASE="") as server:
            for _ in range(ROUNDS[scale]):
                for road, path in ROADS.items():
                    before = server.cpu()
                    done = load(port, [request(path)], seconds=SECONDS[scale], connections=8)
                    costs[road].append((server.cpu() - before) / done.count * 1_000_000)
    cpu = {road: statistics.median(found) for road, found in costs.items()}
    return {
        **{f"{road}_cpu_us": round(spent, 1) for road, spent in cpu.items()},
        "bridge_over_native_us": round(cpu["bridge"] - cpu["native"], 1),
        "bridge_share_of_django": round((cpu["bridge"] - cpu["native"]) / cpu["django"], 2),
    }


def serve(port: int) -> None:
    """The roads, on one port: this is what `measure` asks."""
    import django  # noqa: PLC0415 - only in the server's process
    import uvicorn  # noqa: PLC0415 - the same
    from django.conf import settings  # noqa: PLC0415 - the same
    from django.core.handlers.wsgi import WSGIHandler  # noqa: PLC0415 - the same
    from django.http import HttpResponse  # noqa: PLC0415 - the same
    from django.urls import path  # noqa: PLC0415 - the same

    django.setup()
    from comvir.config.bridge import Bridge  # noqa: PLC0415 - once the models can be imported
    from comvir.config.server import Protocol  # noqa: PLC0415 - the same
    from comvir.web.live.health import Health  # noqa: PLC0415 - the same

    class Addresses:
        urlpatterns = [path(name, lambda request: HttpResponse("hello")) for name in ("django", "house")]

    settings.ROOT_URLCONF, in_full = Addresses, settings.MIDDLEWARE
    settings.MIDDLEWARE = []
    bare = WSGIHandler()
    settings.MIDDLEWARE = in_full
    house = WSGIHandler()

    def hello(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
        return [b"hello"]

    bridges = {"/wsgi": Bridge(hello), "/django": Bridge(bare), "/house": Bridge(house)}
    native = Health([])

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await bridges.get(scope["path"], native)(scope, receive, send)

    uvicorn.run(app, port=port, http=Protocol, ws="none", lifespan="off", access_log=False, log_level="error")


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comvir.config.settings")
    serve(int(sys.argv[1]))
