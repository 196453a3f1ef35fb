"""What every page knows: the house, who is reading, where one can go, how one likes to read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from comvir.notifications.queries import something_waits
from comvir.people.access import sight_of
from comvir.people.models import Account, Person
from comvir.people.queries import the_house

THEMES = ("light", "dark")
TEXT_SIZES = ("large", "larger")


@dataclass(frozen=True)
class Entry:
    """One destination of the header, the bottom bar of phones. `current` is "page", "true" (somewhere below) or ""."""

    words: str
    icon: str
    address: str
    current: str
    waiting: object = False


def house(request: HttpRequest) -> dict[str, Any]:
    """Context of every page."""
    me = reader(request)
    waiting = _later(lambda: me is not None and something_waits(getattr(request, "sight", None) or sight_of(me)))
    return {
        "house": _later(the_house),
        "me": me,
        "waiting": waiting,
        "nav": destinations(request.path, waiting),
        "theme": chosen(request, "scheme", "look_theme", THEMES),
        "text_size": chosen(request, "text_size", "look_text", TEXT_SIZES),
    }


def reader(request: HttpRequest) -> Person | None:
    """The person reading, None when signed out."""
    account = account_of(request)
    return account.person if account else None


def account_of(request: HttpRequest) -> Account | None:
    """The account signed in, None for anybody else."""
    account = getattr(request, "user", None)
    return account if isinstance(account, Account) and account.is_authenticated else None


def destinations(path: str, waiting: object) -> list[Entry]:
    """The first-level entries, always in this order."""
    return [
        Entry(gettext("Today"), "sun", "/", _current(path, "/"), waiting),
        Entry(gettext("Circles"), "ring", "/c/", _current(path, "/c/", "/t/", "/m/")),
    ]


def chosen(request: HttpRequest, field: str, cookie: str, allowed: tuple[str, ...]) -> str:
    """What the reader chose for the page, in their account or else in a cookie; empty when they follow their device."""
    account = account_of(request)
    value = getattr(account, field) if account else request.COOKIES.get(cookie, "")
    return value if value in allowed else ""


def _current(path: str, address: str, *others: str) -> str:
    if path == address:
        return "page"
    below = address != "/" and path.startswith((address, *others))
    return "true" if below else ""


def _later(work: Callable[[], object]) -> Any:
    return SimpleLazyObject(work)
