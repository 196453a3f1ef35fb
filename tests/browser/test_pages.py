"""Every page: readable by anybody, never wider than the screen, and nothing in it the browser complains of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.browser import axe
from tests.browser.pages import FIRST_PAGES, PAGES, Page
from tests.browser.town import DESKTOP

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

# What axe holds against the page at each width, light and dark: every rule, or those about colours (which is all that
# changes with the scheme), or nothing: then only the width is measured.
EVERY_RULE: list[str] = []
COLOURS = ["color-contrast"]
WIDTHS = {
    320: {},
    360: {"dark": EVERY_RULE},
    768: {},
    1280: {"light": EVERY_RULE},
}
# What has its colours from the width as well, the bar and the bands, is on every page: a few are looked at both ways.
CROSSED = {360: {"light": COLOURS}, 1280: {"dark": COLOURS}}
BOTH_WAYS = {"today", "circle, as member", "members, as steward", "thread, disputed", "search, with results"}
TEXT_SIZES = ["normal", "larger"]
TELL_POLICY = (
    "addEventListener('securitypolicyviolation', event => console.error('policy: ' + event.violatedDirective))"
)
UNFOLD = "() => document.querySelectorAll('details').forEach(details => { details.open = true; })"
WIDER = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const wide = [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > room + 1);
  return ['wider than the screen: ' + wide.slice(-3).map(one => one.outerHTML.slice(0, 90)).join(' | ')];
}"""


@dataclass
class Seen:
    """What was found amiss in one page, in words."""

    complaints: list[str] = field(default_factory=list)
    sideways: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def look_at(chromium, town, empty_house) -> Iterator[Any]:
    """`look_at(page)` is what was seen of it: each page is opened once for all the tests of this file."""
    tabs: dict[str | None, Any] = {}
    known: dict[str, Seen] = {}
    key = empty_house.log.rsplit("/first/", 1)[1].split("/")[0]

    def look(page: Page) -> Seen:
        if page.name not in known:
            empty = page in FIRST_PAGES
            if page.who not in tabs:
                tabs[page.who] = town.open(chromium, page.who).new_page()
                tabs[page.who].add_init_script(TELL_POLICY)
            if page.who is None:
                tabs[None].context.clear_cookies()
            address = empty_house.url + page.address.format(key=key) if empty else town.at(page.address)
            known[page.name] = _look(tabs[page.who], page, address, town)
        return known[page.name]

    yield look
    for tab in tabs.values():
        tab.context.close()


def _look(tab: Any, page: Page, address: str, town: Any) -> Seen:
    seen = Seen()

    def hear(said: Any) -> None:
        seen.complaints += _complaint(said, page)

    def break_down(error: Any) -> None:
        seen.complaints.append(str(error))

    tab.on("console", hear)
    tab.on("pageerror", break_down)
    tab.set_viewport_size(DESKTOP)
    answer = tab.goto(address)
    assert answer.status == page.status, f"{page.name}: {answer.status}"
    if page.reach is not None:
        page.reach(tab, town)
    tab.evaluate(UNFOLD)
    axe.bring(tab)
    for width, schemes in WIDTHS.items():
        tab.set_viewport_size({**DESKTOP, "width": width})
        seen.sideways += [f"{width}, {size} text: {found}" for size in TEXT_SIZES for found in _wider(tab, size)]
        more = CROSSED.get(width, {}) if page.name in BOTH_WAYS else {}
        for scheme, rules in {**schemes, **more}.items():
            tab.emulate_media(color_scheme=scheme)
            seen.faults += [f"{width}, {scheme}: {fault}" for fault in axe.faults(tab, *rules)]
    tab.remove_listener("console", hear)
    tab.remove_listener("pageerror", break_down)
    return seen


def _complaint(said: Any, page: Page) -> list[str]:
    # The browser mentions each page that is not found, or refused; those are meant.
    expected = said.text.startswith("Failed to load resource") and (page.status != 200 or page.reach is not None)
    return [] if said.type not in ("error", "warning") or expected else [said.text]


def _wider(tab: Any, size: str) -> list[str]:
    tab.evaluate("size => { document.documentElement.dataset.text = size; }", size)
    found = list(tab.evaluate(WIDER))
    tab.evaluate("() => { delete document.documentElement.dataset.text; }")
    return found


every_page = pytest.mark.parametrize("page", [*PAGES, *FIRST_PAGES], ids=lambda page: page.name.replace(" ", "-"))


@every_page
def test_nothing_grave_stands_in_anybodys_way(page, look_at):
    assert look_at(page).faults == []


@every_page
def test_no_page_is_wider_than_the_screen(page, look_at):
    assert look_at(page).sideways == []


@every_page
def test_the_browser_has_nothing_to_complain_of(page, look_at):
    assert look_at(page).complaints == []
