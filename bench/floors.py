"""The floors: the least the same work can cost on this machine, with nothing of the house in it."""

import os
import sqlite3
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

_BODY = Path(os.environ["BENCH_BODY"]).read_bytes() if "BENCH_BODY" in os.environ else b"hello"
_HEADERS = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(_BODY)).encode())]


async def page(scope: dict[str, Any], receive: Callable[..., Any], send: Callable[[Any], Awaitable[None]]) -> None:
    """A bare ASGI program: the same bytes for every request."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": _BODY})


def posts_per_second(file: Path, seconds: float, text: str, library: Any) -> float:
    """Commits a second, each a message, the thread's counter, its words in an index and a deed.

    Each is flushed to the disk (synchronous=FULL).

    `library` is the sqlite3 module the house uses.
    """
    database: sqlite3.Connection = library.connect(file, isolation_level=None)
    database.executescript(
        """
        PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
        CREATE TABLE IF NOT EXISTS thread (id INTEGER PRIMARY KEY, last INTEGER);
        CREATE TABLE IF NOT EXISTS message
            (id INTEGER PRIMARY KEY, thread INTEGER, position INTEGER, text TEXT, html TEXT);
        CREATE UNIQUE INDEX IF NOT EXISTS place ON message (thread, position);
        CREATE TABLE IF NOT EXISTS deed (id INTEGER PRIMARY KEY, actor INTEGER, verb TEXT, object INTEGER, at TEXT);
        CREATE INDEX IF NOT EXISTS deeds_of ON deed (actor, id);
        CREATE VIRTUAL TABLE IF NOT EXISTS found USING fts5(words);
        INSERT OR IGNORE INTO thread VALUES (1, 0);
        """
    )
    done, until = 0, time.perf_counter() + seconds
    begun = time.perf_counter()
    while time.perf_counter() < until:
        database.execute("BEGIN IMMEDIATE")
        database.execute("UPDATE thread SET last = last + 1 WHERE id = 1")
        last = database.execute("SELECT last FROM thread WHERE id = 1").fetchone()[0]
        row = database.execute("INSERT INTO message VALUES (NULL, 1, ?, ?, ?)", [last, text, text]).lastrowid
        database.execute("INSERT INTO found(rowid, words) VALUES (?, ?)", [row, text])
        database.execute("INSERT INTO deed VALUES (NULL, 1, 'said', ?, '2026-01-01 00:00:00')", [row])
        database.execute("COMMIT")
        done += 1
    rate = done / (time.perf_counter() - begun)
    database.close()
    return rate
