"""Django and nothing else on the house's own server: one raw query and one string, or one message written to the disk.

`python -m bench.bare PORT DATABASE PLACE` serves it. It reads a large house, and writes into a file of its own in
PLACE: message, counter, deed and FTS5 entry, rendered, in one transaction with synchronous=FULL.
"""

import os
import sys
import threading
from html import escape
from pathlib import Path
from typing import Any

from bench.server import Server

_TWENTY = """SELECT m.id, m.html, m.happened_at, p.name, p.handle FROM conversation_message m
JOIN people_person p ON p.id = m.author_id WHERE m.thread_id = ? AND m.position BETWEEN 0 AND 19 ORDER BY m.position"""
_TABLES = """
PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;
CREATE TABLE IF NOT EXISTS thread (id INTEGER PRIMARY KEY, last INTEGER);
CREATE TABLE IF NOT EXISTS message (id INTEGER PRIMARY KEY, thread INTEGER, position INTEGER, text TEXT, html TEXT);
CREATE UNIQUE INDEX IF NOT EXISTS place ON message (thread, position);
CREATE TABLE IF NOT EXISTS deed (id INTEGER PRIMARY KEY, actor INTEGER, verb TEXT, object INTEGER, at TEXT);
CREATE INDEX IF NOT EXISTS deeds_of ON deed (actor, id);
CREATE VIRTUAL TABLE IF NOT EXISTS found USING fts5(words);
INSERT OR IGNORE INTO thread VALUES (1, 0);
"""


def bare(port: int, database: Path, place: Path) -> Server:
    """The server, reading the database of a house; ready once the first page is there."""
    command = [sys.executable, "-m", "bench.bare", str(port), str(database), str(place)]
    return Server(command, port, path="/1", COMVIR_DATA=str(place), COMVIR_DATABASE="")


class Desk(threading.local):
    """The connections of one thread: to the house, to its own file."""

    def __init__(self, house: Path, own: Path) -> None:
        from comvir.lib.sqlite import library  # noqa: PLC0415 - once the settings put it in place

        self.house = library().connect(f"{house.as_uri()}?mode=ro", uri=True)
        self.own = library().connect(own, isolation_level=None)
        self.own.executescript(_TABLES)


def serve(port: int, database: Path, place: Path) -> None:
    import django  # noqa: PLC0415 - only in the server's process
    import uvicorn  # noqa: PLC0415 - the same
    from django.conf import settings  # noqa: PLC0415 - the same
    from django.core.handlers.wsgi import WSGIHandler  # noqa: PLC0415 - the same
    from django.http import HttpRequest, HttpResponse  # noqa: PLC0415 - the same
    from django.urls import path  # noqa: PLC0415 - the same

    django.setup()
    from comvir.config.bridge import Bridge  # noqa: PLC0415 - once the models can be imported
    from comvir.config.server import Protocol  # noqa: PLC0415 - the same
    from comvir.lib.text import render  # noqa: PLC0415 - the same

    desk = Desk(database, place / "bare.sqlite3")

    def thread(request: HttpRequest, pk: int) -> HttpResponse:
        rows = desk.house.execute(_TWENTY, (pk,)).fetchall()
        return HttpResponse("".join(
            f'<article id="m{pk}"><h3><a href="/p/{handle}/">{escape(name)}</a> <time>{at}</time></h3>{html}</article>'
            for pk, html, at, name, handle in rows
        ))  # fmt: skip

    def say(request: HttpRequest) -> HttpResponse:
        text = request.POST["text"]
        _write(desk.own, text, render(text))
        return HttpResponse(status=303, headers={"Location": "/1"})

    class Addresses:
        urlpatterns = [path("say", say), path("<int:pk>", thread)]

    settings.ROOT_URLCONF, settings.MIDDLEWARE = Addresses, []
    bridge = Bridge(WSGIHandler())

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await bridge(scope, receive, send)

    uvicorn.run(app, port=port, http=Protocol, ws="none", lifespan="off", access_log=False, log_level="error")


def _write(database: Any, text: str, html: str) -> None:
    database.execute("BEGIN IMMEDIATE")
    database.execute("UPDATE thread SET last = last + 1 WHERE id = 1")
    last = database.execute("SELECT last FROM thread WHERE id = 1").fetchone()[0]
    row = database.execute("INSERT INTO message VALUES (NULL, 1, ?, ?, ?)", (last, text, html)).lastrowid
    database.execute("INSERT INTO found(rowid, words) VALUES (?, ?)", (row, text))
    database.execute("INSERT INTO deed VALUES (NULL, 1, 'said', ?, '2026-01-01 00:00:00')", (row,))
    database.execute("COMMIT")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comvir.config.settings")
    serve(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
