"""How far one has read is noted while answers are before the eyes; without scripts, a button does it."""

from __future__ import annotations

import playwright.sync_api as playwright
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


def test_what_was_before_the_eyes_is_read_and_what_came_after_is_not(come_in, town):
    thread = town.scribe("start", by="josette", title="Who brings the bowls")
    page = come_in("nadege")
    with page.expect_response(f"**/t/{thread}/seen") as told:
        page.goto(town.at(f"/t/{thread}/"))
    assert told.value.status == 204
    playwright.expect(page.locator("form[data-seen]")).to_be_hidden()
    page.goto(town.at("/c/"))
    other = come_in("bernadette")
    other.goto(town.at(f"/t/{thread}/"))
    other.fill("#answer-text", "I bring six")
    other.click("#answer .btn:has-text('Publish')")
    playwright.expect(other.locator("#list > li .prose")).to_have_text(["I bring six"])
    page.goto(town.at(f"/t/{thread}/"))
    playwright.expect(page.locator("a:has-text('Go to the first unread')")).to_have_attribute(
        "href", f"/t/{thread}/#{page.locator('#list > li').get_attribute('id')}"
    )


def test_without_scripts_a_button_marks_it_as_read(come_in, town):
    thread = town.scribe("start", by="josette", title="Who brings the cups")
    page = come_in("nadege", java_script_enabled=False)
    page.goto(town.at(f"/t/{thread}/"))
    page.click("form[data-seen] .btn")
    assert page.locator(".notice.ok").inner_text().strip() == "Marked as read."


def test_a_choice_is_kept_and_taken_back_by_keyboard_alone(come_in, town):
    page = come_in("nadege", java_script_enabled=False)
    page.goto(town.at("/c/{petanque}/follow"))
    page.locator("input[name=level]:checked").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    playwright.expect(page.locator(".notice.ok")).to_contain_text("You will hear of everything said")
    page.locator("button[name=undo]").focus()
    page.keyboard.press("Enter")
    playwright.expect(page.locator("input[name=level]:checked")).to_have_value("answers")
