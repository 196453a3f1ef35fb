"""News by RSS: how soon a subscriber of the hub has what was said, and what it costs to say that nothing is new.

The subscriber is a server in this process; the floor is the same number of bytes sent to it straight away.
"""

import os
import queue
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from bench.cores import Others, keep_to_the_other
from bench.goals import row
from bench.large import MESSAGES, large
from bench.load import request
from bench.rounds import SECONDS, Asking, in_turn
from bench.server import Server, free_port
from bench.speaking import Line, answer
from bench.town import WORDS

SAID = {"quick": 10, "normal": 50, "full": 200}
DELIVERED_MS = 100
UNCHANGED_MS = 0.1
BETWEEN_SECONDS = 0.05


def measure(scale: str) -> dict[str, Any]:
    keep_to_the_other()
    data, told = large(MESSAGES[scale])
    with tempfile.TemporaryDirectory(dir=os.environ["BENCH_DATA"]) as place, _subscriber() as (callback, came):
        shutil.copytree(data, copy := Path(place) / "data")
        port = free_port()
        command = [sys.executable, "-m", "bench.widened", str(port), str(callback)]
        with Server(command, port, COMVIR_DATA=str(copy), COMVIR_DATABASE="") as server:
            thread = told["short"][1]
            return {
                "unchanged_304": _unchanged(server, f"/t/{thread}/news.atom", scale),
                **_delivered(server, thread, told["cookies"], callback, came, SAID[scale]),
            }


def _unchanged(server: Server, path: str, scale: str) -> dict[str, Any]:
    line = Line(server.port)
    _, headers, body = line.get(path)
    line.close()
    asked = request(path)[:-2] + f"If-None-Match: {headers['etag']}\r\n\r\n".encode()
    contenders = {
        "unchanged": Asking(server, [asked], SECONDS[scale], status=304),
        "alive": Asking(server, [request("/health/live")], SECONDS[scale]),
    }
    found = in_turn(contenders, scale, [server])
    return row(
        found.median("unchanged", "cpu_ms"), "ms cpu", UNCHANGED_MS, floor=found.median("alive", "cpu_ms"),
        per_s=round(found.median("unchanged", "per_s")), whole_kb=round(len(body) / 1000, 1), disturbed=found.disturbed,
    )  # fmt: skip


def _delivered(
    server: Server, thread: int, cookies: list[str], callback: int, came: "queue.SimpleQueue[float]", times: int
) -> dict[str, Any]:
    line = Line(server.port)
    _subscribe(line, server.port, f"/t/{thread}/news.atom", callback)
    watch, lags, floors = Others([server]), [], []
    for turn in range(times + 1):
        said = time.perf_counter()
        status, _, _ = line.ask(answer(thread, f"{WORDS}\n\nNumber {turn}.", cookies[turn % len(cookies)]))
        if status != 303:
            raise RuntimeError(f"the answer was not taken: {status}")
        lags.append((came.get(timeout=20) - said) * 1000)
        floors.append(_straight(callback, came))
        time.sleep(BETWEEN_SECONDS)
    line.close()
    # The first waited with those nobody has seen answer yet.
    lags, floors, others = sorted(lags[1:]), sorted(floors[1:]), watch.share()
    return {
        "websub_p99": row(
            lags[min(len(lags) - 1, int(len(lags) * 0.99))], "ms", DELIVERED_MS,
            floor=floors[min(len(floors) - 1, int(len(floors) * 0.99))], p50_ms=round(lags[len(lags) // 2], 1),
            deliveries=len(lags), disturbed=others > 0.05,
        ),
        "others_share": round(others, 3),
    }  # fmt: skip


def _subscribe(line: Line, port: int, path: str, callback: int) -> None:
    """Ask the hub, and wait until it has verified that we meant it."""
    body = urlencode({
        "hub.mode": "subscribe", "hub.topic": f"http://localhost{path}", "hub.secret": "a secret of the two",
        "hub.callback": f"http://127.0.0.1:{callback}/callback",
    })  # fmt: skip
    head = "POST /hub HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    status, _, told = line.ask(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
    if status != 202:
        raise RuntimeError(f"the hub answered {status}: {told[:200]!r}")
    if not Verified.wait(20):
        raise RuntimeError("the hub did not verify the subscription")
    # It is noted once the echo is back.
    time.sleep(0.5)


def _straight(callback: int, came: "queue.SimpleQueue[float]") -> float:
    begun = time.perf_counter()
    line = Line(callback)
    line.ask(
        f"POST /callback HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(WORDS.encode())}\r\n\r\n{WORDS}".encode()
    )
    line.close()
    return (came.get(timeout=5) - begun) * 1000


Verified = threading.Event()


@contextmanager
def _subscriber() -> Iterator[tuple[int, "queue.SimpleQueue[float]"]]:
    """A port that echoes challenges and takes deliveries; and the moments at which these were there in full."""
    came: queue.SimpleQueue[float] = queue.SimpleQueue()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

        def do_GET(self) -> None:
            challenge = parse_qs(urlsplit(self.path).query).get("hub.challenge", [""])[0].encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(challenge)))
            self.end_headers()
            self.wfile.write(challenge)
            Verified.set()

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            came.put(time.perf_counter())
            self.send_response(204)
            self.send_header("Content-Length", "0")
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port, came
    finally:
        server.shutdown()
        server.server_close()
