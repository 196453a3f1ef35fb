"""SQLite as this house wants it: a sound library, durable commits, one checkpointer.

`install()` must run before anything imports Django's SQLite backend.
"""

from __future__ import annotations

import importlib
import sqlite3
import sys
from pathlib import Path
from typing import Any

Version = tuple[int, int, int]

# Commits reach the disk before they are acknowledged (FULL), and nobody but the checkpointer moves pages out of the
# write-ahead log: that is where the fault of older libraries lives, and where slow requests came from.
_DURABLE = "PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;PRAGMA temp_store=MEMORY;PRAGMA cache_size=-8000;"
_WAL = "PRAGMA journal_mode=WAL;PRAGMA wal_autocheckpoint=0;PRAGMA journal_size_limit=67108864;"
_NO_WAL = "PRAGMA journal_mode=TRUNCATE;"


def install() -> None:
    """Put the bundled SQLite (pysqlite3) in the place of Python's own, where it is there and not older."""
    try:
        bundled = importlib.import_module("pysqlite3")
    except ImportError:
        return
    current = sys.modules["sqlite3"]
    if bundled is current or bundled.sqlite_version_info < current.sqlite_version_info:
        return
    sys.modules["sqlite3"] = bundled
    sys.modules["sqlite3.dbapi2"] = importlib.import_module("pysqlite3.dbapi2")


def library() -> Any:
    """The sqlite3 module now in use: pysqlite3 after `install()`, otherwise Python's own."""
    return sys.modules.get("sqlite3", sqlite3)


def library_version() -> Version:
    """The version of the SQLite library now in use, as (3, 53, 4)."""
    major, minor, patch = library().sqlite_version_info
    return (major, minor, patch)


def has_wal_reset_fault(version: Version) -> bool:
    """Whether this SQLite can corrupt a database when a write meets a checkpoint in WAL mode.

    Every release from 3.7.0 to 3.51.2 can, but for the repaired 3.44.6 and 3.50.7 and what followed them there.
    """
    if version >= (3, 51, 3) or version < (3, 7, 0):
        return False
    repaired = (3, 44, 6) <= version < (3, 45, 0) or (3, 50, 7) <= version < (3, 51, 0)
    return not repaired


def journal_pragmas(version: Version) -> str:
    """The PRAGMA statements each connection opens with, parted by semicolons."""
    return (_NO_WAL if has_wal_reset_fault(version) else _WAL) + _DURABLE


def database_settings(path: Path | str) -> dict[str, Any]:
    """Django's DATABASES["default"] for a SQLite file at `path`."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": journal_pragmas(library_version()),
        },
    }


def warning() -> str | None:
    """One sentence for whoever runs the house on a faulty library, or None when all is well."""
    version = library_version()
    if not has_wal_reset_fault(version):
        return None
    number = ".".join(map(str, version))
    return (
        f"SQLite {number} has a known fault in its fast mode: comvir uses the slower safe one. pysqlite3 repairs this."
    )
