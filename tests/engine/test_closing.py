"""Closing the house loses nobody, and neither does a power cut: what was acknowledged is there."""

from __future__ import annotations

import signal
import socket
import time
from pathlib import Path

import pytest

from comvir.lib.sqlite import library
from tests.engine.listening import Page, Writer
from tests.house import House, open_house

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def house(tmp_path):
    with open_house(tmp_path, empty=True) as house:
        yield house


def knock(house: House, request: str, *headers: str, body: str = "") -> socket.socket:
    """A connection that has sent this head of a request, and what there is yet of its body."""
    visitor = socket.create_connection(("127.0.0.1", house.port), 20)
    visitor.sendall(("\r\n".join([f"{request} HTTP/1.1", "Host: localhost", *headers]) + f"\r\n\r\n{body}").encode())
    return visitor


def status(visitor: socket.socket) -> int:
    with visitor, visitor.makefile("rb") as file:
        return int(file.readline().split()[1])


def test_told_to_close_it_ends_well_and_says_so(house):
    assert house.stop() == 0
    assert "The house is closed" in house.log
    assert "Traceback" not in house.log


def test_a_request_under_way_is_answered_before_the_house_closes(house):
    """Half a form has come in when the house is told to close; the other half follows, and the answer too."""
    visitor = knock(house, "POST /nowhere", "Content-Length: 4", body="ha")
    time.sleep(0.2)
    house.signal(signal.SIGTERM)
    time.sleep(0.5)
    visitor.sendall(b"lf")
    assert status(visitor) in (403, 404)
    assert house.wait() == 0


def test_a_request_that_waits_for_the_database_is_answered_before_the_house_closes(house):
    """Somebody else holds the house's pen when it is told to close; the page that waits for it comes all the same."""
    writer = Writer(house)
    town = writer.ask("town")
    writer.close()
    pen = library().connect(house.data / "house.sqlite3", isolation_level=None)
    pen.execute("BEGIN IMMEDIATE")
    cookie = f"here={town['sessions']['ana']}; form={'a' * 32}"
    visitor = knock(
        house, "POST /me/look", f"Cookie: {cookie}", f"X-CSRFToken: {'a' * 32}",
        "Content-Type: application/x-www-form-urlencoded", "Content-Length: 10", body="theme=dark",
    )  # fmt: skip
    time.sleep(0.3)
    house.signal(signal.SIGTERM)
    time.sleep(0.3)
    pen.execute("ROLLBACK")
    pen.close()
    assert status(visitor) in (200, 204, 302, 303), house.log
    assert house.wait() == 0


def test_whoever_stands_at_the_door_when_it_closes_is_let_in(house):
    """Visitors come without a pause; none that was let knock is thrown out without an answer."""
    answered = refused = 0
    house.signal(signal.SIGTERM)
    while True:
        try:
            visitor = knock(house, "GET /health/live")
        except ConnectionRefusedError:
            refused += 1
            break
        assert status(visitor) == 200
        answered += 1
    assert answered > 0
    assert house.wait() == 0


def test_a_house_that_closes_is_not_ready_any_more(house):
    visitor = knock(house, "POST /nowhere", "Content-Length: 4")
    time.sleep(0.2)
    early = knock(house, "GET /health/live")
    assert status(early) == 200
    later = socket.create_connection(("127.0.0.1", house.port), 20)
    house.signal(signal.SIGTERM)
    time.sleep(0.2)
    later.sendall(b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert status(later) == 503
    visitor.sendall(b"done")
    assert status(visitor) in (403, 404)
    assert house.wait() == 0


def test_closed_in_good_order_the_house_is_one_file(house):
    writer = Writer(house)
    writer.ask("town")
    writer.say(3)
    writer.close()
    assert house.stop() == 0
    left = house.data / "house.sqlite3-wal"
    assert not left.exists() or left.stat().st_size == 0


def test_an_open_page_does_not_keep_the_house_from_closing(house):
    writer = Writer(house)
    town = writer.ask("town")
    writer.close()
    pages = [Page(house, "today=1", session=town["sessions"][name]).until_opened() for name in ("ana", "bo", "gil")]
    assert house.stop() == 0
    assert all(page.ended.wait(5) for page in pages)


def in_the_journal(database: Path) -> tuple[set[int], str, list[object]]:
    house = library().connect(database)
    try:
        deeds = {row[0] for row in house.execute("SELECT id FROM journal_deed")}
        sound = house.execute("PRAGMA integrity_check").fetchone()[0]
        return deeds, sound, house.execute("PRAGMA foreign_key_check").fetchall()
    finally:
        house.close()


def test_what_was_acknowledged_outlives_a_power_cut(house):
    """Twenty times the writer is killed as it writes, every fifth time the server too, in the middle of its checkpoints."""
    writer = Writer(house)
    writer.ask("town")
    acknowledged: list[int] = []
    for cut in range(20):
        writer.tell("say 1000")
        for _ in range(3 + 2 * (cut % 7)):
            acknowledged.append(writer.answer())
        if cut % 5 == 4:
            house.kill()
        writer.process.kill()
        while isinstance(number := writer.answer(), int):
            acknowledged.append(number)
        writer.process.communicate()
        if cut % 5 == 4:
            house.open()
        writer = Writer(house)
    writer.close()
    there, sound, broken = in_the_journal(house.data / "house.sqlite3")
    assert [number for number in acknowledged if number not in there] == []
    assert (len(acknowledged) > 100, sound, broken) == (True, "ok", [])
