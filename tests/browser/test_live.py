"""Two people at the same thread, each in a browser: what one says, the other sees, whatever happens to the house."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import playwright.sync_api as playwright
import pytest

from tests.house import House

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

SOON_MS = 30_000


@pytest.fixture
def beside(come_in, town) -> Any:
    """`beside("lucie", "/t/3/")` is a page she keeps open: one that is loaded again forgets that it was marked."""

    def visit(handle: str, address: str) -> Any:
        page = come_in(handle)
        with page.expect_request(lambda request: "/live?" in request.url):
            page.goto(town.at(address))
        page.evaluate("window.kept = true")
        return page

    return visit


@contextmanager
def closed(house: House, *, power_cut: bool = False) -> Iterator[None]:
    """The house is not open during the block; it is again after it, for the other tests of this house too."""
    try:
        house.kill() if power_cut else house.stop()
        yield
    finally:
        house.open()


def answer(page: Any, words: str) -> None:
    page.fill("#answer-text", words)
    page.click("#answer button:has-text('Publish')")
    shows(page, words)


def shows(page: Any, words: str) -> None:
    playwright.expect(page.locator("#list")).to_contain_text(words, timeout=SOON_MS)


def said(page: Any) -> list[str]:
    """What the list says, in its order; the page must not have been loaded again."""
    assert page.evaluate("window.kept") is True
    return [words.strip() for words in page.locator("#list > li .prose").all_inner_texts()]


def test_each_sees_what_the_other_says_through_a_closing_and_a_power_cut(beside, town):
    thread = town.scribe("start", by="josette", title="Who brings the cake")
    marcel, lucie = (beside(handle, f"/t/{thread}/") for handle in ("marcel", "lucie"))
    answer(marcel, "I bring olives")
    shows(lucie, "I bring olives")
    answer(lucie, "And I bread")
    shows(marcel, "And I bread")

    with closed(town.house):
        town.scribe("say", by="josette", thread=thread, text="While it was closed")
    shows(lucie, "While it was closed")
    answer(marcel, "Open again")
    shows(lucie, "Open again")

    with closed(town.house, power_cut=True):
        town.scribe("say", by="josette", thread=thread, text="While the power was out")
    shows(marcel, "While the power was out")
    answer(lucie, "Light again")
    shows(marcel, "Light again")
    shows(lucie, "While the power was out")
    everything = [
        "I bring olives",
        "And I bread",
        "While it was closed",
        "Open again",
        "While the power was out",
        "Light again",
    ]
    assert (said(lucie), said(marcel)) == (everything, everything)


def test_what_is_changed_or_removed_changes_where_it_stands(beside, town):
    thread = town.scribe("start", by="josette", title="At what time")
    first, second, third = (
        town.scribe("say", by="marcel", thread=thread, text=text) for text in ("At three", "At four", "At five")
    )
    page = beside("lucie", f"/t/{thread}/")
    town.scribe("edit", by="marcel", message=first, text="At half past three")
    shows(page, "At half past three")
    town.scribe("remove", by="marcel", message=second)
    playwright.expect(page.locator(f"#m{second} .removed")).to_be_visible(timeout=SOON_MS)
    assert said(page) == ["At half past three", "At five"]
    assert page.eval_on_selector_all("#list > li", "rows => rows.map(row => row.id)") == [
        f"m{first}",
        f"m{second}",
        f"m{third}",
    ]


def test_a_change_is_said_and_leaves_the_keyboard_and_the_eyes_where_they_are(beside, town):
    thread = town.scribe("start", by="josette", title="How we play")
    rows = [town.scribe("say", by="marcel", thread=thread, text=f"Rule {number}") for number in range(12)]
    page = beside("lucie", f"/t/{thread}/")
    page.focus(f"#m{rows[9]} .acts a >> nth=0")
    page.evaluate("row => document.getElementById(row).scrollIntoView({block: 'start'})", f"m{rows[8]}")
    there = "row => Math.round(document.getElementById(row).getBoundingClientRect().top)"
    before = page.evaluate(there, f"m{rows[8]}")
    town.scribe("edit", by="marcel", message=rows[0], text="First\n\n" + "a longer rule\n\n" * 20)
    shows(page, "a longer rule")
    playwright.expect(page.locator("#live")).to_contain_text("Changed: First a longer rule")
    assert abs(page.evaluate(there, f"m{rows[8]}") - before) <= 2
    town.scribe("edit", by="marcel", message=rows[9], text="Rule nine, mended")
    shows(page, "Rule nine, mended")
    focused = "document.activeElement.closest('li').id + ' ' + document.activeElement.getAttribute('href')"
    assert page.evaluate(focused) == f"m{rows[9]} /t/{thread}/?reply={rows[9]}#answer"


def test_who_is_blocked_says_nothing_to_who_blocked_them(beside, town):
    town.scribe("bring_in", handle="zoe")
    town.scribe("block", by="zoe", other="marcel")
    thread = town.scribe("start", by="josette", title="Which bench")
    zoe, lucie = (beside(handle, f"/t/{thread}/") for handle in ("zoe", "lucie"))
    town.scribe("say", by="marcel", thread=thread, text="The left one")
    town.scribe("say", by="josette", thread=thread, text="The one in the shade")
    shows(zoe, "The one in the shade")
    shows(lucie, "The one in the shade")
    assert said(zoe) == ["The one in the shade"]
    assert said(lucie) == ["The left one", "The one in the shade"]


def test_who_was_parted_with_hears_no_more(beside, town):
    town.scribe("bring_in", handle="max")
    thread = town.scribe("start", by="josette", title="Who rakes")
    parted, lucie = (beside(handle, f"/t/{thread}/") for handle in ("max", "lucie"))
    town.scribe("say", by="marcel", thread=thread, text="Max does")
    shows(parted, "Max does")
    town.scribe("part_with", handle="max")
    town.scribe("say", by="marcel", thread=thread, text="Somebody else does")
    shows(lucie, "Somebody else does")
    assert said(parted) == ["Max does"]
    parted.goto(town.at(f"/t/{thread}/"))
    assert "Who rakes" not in parted.inner_text("main")


@pytest.mark.parametrize("address", ["/c/{petanque}/", "/"], ids=["the-circle", "today"])
def test_a_new_thread_is_offered_and_moves_nothing_until_it_is_asked_for(address, beside, town):
    page = beside("lucie", address)
    before = page.locator("[data-live-list] > *").count()
    thread = town.scribe("start", by="josette", title="A box of figs")
    button = page.locator("#live button")
    playwright.expect(button).to_be_visible(timeout=SOON_MS)
    assert page.locator("[data-live-list] > *").count() == before
    button.click()
    playwright.expect(page.locator(f"[data-live-list] > #t{thread}")).to_contain_text("A box of figs")
    assert page.evaluate("window.kept") is True
