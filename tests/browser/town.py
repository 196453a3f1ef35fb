"""The demonstration house and its people, each in a browser of their own."""

from __future__ import annotations

import email
import email.policy
import json
import re
import subprocess
import sys
from typing import Any

from tests.house import ROOT, House

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}


class Scribe:
    """The process of `tests.browser.scribe`: `scribe("say", by="lucie", thread=3, text="Hello")`."""

    def __init__(self, house: House) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.scribe"],
            cwd=ROOT, env=house.environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def __call__(self, order: str, **words: object) -> Any:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps([order, words]) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()


class Town:
    """A house with its scribe, the places of its scene, and browsers in which its people have come in."""

    def __init__(self, house: House, *, bare: bool = False) -> None:
        """`bare` leaves the demonstration as it is, without what the tests need besides."""
        self.house = house
        self.scribe = Scribe(house)
        self.places: dict[str, Any] = {} if bare else self.scribe("scene")
        self.places |= self.scribe("places")
        self._keys: dict[str, Any] = {}

    def at(self, address: str) -> str:
        """`{petanque}` and the like filled in; the whole address."""
        return self.house.url + address.format(**self.places)

    def open(self, chromium: Any, handle: str | None = None, *, fresh: bool = False, **options: Any) -> Any:
        """A browser in which this person of the demonstration has come in, or nobody; in English.

        Whoever is to sign out asks for a `fresh` one: the others share what was kept the first time.
        """
        options = {"locale": "en-GB", "viewport": DESKTOP, "reduced_motion": "reduce", **options}
        if handle is None:
            return chromium.new_context(**options)
        kept = None if fresh else self._keys.get(handle)
        context = chromium.new_context(storage_state=kept, **options)
        if kept is None:
            page = context.new_page()
            page.goto(self.at("/demo/"))
            page.click(f"form:has(input[value='{handle}']) button")
            page.wait_for_url(self.at("/"))
            page.close()
            if not fresh:
                self._keys[handle] = context.storage_state()
        return context

    def code_for(self, address: str) -> str:
        """The six digits of the last letter the house wrote to this address."""
        for path in sorted((self.house.data / "mail").glob("*.eml"), reverse=True):
            letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if letter["To"] == address:
                found = re.search(r"\b(\d{3})\s?(\d{3})\b", letter.get_content())
                assert found is not None, letter
                return found[1] + found[2]
        raise AssertionError(f"no letter to {address}")

    def close(self) -> None:
        self.scribe.close()
