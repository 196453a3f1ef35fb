"""What scripts add to pages that work without them."""

from __future__ import annotations

import playwright.sync_api as playwright
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


def test_an_answer_comes_in_under_the_others_and_the_page_stays(come_in, town):
    page = come_in("nadege")
    thread = town.scribe("start", by="josette", title="Who comes by bus")
    page.goto(town.at(f"/t/{thread}/"))
    page.evaluate("window.kept = true")
    page.fill("#answer-text", "I do")
    page.click("#answer .btn:has-text('Publish')")
    playwright.expect(page.locator("#list > li .prose")).to_have_text(["I do"])
    playwright.expect(page.locator("#answer-text")).to_be_focused()
    assert page.input_value("#answer-text") == ""
    assert page.evaluate("window.kept") is True


def test_an_answer_that_is_refused_keeps_its_words_and_says_why(come_in, town):
    page = come_in("nadege")
    thread = town.scribe("start", by="josette", title="Who comes on foot")
    page.goto(town.at(f"/t/{thread}/"))
    page.evaluate("window.kept = true")
    page.fill("#answer-text", " \n ")
    page.click("#answer .btn:has-text('Publish')")
    playwright.expect(page.locator("#answer-error")).to_be_visible()
    playwright.expect(page.locator("#answer-text")).to_be_focused()
    assert page.evaluate("window.kept") is True


def test_what_was_typed_and_left_is_found_among_the_drafts(come_in, town):
    page = come_in("bernadette")
    page.goto(town.at("/c/{petanque}/write"))
    with page.expect_response("**/drafts/keep") as kept:
        page.locator("textarea[name=text]").press_sequentially("Half a thought of mine")
    assert kept.value.ok
    page.goto(town.at("/drafts/"))
    assert "Half a thought of mine" in page.inner_text("main")
    page.goto(town.at("/c/{petanque}/write"))
    assert page.input_value("textarea[name=text]") == "Half a thought of mine"


def test_a_link_is_copied_at_a_press_and_the_press_is_answered(come_in, town):
    page = come_in("josette", permissions=["clipboard-read", "clipboard-write"])
    page.goto(town.at("/c/{petanque}/invite"))
    page.click("main form[action$=invite] .btn")
    page.click("[data-copy]")
    playwright.expect(page.locator("#live")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.input_value("#address")


def test_a_theme_chosen_in_the_footer_is_there_at_once_and_stays(come_in, town):
    page = come_in("fatou")
    page.goto(town.at("/help/"))
    page.click("footer summary >> nth=1")
    with page.expect_response("**/me/look"):
        page.click("footer button[value=dark]")
    assert page.get_attribute("html", "data-theme") == "dark"
    page.reload()
    assert page.get_attribute("html", "data-theme") == "dark"
