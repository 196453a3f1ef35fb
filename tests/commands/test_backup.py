"""A house is saved while people write in it, and put back equal."""

import io
import json
import os
import subprocess
import sys
import tarfile
import threading
from contextlib import closing

import pytest

from comvir.lib import backup, sqlitecopy
from comvir.lib.folder import FolderLock
from comvir.lib.refusals import Refusal
from comvir.lib.sqlite import database_settings, library
from tests.commands.house import comvir, contents, environment


def everything(data):
    """Each table's digest, each picture, the key: what must be the same after a restore."""
    key = (data / "secret-key").read_bytes()
    return sqlitecopy.tables(data / "house.sqlite3"), contents(data), key


def writer_in(data):
    """A second connection, as the server would hold it."""
    db = library().connect(data / "house.sqlite3", isolation_level=None, timeout=20)
    for pragma in database_settings("x")["OPTIONS"]["init_command"].split(";"):
        db.execute(pragma)
    db.execute("CREATE TABLE IF NOT EXISTS told (id INTEGER PRIMARY KEY, words TEXT)")
    return db


def saved(house, tmp_path):
    """The backup of a house."""
    file = tmp_path / "monday.tar.gz"
    said = comvir("backup", file, data=house)
    assert (said.returncode, said.stdout[:30]) == (0, "The house is saved and proved:")
    return file


def test_a_restored_house_is_equal_to_the_saved_one(house, tmp_path):
    before = everything(house)
    assert before[0]["people_person"]["rows"] == 8
    file, elsewhere = saved(house, tmp_path), tmp_path / "elsewhere" / "data"
    said = comvir("restore", file, data=elsewhere)
    assert (said.returncode, said.stdout) == (0, "The house is back. Open it: python -m comvir serve\n")
    assert everything(elsewhere) == before
    assert [path.name for path in elsewhere.parent.iterdir()] == ["data"]
    assert elsewhere.stat().st_mode & 0o777 == 0o700
    assert (elsewhere / "secret-key").stat().st_mode & 0o777 == 0o600


def test_a_backup_is_for_its_owner_alone(house, tmp_path):
    assert saved(house, tmp_path).stat().st_mode & 0o777 == 0o600


def test_a_house_is_saved_while_somebody_keeps_writing(house, tmp_path):
    with closing(writer_in(house)) as db:
        db.executemany("INSERT INTO told (words) VALUES (?)", [("x" * 9000,)] * 2000)
    written, over = 0, threading.Event()

    def write():
        nonlocal written
        with closing(writer_in(house)) as db:
            while not over.is_set():
                db.execute("INSERT INTO told (words) VALUES ('still here')")
                written += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        file = saved(house, tmp_path)
    finally:
        over.set()
        thread.join()
    elsewhere = tmp_path / "elsewhere" / "data"
    assert comvir("restore", file, data=elsewhere).returncode == 0
    with closing(library().connect(elsewhere / "house.sqlite3")) as db:
        rows, last = db.execute("SELECT count(*), max(id) FROM told").fetchone()
    assert rows == last, "what was committed before the copy is all there, without a hole"
    assert 2000 < rows < 2000 + written


def test_writers_between_two_steps_neither_disturb_the_copy_nor_wait_for_it(house, tmp_path, monkeypatch):
    monkeypatch.setattr(sqlitecopy, "PAGES_A_STEP", 8)
    before = sqlitecopy.tables(house / "house.sqlite3")
    with closing(writer_in(house)) as db:
        before["told"] = sqlitecopy.tables(house / "house.sqlite3")["told"]
        steps = []

        def step(done, total):
            steps.append(done)
            db.execute("INSERT INTO told (words) VALUES ('meanwhile')")

        sqlitecopy.copy_in_use(house / "house.sqlite3", tmp_path / "copy", step)
        assert db.execute("SELECT count(*) FROM told").fetchone()[0] == len(steps)
    assert steps == sorted(set(steps)) and len(steps) > 10
    assert sqlitecopy.tables(tmp_path / "copy") == before


def test_a_file_that_is_there_is_not_written_over(house, tmp_path):
    file = tmp_path / "letter.txt"
    file.write_text("dear Ana")
    said = comvir("backup", file, data=house)
    assert (said.returncode, said.stderr) == (
        2,
        f"{file} is already there. Choose another name, or add --replace.\n",
    )
    assert file.read_text() == "dear Ana"
    assert comvir("backup", file, "--replace", data=house).returncode == 0


def test_a_house_where_somebody_lives_is_not_replaced_unasked_and_is_kept_when_it_is(house, tmp_path):
    file = saved(house, tmp_path)
    with closing(writer_in(house)) as db:
        db.execute("INSERT INTO told (words) VALUES ('after the backup')")
    lived_in = everything(house)
    said = comvir("restore", file, data=house)
    assert (said.returncode, said.stderr) == (
        2,
        f"There is a house in {house} already. To put the backup in its place: --replace\n",
    )
    assert everything(house) == lived_in
    assert comvir("restore", file, "--replace", data=house).returncode == 0
    assert "told" not in everything(house)[0]
    (kept,) = house.parent.glob("data.before-*")
    assert everything(kept) == lived_in


