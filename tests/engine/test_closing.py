"""Closing the house loses nobody, and neither does a power cut: what was acknowledged is there."""

from __future__ import annotations

import signal
import socket
import threading
import time
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode

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


def talk(house: House, town: dict[str, Any], acknowledged: list[int]) -> None:
    """Ana answers over and over, as a browser without scripts would; keeps the ids of what was answered for."""
    headers = {"Cookie": f"here={town['sessions']['ana']}; form={'a' * 32}", "X-CSRFToken": "a" * 32}
    while True:
        visitor = HTTPConnection("127.0.0.1", house.port, timeout=20)
        try:
            body = urlencode({"text": "I do."})
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            visitor.request("POST", f"/t/{town['thread']}/", body, {**headers, **kind})
            answer = visitor.getresponse()
            answer.read()
        except (OSError, HTTPException):
            return
        finally:
            visitor.close()
        assert answer.status == 303, answer.status
        acknowledged.append(int((answer.getheader("Location") or "").rpartition("m")[2]))


def test_what_was_acknowledged_outlives_a_power_cut(house):
    """Two people write without a pause; twenty times the house dies in the middle of it, and opens again."""
    writer = Writer(house)
    town = writer.ask("town")
    writer.close()
    acknowledged: list[int] = []
    for cut in range(20):
        talkers = [threading.Thread(target=talk, args=(house, town, acknowledged)) for _ in range(2)]
        for talker in talkers:
            talker.start()
        enough = len(acknowledged) + 3
        while len(acknowledged) < enough:
            time.sleep(0.001)
        time.sleep(0.01 * (cut % 10))
        house.kill()
        for talker in talkers:
            talker.join()
        house.open()
    assert house.stop() == 0
    database = library().connect(house.data / "house.sqlite3")
    there = {row[0] for row in database.execute("SELECT id FROM conversation_message")}
    told = {row[0] for row in database.execute("SELECT object_id FROM journal_deed WHERE verb = 'said'")}
    sound = database.execute("PRAGMA integrity_check").fetchone()[0]
    broken = database.execute("PRAGMA foreign_key_check").fetchall()
    database.close()
    assert [number for number in acknowledged if number not in there] == []
    assert (there == told, len(acknowledged) >= 60, sound, broken) == (True, True, "ok", [])
