"""Live pages on the real server: who hears what, what is missed and made up for, who is shown out."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from tests.engine.listening import Page, Writer
from tests.house import House, open_house

pytestmark = pytest.mark.enable_socket


class Scene(NamedTuple):
    house: House
    writer: Writer
    town: dict[str, Any]

    def page(self, name: str, asked: str = "", **how: Any) -> Page:
        session = self.town["sessions"].get(name, "")
        return Page(self.house, asked or f"thread={self.town['thread']}", session=session, **how).until_opened()


@pytest.fixture(scope="module")
def scene(tmp_path_factory) -> Iterator[Scene]:
    with open_house(tmp_path_factory.mktemp("live"), empty=True) as house:
        writer = Writer(house)
        yield Scene(house, writer, writer.ask("town"))
        writer.close()


def absent(scene: Scene, path: str, session: str) -> tuple[int, bytes]:
    request = urllib.request.Request(f"{scene.house.url}{path}", headers={"Cookie": f"here={session}"})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, answer.read()


def test_an_open_page_hears_what_is_said_in_its_thread(scene):
    page = scene.page("bo")
    said = scene.writer.say(3)
    assert page.hear(3) == said
    assert {(data["verb"], data["thread"]) for data in page.data} == {("said", scene.town["thread"])}
    assert set(page.data[0]) == {"verb", "thread", "message", "community", "huddle"}
    page.close()


def test_the_circles_page_and_the_day_hear_it_too(scene):
    pages = [scene.page("bo", f"community={scene.town['community']}"), scene.page("bo", "today=1")]
    said = scene.writer.say(1)
    assert [page.hear(1) for page in pages] == [said, said]
    for page in pages:
        page.close()


def test_what_was_said_between_the_page_and_its_stream_is_heard(scene):
    before = scene.writer.say(1)[0]
    said = scene.writer.say(2)
    page = scene.page("bo", since=before)
    more = scene.writer.say(1)
    assert page.hear(3) == said + more
    page.close()


def test_a_browser_that_comes_back_goes_on_where_it_was(scene):
    page = scene.page("bo")
    first = scene.writer.say(2)
    assert page.hear(2) == first
    page.close()
    missed = scene.writer.say(3)
    again = scene.page("bo", since=1, last=page.last)
    assert again.hear(3) == missed
    again.close()


def test_a_page_that_missed_too_much_is_asked_to_fetch_itself(scene):
    scene.writer.say(201)
    before = scene.town["since"]
    page = scene.page("bo", since=before)
    said = scene.writer.say(1)
    assert page.hear(1) == said
    assert page.names == ["resync", "deed"]
    page.close()


@pytest.mark.parametrize("name", ["eve", "fay", "nobody"])
def test_what_one_may_not_see_is_as_absent_as_what_is_not_there(scene, name):
    session = scene.town["sessions"].get(name, "")
    hidden = absent(scene, f"/live?thread={scene.town['thread']}", session)
    nothing = absent(scene, "/live?thread=999999", session)
    assert hidden == nothing
    assert hidden[0] == 404


@pytest.mark.parametrize(
    "query", ["", "?thread=x", "?thread=1&today=1", "?thread=-1", "?thread=99999999999999999999", "?x=1"]
)
def test_a_question_that_makes_no_sense_finds_nothing(scene, query):
    assert absent(scene, f"/live{query}", scene.town["sessions"]["bo"])[0] == 404


def test_the_stream_is_not_to_be_kept_or_held_up(scene):
    page = scene.page("bo")
    kept = {name: page.headers[name] for name in ("content-type", "cache-control", "x-accel-buffering")}
    assert kept == {
        "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store", "x-accel-buffering": "no",
    }  # fmt: skip
    page.close()


def test_the_seventh_page_of_one_session_has_to_wait(scene):
    pages = [scene.page("gil") for _ in range(6)]
    refused = Page(scene.house, f"thread={scene.town['thread']}", session=scene.town["sessions"]["gil"])
    assert (refused.status, int(refused.headers["retry-after"]) > 0) == (503, True)
    pages[0].close()
    another = scene.page("bo")
    assert another.status == 200
    for page in (*pages[1:], another):
        page.close()


def test_who_is_shown_out_hears_nothing_more(scene):
    dan, ana = scene.page("dan"), scene.page("ana")
    scene.writer.ask("part Dan")
    said = scene.writer.say(2)
    assert ana.hear(2)[-2:] == said
    assert dan.ended.wait(10)
    assert not set(dan.deeds) & set(said)
    ana.close()


def test_no_page_is_lost_or_told_twice_when_the_house_closes_and_opens_again(scene):
    page = scene.page("ana")
    said = scene.writer.say(2)
    assert page.hear(2) == said
    scene.house.stop()
    assert page.ended.wait(5)
    missed = scene.writer.say(3)
    scene.house.open()
    again = scene.page("ana", last=page.last)
    after = scene.writer.say(2)
    assert page.deeds + again.hear(5) == said + missed + after
    assert (page.retry or 0) > 0
    again.close()
