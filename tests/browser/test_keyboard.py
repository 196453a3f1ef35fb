"""Tab, Enter and letters, on a telephone with a keyboard: from the door to a thread of one's own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.town import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

MOST_STOPS = 120
# Where the focus is, whether a ring is drawn around it (around its words, for a choice), and what lies over it.
STOP = """() => {
  const at = document.activeElement;
  const ringed = getComputedStyle(at.matches(".opt input") ? at.nextElementSibling : at);
  const drawn = ringed.outlineStyle !== "none" && parseFloat(ringed.outlineWidth) >= 2;
  const box = at.getClientRects()[0] || at.getBoundingClientRect();
  const over = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  const seen = over && (at.contains(over) || over.closest("label")?.contains(at));
  return { name: at.outerHTML.slice(0, 120), drawn, over: seen ? "" : String(over && over.outerHTML.slice(0, 120)) };
}"""


class Keys:
    """Somebody who has no mouse. Each stop of the focus must be drawn, and lie under nothing."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.unseen: list[str] = []

    def tab_to(self, selector: str) -> None:
        """Press Tab until the focus is on what the selector names."""
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("() => document.activeElement === document.body"):
                continue
            stop = self.page.evaluate(STOP)
            if not stop["drawn"] or stop["over"]:
                self.unseen.append(f"{stop['name']} drawn: {stop['drawn']}, under: {stop['over']}")
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"Tab never came to {selector}")

    def follow(self, selector: str, leads_to: str) -> None:
        self.tab_to(selector)
        with self.page.expect_navigation(url=leads_to):
            self.page.keyboard.press("Enter")

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)


def test_from_the_door_to_a_thread_of_ones_own(come_in, town):
    page = come_in(viewport=PHONE)
    keys = Keys(page)
    page.goto(town.at("/in/"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('a.skip')")
    keys.tab_to("input[name=email]")
    keys.type("gilles@example.org")
    with page.expect_navigation(url="**/in/code"):
        page.keyboard.press("Enter")
    keys.tab_to("input[name=code]")
    with page.expect_navigation(url=town.at("/")):
        keys.type(town.code_for("gilles@example.org"))

    keys.follow(".nav a[href='/c/']", "**/c/")
    keys.follow("main a[href='/c/{petanque}/']".format(**town.places), "**/c/{petanque}/".format(**town.places))
    keys.follow("#t{thread} a, .news a[href^='/t/']".format(**town.places), "**/t/*/")
    keys.tab_to("#answer-text")
    keys.type("I come, with the keyboard only")
    keys.tab_to("#answer button")
    page.keyboard.press("Enter")
    page.wait_for_selector("#list :text('I come, with the keyboard only')")

    page.goto(town.at("/c/{petanque}/"))
    keys.tab_to("#write")
    keys.type("Who has a spare glove?")
    keys.tab_to("form.composer .btn")
    with page.expect_navigation(url="**/t/*/"):
        page.keyboard.press("Enter")
    assert page.inner_text("h1#title") == "Who has a spare glove?"
    assert keys.unseen == []


def test_the_skip_link_leads_past_all_that_comes_before_the_page(come_in, town):
    page = come_in("lucie", viewport=PHONE)
    page.goto(town.at("/c/{petanque}/"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('a.skip')")
    assert page.evaluate(STOP)["over"] == ""
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("address", ["/", "/c/{petanque}/", "/c/{petanque}/m/", "/t/{thread}/", "/me/", "/c/new"])
def test_nothing_lies_over_what_has_the_focus_on_a_telephone(address, come_in, town):
    page = come_in("lucie", viewport=PHONE)
    keys = Keys(page)
    page.goto(town.at(address))
    keys.tab_to("footer.foot button.as-link")
    assert keys.unseen == []
