"""What a page does with its stream, in a real browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import playwright.sync_api as playwright
import pytest

from tests.engine.listening import Writer
from tests.house import House, open_house

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

CHROMIUM = os.environ.get("COMVIR_CHROMIUM") or shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not CHROMIUM and not os.environ.get("COMVIR_REQUIRE_BROWSER"):
        pytest.skip("no Chromium here: name one with COMVIR_CHROMIUM")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def house(tmp_path) -> Iterator[House]:
    with open_house(tmp_path, empty=True) as house:
        yield house


@pytest.fixture
def writer(house) -> Iterator[Writer]:
    writer = Writer(house)
    yield writer
    writer.close()


@pytest.fixture
def opened(house, writer, browser) -> Iterator[Any]:
    """`opened(path)` is a page Bo has opened; `{thread}` in the path is the town's thread."""
    town = writer.ask("town")
    context = browser.new_context(locale="en", viewport={"width": 900, "height": 700})
    session = {"name": "here", "value": town["sessions"]["bo"], "url": house.url}
    context.add_cookies([session, {"name": "language", "value": "en", "url": house.url}])

    def visit(path: str) -> Any:
        page = context.new_page()
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        # A house that is closed refuses connections, of which the browser complains by itself.
        page.on("console", lambda said: page.complaints.append(said.text) if "policy" in said.text.lower() else None)
        with page.expect_request(lambda request: "/live?" in request.url):
            page.goto(house.url + path.format(**town))
        return page

    yield visit
    context.close()


def shows(page: Any, count: int) -> None:
    """Wait until the list has so many rows."""
    playwright.expect(page.locator("[data-live-list] > *")).to_have_count(count, timeout=30_000)


def rows(page: Any) -> list[str]:
    return list(page.eval_on_selector_all("[data-live-list] > *", "rows => rows.map(row => row.id)"))


def test_an_answer_joins_the_open_page_at_its_place_once_and_is_announced(opened, writer):
    page = opened("/t/{thread}/")
    writer.say(2)
    shows(page, 2)
    playwright.expect(page.locator("#live")).to_contain_text("2")
    writer.say(1)
    shows(page, 3)
    assert rows(page) == sorted(set(rows(page)), key=lambda name: int(name[1:]))
    assert page.complaints == []


def test_a_house_that_closes_and_opens_again_loses_nothing_on_the_page(opened, writer, house):
    page = opened("/t/{thread}/")
    writer.say(1)
    shows(page, 1)
    house.stop()
    writer.say(2)
    house.open()
    shows(page, 3)
    writer.say(1)
    shows(page, 4)
    page.reload()
    assert len(rows(page)) == len(set(rows(page))) == 4
    assert page.complaints == []


def test_a_list_of_threads_offers_what_is_new_and_moves_nothing_by_itself(opened, writer):
    page = opened("/c/{community}/")
    before = rows(page)
    thread = writer.ask("start Another Sunday")
    page.wait_for_selector("#live button")
    assert rows(page) == before
    page.click("#live button")
    shows(page, len(before) + 1)
    assert rows(page) == [f"t{thread}", *before]
    assert page.text_content("#live").strip() == ""
    assert page.complaints == []
