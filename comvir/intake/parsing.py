"""News by RSS or Atom as plain values: parsed by a process that may die of it, then made fit for the house."""

import json
import re
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from comvir.intake import child
from comvir.intake.refusals import NotNews
from comvir.lib.fetch import Unfetchable, read_url
from comvir.lib.text import MENTION, shows_nothing, tidy, tidy_line

MOST_SECONDS = 20
MOST_AT_ONCE = 2
OLDEST = datetime(1970, 1, 1, tzinfo=UTC)

_places = threading.BoundedSemaphore(MOST_AT_ONCE)


@dataclass(frozen=True)
class Item:
    """One item: `id` as its wire names it, words as Markdown, an address of the web or "", an aware moment."""

    id: str
    title: str
    text: str
    link: str
    at: datetime | None


@dataclass(frozen=True)
class News:
    """What a file of news holds, at most 200 items in its order. `ttl` is how often it wants to be asked."""

    title: str
    items: tuple[Item, ...]
    hub: str
    topic: str
    ttl: timedelta | None


class Elsewhere(Exception):
    """It is a page rather than news, and points to its news at `address`."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


def read_news(data: bytes, content_type: str, address: str, *, wait: float | None = None) -> News:
    """What these bytes, fetched from `address`, say. Waits `wait` seconds for its turn.

    Raises NotNews, Elsewhere; Unfetchable "busy".
    """
    told = _told(data, content_type, address, MOST_SECONDS if wait is None else wait)
    if "items" not in told:
        elsewhere = fit_address(told.get("alternate", ""), address)
        if elsewhere and elsewhere != address:
            raise Elsewhere(elsewhere)
        raise NotNews
    ttl = told["ttl"]
    return News(
        title=tidy_line(told["title"]),
        items=tuple(_item(said) for said in told["items"]),
        hub=fit_address(told["hub"], address),
        topic=fit_address(told["topic"], address),
        ttl=timedelta(minutes=int(ttl)) if re.fullmatch(r"[0-9]{1,5}", ttl) else None,
    )


def clamped(at: datetime | None, now: datetime) -> datetime:
    """A moment an item claims, never ahead of us, never before there were any."""
    return now if at is None else min(max(at, OLDEST), now)


def fit_address(written: str, base: str = "") -> str:
    """An address that may be fetched, whole and as it is kept; "" for any other."""
    try:
        return str(read_url(urljoin(base, written.strip()))) if written.strip() else ""
    except (Unfetchable, ValueError):
        return ""


def _told(data: bytes, content_type: str, address: str, wait: float) -> dict[str, Any]:
    if not _places.acquire(timeout=wait):
        raise Unfetchable("busy")
    kind = re.sub(r"[^\x20-\x7e]", "", content_type)[:200]
    try:
        done = subprocess.run(
            [sys.executable, "-I", child.__file__, kind, address],
            input=data,
            capture_output=True,
            env={},
            timeout=MOST_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise NotNews from None
    finally:
        _places.release()
    if done.returncode != 0:
        raise NotNews
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _item(said: dict[str, Any]) -> Item:
    title, text = tidy_line(str(said["title"])), _calling_nobody(tidy(str(said["text"])))
    text = title if shows_nothing(text) else text
    return Item(str(said["id"]), title, text, str(said["link"]), _moment(said["at"]))


def _calling_nobody(text: str) -> str:
    """The words with nobody named by them: an @ of the outside world is nobody of ours."""
    return MENTION.sub(lambda found: f"@\u2060{found[1]}", text)


def _moment(seconds: object) -> datetime | None:
    try:
        return OLDEST + timedelta(seconds=seconds) if isinstance(seconds, int) else None
    except OverflowError:
        return None
