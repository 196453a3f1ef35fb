"""What pages draw: icons, and a person's disc, initials on a tint, engraved as boules are to tell them apart."""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import Protocol

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

TINTS = 8

# The pattern and whether it is dotted, in a square of 48. Lines run past the edge: the disc cuts them.
GROOVES: tuple[tuple[str, bool], ...] = (
    ("M8 9.6h32M8 38.4h32", False),
    ("M2 24 24 2l22 22-22 22z", False),
    ("M9.6 8v32M38.4 8v32", False),
    ("M24 2.6a21.4 21.4 0 1 0 .01 0zM24 5.6a18.4 18.4 0 1 0 .01 0z", False),
    ("M6 7.5h36M6 11.5h36M6 36.5h36M6 40.5h36", False),
    ("M24 2.6a21.4 21.4 0 1 0 .01 0z", True),
    ("M9.6 4v40M38.4 4v40M4 9.6h40M4 38.4h40", False),
    ("M4 16 16 4M44 32 32 44M2 24 24 2M46 24 24 46", False),
    ("M7.5 6v36M11.5 6v36M36.5 6v36M40.5 6v36", False),
    ("M-2 18q26-16 52 0M-2 30q26 16 52 0", False),
    ("M24 3.4a20.6 20.6 0 1 0 .01 0z", False),
    ("M18-2q-16 26 0 52M30-2q16 26 0 52", False),
)


class Someone(Protocol):
    """What a disc needs of a person."""

    id: int
    name: str
    picture: str


@lru_cache(maxsize=256)
def icon(name: str, size: str = "") -> SafeString:
    """A picture from icons.svg. It says nothing to a screen reader: a word stands beside it."""
    return format_html(
        '<svg class="i {}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        size,
        static("web/icons.svg"),
        name,
    )


def disc(person: Someone | None, size: str = "m") -> SafeString:
    """A person's portrait, or their engraved disc; an empty one when the person is gone."""
    if person is None:
        return nobody(size)
    return _drawn(number_of(person), person.name, portrait(person), size)


@lru_cache(maxsize=4096)
def _drawn(number: int, name: str, address: str, size: str) -> SafeString:
    if address:
        return format_html('<img class="disc {}" src="{}" alt="" width="48" height="48" loading="lazy">', size, address)
    return engraved(number, name, size)


def portrait(person: Someone) -> str:
    """Where the portrait is served, or an empty string."""
    picture = getattr(person, "picture", "")
    # The start of its name changes with the picture, so that a browser never shows the one before.
    return f"/p/{getattr(person, 'handle', '')}/picture?v={picture[:8]}" if picture else ""


def initials(name: str) -> str:
    """First letters of the first and the last word; one letter for a single word; empty when there is none."""
    letters = [next((sign for sign in word if sign.isalnum()), "") for word in name.split()]
    letters = [letter.upper()[0] for letter in letters if letter]
    return "".join(letters[:1] + letters[1:][-1:])


def engraving(number: int) -> tuple[int, int]:
    """Tint and groove for an id: neighbours differ in both, and the first 96 are all different."""
    return number % TINTS, (number // TINTS + 5 * (number % TINTS)) % len(GROOVES)


def number_of(person: Someone) -> int:
    """The id, or a stable number for ids that are not figures."""
    return person.id if isinstance(person.id, int) else zlib.crc32(str(person.id).encode())


def engraved(number: int, name: str, size: str) -> SafeString:
    """The disc as an SVG, hidden from screen readers: the name always stands beside it."""
    tint, groove = engraving(number)
    lines, dotted = GROOVES[groove]
    return format_html(
        '<svg class="disc {}" viewBox="0 0 48 48" aria-hidden="true" focusable="false">'
        '<circle class="tint-{}" cx="24" cy="24" r="24"/><path class="{}" d="{}"/>'
        '<text x="24" y="24" dy=".36em">{}</text></svg>',
        size,
        tint,
        "dotted" if dotted else "cut",
        lines,
        initials(name),
    )


def nobody(size: str) -> SafeString:
    """The empty disc of somebody who is gone."""
    return format_html(
        '<svg class="disc {}" viewBox="0 0 48 48" aria-hidden="true" focusable="false">'
        '<circle class="tint-none" cx="24" cy="24" r="23" stroke-dasharray="4 4"/></svg>',
        size,
    )
