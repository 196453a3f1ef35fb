"""Opening the house where something is in the way: one sentence, code 2, nothing half done."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
import time

import pytest

from comvir.lib.sqlite import library
from tests.house import ROOT, House, clean_environment, free_port, open_house

pytestmark = pytest.mark.enable_socket


def serve(data, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "comvir", "serve", "--empty", *arguments],
        cwd=ROOT, env={**clean_environment(), "COMVIR_DATA": str(data), **env},
        text=True, capture_output=True, timeout=60,
    )  # fmt: skip


def refused(answer: subprocess.CompletedProcess[str]) -> str:
    """The one sentence on stderr of a house that did not open."""
    assert answer.returncode == 2, answer.stderr
    lines = answer.stderr.strip().splitlines()
    assert len(lines) == 1, answer.stderr
    return lines[0]


def test_a_taken_port_is_named_with_another_to_try_and_nothing_is_made(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        sentence = refused(serve(tmp_path / "house", "--port", str(port)))
    assert f"Port {port} is already taken" in sentence
    assert f"--port {port + 1}" in sentence or "--port 8001" in sentence
    assert not (tmp_path / "house").exists()


def test_an_address_that_is_not_this_machines_is_named(tmp_path):
    assert "198.51.100.1" in refused(serve(tmp_path / "house", "--host", "198.51.100.1", "--port", str(free_port())))


def test_a_file_where_the_folder_should_be_is_named(tmp_path):
    (tmp_path / "house").write_text("a letter")
    sentence = refused(serve(tmp_path / "house", "--port", str(free_port())))
    assert str(tmp_path / "house") in sentence
    assert (tmp_path / "house").read_text() == "a letter"


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("a letter")
    assert str(tmp_path / "file" / "house") in refused(serve(tmp_path / "file" / "house", "--port", str(free_port())))


def test_a_disk_that_cannot_be_written_is_named():
    """/proc takes nobody's files, not even root's."""
    assert "/proc/house" in refused(serve("/proc/house", "--port", str(free_port())))


def test_a_second_server_leaves_the_first_ones_folder_alone(tmp_path):
    with open_house(tmp_path, empty=True) as house:
        sentence = refused(serve(house.data, "--port", str(free_port())))
        assert str(house.process.pid) in sentence
        assert str(house.data) in sentence


def test_a_database_that_cannot_be_reached_is_told_in_one_sentence(tmp_path):
    address = f"postgres://comvir@127.0.0.1:{free_port()}/comvir"
    assert "database" in refused(serve(tmp_path / "house", "--port", str(free_port()), COMVIR_DATABASE=address))


def test_a_database_that_takes_the_call_and_says_nothing_is_given_up(tmp_path):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"postgres://comvir@127.0.0.1:{silent.getsockname()[1]}/comvir"
        sentence = refused(serve(tmp_path / "house", "--port", str(free_port()), COMVIR_DATABASE=address))
    assert "database" in sentence


def test_killed_while_it_founds_the_demonstration_the_house_has_all_of_it_or_nothing_and_opens(tmp_path):
    house = House(tmp_path / "house")
    with house.data.with_name("first.log").open("w+b") as log:
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "comvir", "serve", "--port", str(house.port)],
            cwd=ROOT, env=house.environment, stdout=log, stderr=log,
        )  # fmt: skip
        while b"Founding" not in (tmp_path / "first.log").read_bytes():
            assert process.poll() is None
            time.sleep(0.02)
        time.sleep(0.3)
        process.kill()
        process.wait()
    before = count(house, "people_person")
    house.open()
    try:
        assert "The house is open" in house.log
        assert count(house, "people_house", "WHERE is_demo") == 1
        people = count(house, "people_person")
        assert people > 0
        assert before in (0, people)
    finally:
        assert house.stop() == 0


def count(house: House, table: str, where: str = "") -> int:
    database = library().connect(house.data / "house.sqlite3")
    try:
        return int(database.execute(f"SELECT count(*) FROM {table} {where}").fetchone()[0])
    finally:
        database.close()


def test_the_folder_is_closed_to_others_and_the_key_stays(tmp_path):
    with open_house(tmp_path, empty=True) as house:
        key = house.data / "secret-key"
        first = key.read_text()
        ours = (house.data, key, house.data / "house.sqlite3")
        closed = [stat.S_IMODE(os.stat(path).st_mode) & 0o077 for path in ours]
        house.restart()
        assert (closed, key.read_text()) == ([0, 0, 0], first)
        assert len(first.strip()) >= 50


def test_an_empty_house_shows_its_first_key(tmp_path):
    with open_house(tmp_path, empty=True) as house:
        assert f":{house.port}/first/" in house.log
