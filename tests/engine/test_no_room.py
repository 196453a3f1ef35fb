"""A disk that is full or closed to writing: pages are read, words are given back, and nothing needs a restart."""

from __future__ import annotations

import os
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from comvir.lib.sqlite import library
from tests.engine.listening import Writer
from tests.house import House, open_house

pytestmark = pytest.mark.enable_socket

WORDS = "I bring the salad & the bread. " * 40


class Visitor(NamedTuple):
    """Ana's browser, without scripts."""

    house: House
    session: str
    thread: int

    def ask(self, path: str, fields: dict[str, str] | None = None, language: str = "en") -> tuple[int, str]:
        """The status and page of a GET, or of a POST where there are fields."""
        headers = {
            "Cookie": f"here={self.session}; form={'a' * 32}", "X-CSRFToken": "a" * 32, "Accept-Language": language,
        }  # fmt: skip
        body = urllib.parse.urlencode(fields).encode() if fields is not None else None
        request = urllib.request.Request(self.house.url + path, body, headers)
        try:
            with urllib.request.build_opener(NoFollowing).open(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, answer.read().decode()

    def say(self, words: str = WORDS) -> tuple[int, str]:
        return self.ask(f"/t/{self.thread}/", {"text": words})


class NoFollowing(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None


def mount(*words: str | Path) -> None:
    done = subprocess.run(["mount", *words], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")


@pytest.fixture
def ana(tmp_path) -> Iterator[Visitor]:
    """At home in a house whose data folder is a disk of 24 MB."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    disk = tmp_path / "house"
    disk.mkdir()
    mount("-t", "tmpfs", "-o", "size=24m", "tmpfs", disk)
    try:
        with open_house(tmp_path, empty=True) as house:
            writer = Writer(house)
            town = writer.ask("town")
            writer.close()
            yield Visitor(house, town["sessions"]["ana"], town["thread"])
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def fill(folder: Path) -> Path:
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError:
            return ballast


def said(house: House) -> int:
    database = library().connect(house.data / "house.sqlite3")
    try:
        return int(
            database.execute("SELECT count(*) FROM conversation_message WHERE text LIKE 'I bring%'").fetchone()[0]
        )
    finally:
        database.close()


def test_on_a_full_disk_pages_are_read_words_given_back_and_room_is_used_again(ana):
    assert ana.say()[0] == 303
    ballast = fill(ana.house.data)
    # There is some room in the write-ahead log; what is acknowledged until that is used up is kept like the rest.
    answers = [ana.say()]
    while answers[-1][0] == 303 and len(answers) < 2000:
        answers.append(ana.say())
    status, page = answers[-1]
    assert status == 507, ana.house.log
    assert "The house can’t write anything down just now." in page
    assert "I bring the salad &amp; the bread." in page
    assert "<textarea" in page
    assert "a" * 32 not in page
    assert [ana.ask(path)[0] for path in ("/", "/c/", f"/t/{ana.thread}/", "/me/", "/help/")] == [200] * 5
    assert ana.ask("/me/look", {"theme": "dark"})[0] == 507
    ballast.unlink()
    assert ana.say()[0] == 303
    assert said(ana.house) == len(answers) + 1
    assert ana.house.stop() == 0
    assert "Traceback" not in ana.house.log
