"""One Chromium a file, one furnished house for all of them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import playwright.sync_api as playwright
import pytest

from tests.browser.town import Town
from tests.house import House, open_house

CHROMIUM = os.environ.get("COMVIR_CHROMIUM") or shutil.which("chromium")
# On a machine that has much else to do, five seconds are soon over.
playwright.expect.set_options(timeout=20_000)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@pytest.fixture(scope="session")
def _browser_here() -> None:
    if not CHROMIUM and not os.environ.get("COMVIR_REQUIRE_BROWSER"):
        pytest.skip("no Chromium here: name one with COMVIR_CHROMIUM")


@pytest.fixture(scope="module")
def chromium(_browser_here) -> Iterator[Any]:
    """The browser. For one file only: while it is there, Django's tables cannot be asked from this process."""
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def town(_browser_here, tmp_path_factory) -> Iterator[Town]:
    """The demonstration house, open, with one of everything in it; on SQLite whatever the other tests are on."""
    with on_sqlite(), open_house(tmp_path_factory.mktemp("town")) as house:
        town = Town(house)
        yield town
        town.close()


@pytest.fixture(scope="session")
def empty_house(_browser_here, tmp_path_factory) -> Iterator[House]:
    """A house nobody has founded yet."""
    with on_sqlite(), open_house(tmp_path_factory.mktemp("empty"), empty=True) as house:
        yield house


@pytest.fixture
def come_in(chromium, town) -> Iterator[Any]:
    """`come_in("lucie")` is a page in a browser of Lucie's; `come_in()` one where nobody has come in."""
    contexts = []

    def visit(handle: str | None = None, **options: Any) -> Any:
        context = town.open(chromium, handle, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    yield visit
    for context in contexts:
        context.close()


@contextmanager
def on_sqlite() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("COMVIR_DATABASE", raising=False)
        yield