def test_nothing_is_restored_under_a_running_server(house, tmp_path):
    file, lock = saved(house, tmp_path), FolderLock(house)
    lock.take()
    try:
        said = comvir("restore", file, "--replace", data=house)
    finally:
        lock.release()
    assert said.returncode == 2
    assert len(said.stderr.splitlines()) == 1
    assert [path.name for path in house.parent.iterdir()] == ["data"]


@pytest.mark.parametrize("part", [0.02, 0.5, 0.97, 0.9999])
def test_a_backup_cut_short_is_refused_and_nothing_touched(house, tmp_path, part):
    file = saved(house, tmp_path)
    os.truncate(file, int(file.stat().st_size * part))
    said = comvir("restore", file, "--replace", data=house)
    assert said.returncode == 2
    assert said.stderr.splitlines()[-1] in (
        f"{file} is cut short or damaged. Was the copy finished? Try another one.",
        f"{file} is not a backup made by comvir.",
    )
    assert [path.name for path in house.parent.iterdir()] == ["data"]


def test_a_flipped_byte_is_found(house, tmp_path):
    file = saved(house, tmp_path)
    for place in range(200, file.stat().st_size, file.stat().st_size // 25):
        damaged = bytearray(file.read_bytes())
        damaged[place] ^= 0x10
        (tmp_path / "damaged").write_bytes(damaged)
        with pytest.raises(Refusal):
            backup.read(tmp_path / "damaged")


def foreign(path, name="database.sqlite3", **traits):
    """An archive with one entry that is not what it says."""
    with tarfile.open(path, "w:gz") as tar:
        entry = tarfile.TarInfo(name)
        for trait, value in traits.items():
            setattr(entry, trait, value)
        data = b"" if traits else b"words"
        entry.size = len(data)
        tar.addfile(entry, io.BytesIO(data))
        manifest = tarfile.TarInfo("manifest.json")
        words = json.dumps({"format": 1, "files": {}}).encode()
        manifest.size = len(words)
        tar.addfile(manifest, io.BytesIO(words))
    return path


@pytest.mark.parametrize(
    "traits",
    [
        {"name": "../escaped"},
        {"name": "/tmp/escaped"},
        {"name": "media/../../escaped"},
        {"name": "media/./a"},
        {"name": "holiday.jpg"},
        {"name": "media/link", "type": tarfile.SYMTYPE, "linkname": "/etc/passwd"},
        {"name": "media/link", "type": tarfile.LNKTYPE, "linkname": "secret-key"},
        {"name": "media/device", "type": tarfile.CHRTYPE},
        {"name": "database.sqlite3"},
    ],
)
def test_an_archive_of_something_else_writes_nothing(tmp_path, traits):
    archive, inside = foreign(tmp_path / "foreign.tar.gz", **traits), tmp_path / "inside"
    inside.mkdir()
    with pytest.raises(Refusal):
        backup.read(archive, inside)
    assert {path.name for path in tmp_path.iterdir()} == {"foreign.tar.gz", "inside"}
    assert {path.name for path in inside.iterdir()} <= {"database.sqlite3"}


@pytest.mark.parametrize("words", [b"", b"GIF89a", b"\x1f\x8b nonsense", b"x" * 100_000])
def test_a_file_of_another_kind_is_named_so(tmp_path, words):
    file = tmp_path / "other"
    file.write_bytes(words)
    with pytest.raises(Refusal) as refused:
        backup.read(file)
    assert str(refused.value) == f"{file} is not a backup made by comvir."


def test_a_backup_told_to_stop_puts_its_half_made_files_away(house, tmp_path):
    waiting = """
import os, sys, time
from comvir.lib import backup
backup.os.fsync = lambda handle: (print("half way", flush=True), time.sleep(30))
from comvir.cli import main
sys.exit(main(["backup", sys.argv[1]]))
"""
    place = tmp_path / "place"
    place.mkdir()
    line = [sys.executable, "-c", waiting, place / "monday.tar.gz"]
    process = subprocess.Popen(line, env=environment(house), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    with process:
        assert process.stdout.readline() == b"half way\n"
        assert len(list(place.iterdir())) == 2
        process.terminate()
        assert process.wait(10) == 143
    assert list(place.iterdir()) == []


def test_a_backup_killed_half_way_leaves_no_file_under_its_name(house, tmp_path):
    killed = """
import os, sys
from comvir.lib import backup
backup.os.fsync = lambda handle: os.kill(os.getpid(), 9)
from comvir.cli import main
main(["backup", sys.argv[1]])
"""
    file = tmp_path / "monday.tar.gz"
    done = subprocess.run([sys.executable, "-c", killed, file], env=environment(house), capture_output=True, timeout=30)
    assert done.returncode == -9
    assert not file.exists()
    assert saved(house, tmp_path) == file
