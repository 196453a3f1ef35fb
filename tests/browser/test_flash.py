"""A flash from a telephone, read on other screens: not verified, confirmed by independent people, then disputed."""

from __future__ import annotations

import re
from typing import Any

import playwright.sync_api as playwright
import pytest

from tests.browser.town import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

SOON_MS = 30_000
WORDS = "A plane tree fell across the lower path"


def shows(place: Any, words: str) -> None:
    playwright.expect(place).to_contain_text(words, timeout=SOON_MS)


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


def publish_a_flash(page: Any, town: Any) -> None:
    """One line, what it is, where; that one saw it and when are filled in already."""
    page.goto(town.at("/c/{petanque}/"))
    page.fill("#write", WORDS)
    page.click("form.composer details:has(.kinds) > summary")
    page.locator("form.composer .kinds label", has_text="Flash").click()
    page.select_option("form.composer [name=where]", "other")
    page.fill("form.composer [name=place]", "Boulodrome, port side")
    assert page.input_value("form.composer [name=source_kind]") == "eyes"
    page.locator("form.composer .line .btn").click()
    page.wait_for_url("**/t/**")


def confirm(page: Any, address: str) -> None:
    """Two presses where the message stands: that one confirms, and that one saw it."""
    page.goto(address)
    page.evaluate("window.kept = true")
    page.locator(".opening .attest summary").click()
    page.get_by_role("button", name="I confirm, I saw it").first.click()
    shows(page.locator(".opening .mine"), "You confirm it: you saw it.")
    assert page.evaluate("window.kept") is True


def dispute(page: Any, address: str, words: str) -> None:
    page.goto(address)
    page.locator(".opening .attest a", has_text="That is not what I saw").click()
    page.locator(".opening .attest-form button", has_text="Say so").click()
    shows(page.locator(".opening .attest-form .err"), "Say what you saw instead")
    page.fill(".opening .attest-form textarea", words)
    page.locator(".opening .attest-form button", has_text="Say so").click()
    shows(page.locator(".opening .mine"), "You say that it was otherwise.")


def test_a_flash_goes_out_is_confirmed_and_disputed_on_pages_that_stay_open(come_in, beside, town):
    lucie = beside("lucie", "/c/{petanque}/")
    karim = come_in("karim", viewport=PHONE)
    publish_a_flash(karim, town)
    thread = re.search(r"/t/(\d+)/", karim.url)[1]

    # On another screen, without being loaded again.
    playwright.expect(lucie.locator("#live button")).to_be_visible(timeout=SOON_MS)
    lucie.locator("#live button").click()
    row = lucie.locator(f"[data-live-list] > #t{thread}")
    shows(row, WORDS)
    shows(row, "Flash")
    assert lucie.evaluate("window.kept") is True

    address = town.at(f"/t/{thread}/")
    reader = beside("lucie", f"/t/{thread}/")
    box = reader.locator(".opening .verif")
    shows(reader.locator(".opening"), "Boulodrome, port side")
    shows(box, "Not yet verified")
    shows(box, "Only one person says so, who saw it.")

    for handle in ("josette", "marcel", "thuy"):
        confirm(come_in(handle), address)
    shows(box, "independent people")
    assert re.search(r"Confirmed by \d independent people", box.inner_text())

    for handle, words in (("gilles", "I came through at noon"), ("bernadette", "The path is free")):
        dispute(come_in(handle, viewport=PHONE), address, words)
    shows(box, "Disputed: two accounts")
    shows(box.locator(".sides > div").nth(0), WORDS)
    shows(box.locator(".sides > div").nth(1), "The path is free")
    widths = box.locator(".sides > div").evaluate_all("sides => sides.map(side => Math.round(side.offsetWidth))")
    assert abs(widths[0] - widths[1]) <= 1
    assert reader.evaluate("window.kept") is True

    # Who comes later finds it as it stands.
    late = come_in("andre")
    late.goto(address)
    shows(late.locator(".opening .verif"), "Disputed: two accounts")


def test_without_scripts_a_word_is_given_and_taken_back(come_in, town):
    page = come_in("karim", java_script_enabled=False)
    page.goto(town.at("/t/{bar}/"))
    page.locator(".opening .attest summary").click()
    page.locator(".opening .attest-ways a", has_text="I was told").click()
    page.select_option("[name=told_by]", label="André Sanchez")
    page.locator("main form .btn", has_text="Confirm").click()
    shows(page.locator(".notice"), "Noted: you confirm it.")
    shows(page.locator(".opening .mine"), "You confirm it: you were told.")
    page.locator(".notice a", has_text="Undo").click()
    page.locator("main form .btn", has_text="Take it back").click()
    shows(page.locator(".notice"), "Your word is taken back.")
    playwright.expect(page.locator(".opening .mine")).to_have_count(0)
