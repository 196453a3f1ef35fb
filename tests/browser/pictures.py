"""Take pictures of the main screens: `python -m tests.browser.pictures FOLDER`, for docs/pictures. No test.

Each is named after its screen, width, scheme and language: today-360-dark-fr.png.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import playwright.sync_api as playwright

from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.town import DESKTOP, PHONE, Town
from tests.house import open_house

# The screen, who looks at it, and where it is; the first run is of an empty house.
SCREENS = [
    ("today", "lucie", "/"),
    ("circle", "lucie", "/c/{petanque}/"),
    ("thread", "lucie", "/t/{thread}/"),
    ("flash", "lucie", "/m/{flash}/"),
    ("composer", "marcel", "/c/{petanque}/write"),
    ("search", "lucie", "/search/?q=boules"),
    ("members", "josette", "/c/{petanque}/m/"),
    ("person", "lucie", "/p/marcel/"),
    ("entering", None, "/in/"),
]
LANGUAGES = {"fr": "fr-FR", "en": "en-GB"}


def main(folder: Path) -> None:
    """Open the demonstration and an empty house, and keep a picture of each screen in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.pop("COMVIR_DATABASE", None)
    with tempfile.TemporaryDirectory() as place, playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with open_house(Path(place)) as house:
            town = Town(house, bare=True)
            for name, who, address in SCREENS:
                _take_all(folder, name, chromium, town, who, town.at(address))
            town.close()
        beside = Path(tempfile.mkdtemp(dir=place))
        with open_house(beside, empty=True) as empty:
            key = empty.log.rsplit("/first/", 1)[1].split("/")[0]
            _take_all(folder, "first-run", chromium, town, None, f"{empty.url}/first/{key}/")
        chromium.close()


def _take_all(folder: Path, name: str, chromium: Any, town: Town, who: str | None, address: str) -> None:
    for language, locale in LANGUAGES.items():
        for size in (PHONE, DESKTOP):
            for scheme in ("light", "dark"):
                context = town.open(chromium, who, locale=locale, viewport=size, color_scheme=scheme)
                page = context.new_page()
                page.goto(address)
                page.evaluate("document.fonts.ready")
                page.screenshot(path=folder / f"{name}-{size['width']}-{scheme}-{language}.png")
                context.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.browser.pictures FOLDER")
    main(Path(sys.argv[1]))
