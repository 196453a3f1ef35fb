"""A host's mishaps: each ends as one sentence and code 2, and nothing half made is left."""

import os
import subprocess

import pytest

from tests.commands.house import comvir

UNREACHABLE = "postgres://nobody@127.0.0.1:1/x"


def sentence(said):
    """The one line said on stderr by a command that refused, after the steps it went through."""
    lines = [line for line in said.stderr.splitlines() if not line.endswith("…")]
    assert (said.returncode, len(lines), said.stdout) == (2, 1, ""), said
    return lines[0]


def test_a_file_to_restore_that_is_not_there(house):
    assert sentence(comvir("restore", "/nowhere/at.all", data=house)) == (
        "There is no such file or folder: /nowhere/at.all"
    )


def test_a_backup_into_a_folder_that_is_not_there(house):
    assert sentence(comvir("backup", "/nowhere/at.all", data=house)) == "There is no such file or folder: /nowhere"


def test_a_backup_onto_a_folder(house, tmp_path):
    assert (
        sentence(comvir("backup", tmp_path, data=house)) == f"A file is needed here, but this is a folder: {tmp_path}"
    )


@pytest.mark.parametrize("words", [["backup", "x.tar.gz"], ["doctor"], ["read"], ["enter", "ana@example.org"]])
def test_a_house_that_is_not_there_is_not_made_by_looking(tmp_path, words):
    data = tmp_path / "none"
    assert sentence(comvir(*words, data=data)) == (
        f"There is no house in {data}. COMVIR_DATA names another; python -m comvir serve makes one."
    )
    assert not data.exists()


@pytest.mark.parametrize("words", [["backup", "x.tar.gz"], ["doctor"], ["read"], ["demo"]])
def test_a_data_folder_that_is_a_file(tmp_path, words):
    data = tmp_path / "data"
    data.write_text("not a house")
    assert str(data) in sentence(comvir(*words, data=data))


@pytest.mark.parametrize("words", [["backup", "x.tar.gz"], ["read"], ["enter", "ana@example.org"]])
def test_a_database_that_does_not_answer(house, words):
    said = sentence(comvir(*words, data=house, COMVIR_DATABASE=UNREACHABLE))
    assert said.startswith("The database can’t be reached (")
    assert said.endswith("). Is it running, and is COMVIR_DATABASE right?")


def test_a_database_that_is_no_database(house):
    (house / "house.sqlite3").write_bytes(b"All work and no play makes Jack a dull boy. " * 99)
    assert sentence(comvir("read", data=house)) == (
        "The database file is damaged. Keep it aside, then: python -m comvir restore FILE --replace"
    )


def test_nobody_comes_in_by_a_wrong_address(house):
    said = comvir("enter", "eve@nowhere.example", data=house)
    assert sentence(said) == "Nobody in this house signs in with eve@nowhere.example."


def test_a_link_to_come_in_is_printed_for_a_member(house):
    said = comvir("enter", "ana@example.org", data=house)
    assert said.returncode == 0
    address, sentence_ = said.stdout.splitlines()
    assert address.startswith("http://localhost:8000/")
    assert sentence_ == "It works once, for 15 minutes."


def test_the_demonstration_does_not_move_in_with_people(house):
    said = comvir("demo", data=house)
    assert sentence(said) == "Somebody lives in this house already: the demonstration needs an empty one."


def test_readers_are_listed_caught_up_and_read_again(house):
    assert "notifications.notices" in comvir("read", data=house).stdout
    first = comvir("read", "notifications.notices", data=house)
    assert first.returncode == 0
    again = comvir("read", "notifications.notices", "--again", data=house)
    assert again.stdout == first.stdout != "notifications.notices: 0 deeds read.\n"
    assert comvir("read", data=house).stdout.endswith(", up to date\n")


def test_an_unknown_reader_is_told_the_others(house):
    said = sentence(comvir("read", "palm", data=house))
    assert said == "There is no reader “palm”. There are: memory.standing, feeds.hub, notifications.notices."


@pytest.fixture
def small_disk(tmp_path):
    """A disk of a megabyte, half full."""
    place = tmp_path / "small"
    place.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    (place / "ballast").write_bytes(b"x" * 500_000)
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_backup_onto_a_full_disk_leaves_nothing_behind(house, small_disk):
    said = comvir("backup", small_disk / "monday.tar.gz", data=house)
    assert said.returncode == 2
    assert said.stderr.splitlines()[-1] == "The disk is full. Make room; nothing that was saved is lost."
    assert [path.name for path in small_disk.iterdir()] == ["ballast"]


def test_a_restore_onto_a_full_disk_leaves_the_house_that_was_there(house, small_disk, tmp_path):
    file, data = tmp_path / "monday.tar.gz", small_disk / "data"
    assert comvir("backup", file, data=house).returncode == 0
    said = comvir("restore", file, data=data)
    assert said.returncode == 2
    assert said.stderr.splitlines()[-1] == "The disk is full. Make room; nothing that was saved is lost."
    assert {path.name for path in small_disk.iterdir()} == {"ballast", "data"}


@pytest.fixture
def closed(tmp_path):
    """A folder nobody may write in: for root, who may write anywhere, a disk mounted read-only."""
    place = tmp_path / "closed"
    place.mkdir(mode=0o500)
    if os.geteuid() != 0:
        yield place
        return
    line = ["mount", "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", place]
    mounted = subprocess.run(line, capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"root may write anywhere, and no closed disk can be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_folder_one_may_not_write_in_is_named(house, closed):
    assert str(closed) in sentence(comvir("backup", closed / "x.tar.gz", data=house))
