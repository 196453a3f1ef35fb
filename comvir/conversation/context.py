"""The context of a message: kind, place, time of the fact, source. One line is enough to post: all may be missing."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from comvir.conversation.kinds import Kind, SourceKind
from comvir.conversation.refusals import (
    FactInFuture,
    FactTooOld,
    LinkUnclear,
    NoSuchKind,
    NoSuchSource,
    PlaceTooLong,
    PointNowhere,
    SourceTooLong,
    ValidTooLong,
    ValidUntilPast,
)
from comvir.lib.text import tidy_line

PLACE_LIMIT = 160
SOURCE_LIMIT = 300
URL_LIMIT = 1000
# A clock may be a little fast; a fact cannot come from further ahead than that.
CLOCK_SLACK = timedelta(minutes=5)
FLASH_LASTS = timedelta(days=1)
LONGEST_VALID = timedelta(days=31)
OLDEST = 1000
# Hundredths of a degree: about a kilometre, which tells the neighbourhood and not the door.
CELL_DEGREES = 0.01


@dataclass(frozen=True)
class Context:
    """What a message says it is and speaks of. Degrees are WGS 84; the moments are aware."""

    kind: str = ""
    place: str = ""
    latitude: float | None = None
    longitude: float | None = None
    content_reference_time: datetime | None = None
    valid_until: datetime | None = None
    source_kind: str = ""
    source_name: str = ""
    source_url: str = ""

    @property
    def cell(self) -> str:
        """The south-west corner of the public cell of its point, as “43.17,5.60”; empty without a point."""
        return cell_of(self.latitude, self.longitude)

    def as_json(self) -> dict[str, str | float]:
        """What is said of it, without what is not, for a column of JSON."""
        told = {name: value for name, value in asdict(self).items() if value not in (None, "")}
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in told.items()}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Context:
        """The context `as_json` was made of."""
        times = {name: datetime.fromisoformat(told[name]) for name in _MOMENTS if name in told}
        return cls(**{**told, **times})


_MOMENTS = ("content_reference_time", "valid_until")
PLAIN = Context()


def cell_of(latitude: float | None, longitude: float | None) -> str:
    """The cell of a point, hundredths of a degree wide, by its south-west corner; empty without a point."""
    if latitude is None or longitude is None:
        return ""
    return ",".join(
        f"{math.floor(degrees / CELL_DEGREES + 1e-9) * CELL_DEGREES:.2f}" for degrees in (latitude, longitude)
    )


def fit_context(context: Context, now: datetime, before: Context = PLAIN) -> Context:
    """The context as it is kept, in the place of `before`, whose moments stay fit.

    A flash without an end is taken to last a day. Raises NoSuchKind, NoSuchSource, PlaceTooLong, PointNowhere,
    FactInFuture, FactTooOld, ValidUntilPast, ValidTooLong, SourceTooLong, LinkUnclear.
    """
    if context == PLAIN:
        return context
    if context.kind and context.kind not in Kind.values:
        raise NoSuchKind
    if context.source_kind and context.source_kind not in SourceKind.values:
        raise NoSuchSource
    context = replace(context, place=tidy_line(context.place), source_name=tidy_line(context.source_name))
    if len(context.place) > PLACE_LIMIT:
        raise PlaceTooLong
    if len(context.source_name) > SOURCE_LIMIT:
        raise SourceTooLong
    _fit_point(context)
    return replace(_fit_times(context, now, before), source_url=fit_link(context.source_url))


def fit_link(url: str, field: str = "source_url") -> str:
    """An address of the web as it is kept; empty stays empty. Raises LinkUnclear."""
    url = tidy_line(url)
    if not url:
        return ""
    if "://" not in url and "." in url.split("/")[0]:
        url = f"https://{url}"
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username and " " not in url
    except ValueError:
        fine = False
    if not fine or len(url) > URL_LIMIT:
        raise LinkUnclear(field=field)
    return url


def _fit_point(context: Context) -> None:
    point = (context.latitude, context.longitude)
    if point == (None, None):
        return
    if None in point or not all(isinstance(one, float) and math.isfinite(one) for one in point):
        raise PointNowhere
    if abs(context.latitude or 0) > 90 or abs(context.longitude or 0) > 180:
        raise PointNowhere


def _fit_times(context: Context, now: datetime, before: Context) -> Context:
    seen, until = context.content_reference_time, context.valid_until
    if seen is not None and seen > now + CLOCK_SLACK:
        raise FactInFuture
    if seen is not None and seen.year < OLDEST:
        raise FactTooOld
    if context.kind != Kind.FLASH:
        return replace(context, valid_until=None)
    if until is None:
        return replace(context, valid_until=now + FLASH_LASTS)
    if until == before.valid_until:
        return context
    if until <= now:
        raise ValidUntilPast
    if until > now + LONGEST_VALID:
        raise ValidTooLong
    return context
