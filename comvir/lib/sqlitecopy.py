"""A consistent copy of a SQLite database in use, and what can be said of any such file."""

import hashlib
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from comvir.lib.sqlite import library

PAGES_A_STEP = 2_000


def copy_in_use(source: Path, target: Path, progress: Callable[[int, int], None] = lambda done, total: None) -> None:
    """Copy `source`, which others may be writing to, into the new file `target`.

    `progress(done, total)` is told the pages copied after each step.
    """
    with closing(_open(source)) as there, closing(library().connect(target)) as here:
        mode = there.execute("PRAGMA journal_mode").fetchone()[0]
        if mode == "wal":
            # One read transaction holds one moment for the whole copy, while writers go on. Without
            # it each commit elsewhere makes SQLite begin again, and a busy house would never be done.
            there.execute("BEGIN")
            there.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        # Without WAL a reader stops writers anyway: then all at once is the shortest halt.
        pages = PAGES_A_STEP if mode == "wal" else -1
        there.backup(here, pages=pages, progress=lambda _, left, total: progress(total - left, total))
        here.execute("PRAGMA journal_mode=DELETE")


def _open(path: Path) -> Any:
    # "rw", not "ro": a reader of a WAL database must be able to make its shared-memory file.
    return library().connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=30)


def faults(path: Path) -> list[str]:
    """What SQLite's own checks find wrong in the file; empty when all is well."""
    try:
        with closing(_open(path)) as db:
            found = [row[0] for row in db.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
            for table, row, parent, _ in db.execute("PRAGMA foreign_key_check").fetchmany(20):
                found.append(f"{table} row {row} points at a {parent} that is not there")
            return found
    except library().DatabaseError as fault:
        return [str(fault)]


def tables(path: Path) -> dict[str, dict[str, Any]]:
    """For every table its number of `rows` and a `digest` of all of them in the order of the primary key."""
    with closing(_open(path)) as db:
        names = [
            name
            for name, kind in db.execute("SELECT name, type FROM pragma_table_list WHERE schema = 'main'")
            if kind == "table" and not name.startswith("sqlite_")
        ]
        return {name: _digest_table(db, name) for name in sorted(names)}


def _digest_table(db: Any, table: str) -> dict[str, Any]:
    columns = db.execute("SELECT name, pk FROM pragma_table_info(?)", [table]).fetchall()
    keys = [name for name, place in sorted(columns, key=lambda column: column[1]) if place]
    order = keys or [name for name, _ in columns]
    rows = db.execute(f"SELECT * FROM {_quoted([table])} ORDER BY {_quoted(order)}")
    return digest_rows([name for name, _ in columns], rows)


def digest_rows(columns: list[str], rows: Iterable[tuple[Any, ...]]) -> dict[str, Any]:
    """The number of `rows` and the sha256 `digest` of them with their column names, in the order given."""
    digest, count = hashlib.sha256(repr(columns).encode()), 0
    for row in rows:
        digest.update(repr(row).encode("utf-8", "surrogatepass"))
        count += 1
    return {"rows": count, "digest": digest.hexdigest()}


def _quoted(names: list[str]) -> str:
    return ", ".join('"' + name.replace('"', '""') + '"' for name in names)


def migrations(path: Path) -> dict[str, str]:
    """The last migration each room of this database has seen."""
    with closing(_open(path)) as db:
        return dict(db.execute("SELECT app, max(name) FROM django_migrations GROUP BY app ORDER BY app"))
