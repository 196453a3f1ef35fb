"""Which SQLite may keep a write-ahead log, and with what settings."""

import sys

import pytest

from comvir.lib import sqlite


@pytest.mark.parametrize(
    ("version", "fault"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 44, 9), False),
        ((3, 45, 0), True),
        ((3, 50, 4), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 0), True),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 4), False),
        ((4, 0, 0), False),
    ],
)
def test_the_releases_that_can_corrupt_a_database_are_known(version, fault):
    assert sqlite.has_wal_reset_fault(version) is fault


def test_a_faulty_library_keeps_no_write_ahead_log():
    assert "journal_mode=TRUNCATE" in sqlite.journal_pragmas((3, 40, 1))
    assert "WAL" not in sqlite.journal_pragmas((3, 40, 1))
    assert "journal_mode=WAL" in sqlite.journal_pragmas((3, 53, 4))


def test_a_faulty_library_is_told_of_in_one_sentence(monkeypatch):
    monkeypatch.setattr(sqlite, "library_version", lambda: (3, 40, 1))
    assert "3.40.1" in (sqlite.warning() or "")
    monkeypatch.setattr(sqlite, "library_version", lambda: (3, 53, 4))
    assert sqlite.warning() is None


def test_the_bundled_library_stands_in_for_pythons_own():
    pysqlite3 = pytest.importorskip("pysqlite3")
    sqlite.install()
    assert sys.modules["sqlite3"] is pysqlite3
    assert sqlite.library() is pysqlite3
    assert not sqlite.has_wal_reset_fault(sqlite.library_version())


def test_every_commit_reaches_the_disk_and_nobody_checkpoints_on_the_side(tmp_path):
    options = sqlite.database_settings(tmp_path / "house.sqlite3")["OPTIONS"]
    house = sqlite.library().connect(tmp_path / "house.sqlite3")
    for statement in options["init_command"].split(";"):
        house.execute(statement)
    asked = {name: house.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "wal_autocheckpoint")}
    house.close()
    assert asked == {"synchronous": 2, "wal_autocheckpoint": 0}
    assert options["transaction_mode"] == "IMMEDIATE"


def test_the_write_ahead_log_is_really_there(tmp_path):
    house = sqlite.library().connect(tmp_path / "house.sqlite3")
    for statement in sqlite.journal_pragmas(sqlite.library_version()).split(";"):
        house.execute(statement)
    mode = house.execute("PRAGMA journal_mode").fetchone()[0]
    house.close()
    assert mode == ("truncate" if sqlite.has_wal_reset_fault(sqlite.library_version()) else "wal")
