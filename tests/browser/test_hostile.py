"""The five hundred worst of what is known to break pages, said in the house and looked at in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import on_sqlite
from tests.browser.town import Town
from tests.house import open_house

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

XSS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "hostile" / "xss"
SIGNS = ("<", "javascript:", "data:", "on", "script", "svg", "style", "src=", "href", "](", "{{", "&#", "iframe")
WORST = 500


def worst() -> list[str]:
    lines = {line for file in XSS.glob("*.txt") for line in file.read_text("utf-8", "replace").splitlines()}
    short = (line for line in lines if line.strip() and len(line) <= 2000)
    ranked = sorted(short, key=lambda line: (-sum(line.lower().count(sign) for sign in SIGNS), line))
    return [f"a {line}" for line in ranked[:WORST]]


@pytest.fixture
def apart(_browser_here, tmp_path) -> Iterator[Town]:
    """A house of its own: five hundred such messages would stand in the way of the other tests."""
    with on_sqlite(), open_house(tmp_path) as house:
        town = Town(house, bare=True)
        yield town
        town.close()


@pytest.mark.skipif(not XSS.is_dir(), reason="the list of hostile inputs is not beside the project")
def test_nothing_said_runs_opens_or_loads_anything(chromium, apart):
    said = worst()
    assert len(said) == WORST
    threads = apart.scribe("hostile", texts=said)
    page, troubles = apart.open(chromium, "karim").new_page(), []
    page.on("dialog", lambda dialog: (troubles.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("console", lambda line: troubles.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith(apart.house.url) else troubles.append(asked.url))
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation', e => console.error('policy ' + e.violatedDirective))"
    )
    shown = 0
    addresses = [f"/t/{thread}/" for thread in threads]
    for address in [*addresses, apart.at("/c/{petanque}/").removeprefix(apart.house.url), "/", "/search/?q=script"]:
        page.goto(apart.house.url + address)
        assert page.locator("main").count() == 1, address
        shown += page.locator("#list > li").count() if address.startswith("/t/") else 0
    assert shown == WORST - len(threads)
    assert troubles == []
