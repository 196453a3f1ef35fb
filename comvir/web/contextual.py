"""The context of a message on a page: its kind, where, when, its source; and what of it an outsider is not told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from html import escape
from typing import TypeAlias
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from comvir.conversation.context import CELL_DEGREES, Context
from comvir.conversation.kinds import Kind, SourceKind
from comvir.conversation.models import Message, Thread, ThreadAudience
from comvir.conversation.queries import kinds_in
from comvir.people.access import Sight
from comvir.web.drawings import icon
from comvir.web.shapes import NOTHING
from comvir.web.times import in_full, said_at, time_of_day

# The icon of each kind and the tint of its chip.
DRAWN = {
    Kind.FLASH: ("zap", "sun"),
    Kind.TESTIMONY: ("eye", "sea"),
    Kind.FACT: ("file-text", ""),
    Kind.QUESTION: ("circle-question-mark", "lavender"),
    Kind.OPINION: ("message-circle", ""),
    Kind.RESOURCE: ("book-open", "olive"),
}
# Half a cell's diagonal, in metres, at the equator: how far from its middle the point may be (RFC 5870, `u`).
CELL_REACH = 800
# What is said of a context now, or was once.
Told: TypeAlias = Message | Context


@dataclass(frozen=True)
class Cell:
    """One of the three: what it is, what it says, and a detail. Both are safe HTML."""

    icon: str
    term: str
    says: str
    detail: str = ""


@dataclass(frozen=True)
class Reader:
    """For whom it is written: `exact` tells points as they were given; `language` is that of members' words, or ""."""

    exact: bool
    language: str
    now: datetime


def reader_of(sight: Sight, thread: Thread, language: str, now: datetime) -> Reader:
    """The reader of a thread: whoever is not of the circle is told of a point about a kilometre around it."""
    exact = thread.community_id in sight.communities or thread.audience != ThreadAudience.PUBLIC
    return Reader(exact, language, now)


def kind_chip(kind: str) -> SafeString:
    """The chip of a kind; nothing for a plain message."""
    return _kind_chip(kind, get_language()) if kind else NOTHING


def chips_of(kind: str, valid_until: datetime | None, now: datetime) -> SafeString:
    """The chip of a kind, and one more for a flash that is over."""
    if kind == Kind.FLASH and valid_until is not None and valid_until <= now:
        return kind_chip(kind) + _state_chip("clock", "line", gettext("Over"))  # FR: Terminé
    return kind_chip(kind)


def answered_chip() -> SafeString:
    """The chip of a question that was answered."""
    return _state_chip("circle-check", "olive", gettext("Answered"))


@dataclass(frozen=True)
class KindLink:
    """A kind one may choose to see alone."""

    value: str
    words: str
    icon: str


def kinds_told(community: int, sight: Sight) -> list[KindLink]:
    """The kinds of which there is something to read in a community; one query."""
    there = next(iter(kinds_in(community, sight)), ())
    return [KindLink(kind, str(kind.label), DRAWN[kind][0]) for kind, has in zip(Kind, there, strict=False) if has]


def strip(told: Told, name: str, reader: Reader, pictured: int = 0) -> SafeString:
    """Where, when and source of an opening, in at most three cells; empty when it says none.

    `name` is the author's and `pictured` the number of pictures: how they know it is told with both.
    """
    cells = cells_of(told, _by(name, pictured), reader)
    if not cells:
        return NOTHING
    drawn = "".join(
        f"<div><dt>{icon(cell.icon)}{escape(cell.term)}</dt><dd>{cell.says}"
        f"{f'<small>{cell.detail}</small>' if cell.detail else ''}</dd></div>"
        for cell in cells
    )
    return mark_safe(f'<dl class="context">{drawn}</dl>')


def line(told: Told, reader: Reader) -> SafeString:
    """The same in one line, for an answer."""
    cells = cells_of(told, "", reader)
    if not cells:
        return NOTHING
    drawn = "".join(
        f'<span>{icon(cell.icon)}<span class="sr">{escape(cell.term)} </span>'
        f"<span>{cell.says}{f' · {cell.detail}' if cell.detail else ''}</span></span>"
        for cell in cells
    )
    return mark_safe(f'<p class="context-line">{drawn}</p>')


def cells_of(told: Told, by: str, reader: Reader) -> list[Cell]:
    """The cells that are not empty, in order; `by` is said of what its author saw."""
    return [cell for cell in (_where(told, reader), _when(told, reader), _source(told, by, reader)) if cell]


def _where(told: Told, reader: Reader) -> Cell | None:
    if not told.place and not told.cell:
        return None
    point = _point(told, reader.exact)
    place = _words(told.place, reader.language)
    return Cell("map-pin", gettext("Where"), place or point, point if place else "")


def _point(told: Told, exact: bool) -> str:
    if told.latitude is None or told.longitude is None:
        return ""
    if exact:
        at = f"{told.latitude:.5f},{told.longitude:.5f}"
        return format_html('<a href="geo:{}">{}</a>', at, at.replace(",", ", "))
    south, west = (float(corner) for corner in told.cell.split(","))
    # Only the corner of the cell is read here: the point itself must not be told, not even rounded.
    middle = f"{south + CELL_DEGREES / 2:.3f},{west + CELL_DEGREES / 2:.3f}"
    words = gettext("about a kilometre around %(point)s") % {"point": middle.replace(",", ", ")}
    return format_html('<a href="geo:{};u={}">{}</a>', middle, CELL_REACH, words)


def _when(told: Told, reader: Reader) -> Cell | None:
    at, until = told.content_reference_time, told.valid_until
    if at is None and until is None:
        return None
    term, lasts = gettext("When"), ""
    if until is not None:
        over = until <= reader.now
        words = gettext("was valid until %(when)s") if over else gettext("valid until %(when)s")
        lasts = _time(until, words % {"when": _moment(until, reader.now)})
    return Cell("clock", term, _time(at, _capital(_moment(at, reader.now))) if at else lasts, lasts if at else "")


def _source(told: Told, by: str, reader: Reader) -> Cell | None:
    kind = told.source_kind
    if not kind and not told.source_name and not told.source_url:
        return None
    named, link = _words(told.source_name, reader.language), _link(told.source_url)
    says, details = named or link, [link] if named else []
    if kind == SourceKind.EYES:
        says, details = escape(gettext("Seen on the spot")), [by, named, link]  # FR: Vu sur place
    elif kind == SourceKind.PERSON:
        somebody = named or escape(gettext("somebody"))
        says, details = escape(gettext("Told by %(name)s")) % {"name": somebody}, [link]
    elif kind == SourceKind.LINK:
        says, details = link or named, [named] if link else []
    elif kind == SourceKind.DOCUMENT:
        says, details = escape(gettext("A document")), [named, link]
    return Cell(_SOURCES.get(kind, "info"), gettext("Source"), says, " · ".join([one for one in details if one]))


_SOURCES: dict[str, str] = {
    SourceKind.EYES: "eye",
    SourceKind.PERSON: "ear",
    SourceKind.LINK: "link",
    SourceKind.DOCUMENT: "file-text",
}


def _by(name: str, pictured: int) -> str:
    if not pictured:
        return escape(gettext("by %(name)s") % {"name": name})
    words = ngettext("by %(name)s, with a picture", "by %(name)s, with %(count)d pictures", pictured)
    return escape(words % {"name": name, "count": pictured})


def _link(url: str) -> str:
    """The link by its whole host: what a page calls itself can lie, where it lies can not."""
    if not url.startswith(("https://", "http://")):
        return ""
    return format_html(
        '<a href="{}" rel="ugc nofollow noopener noreferrer"><bdi>{}</bdi></a>', url, urlsplit(url).hostname or url
    )


def _words(words: str, language: str) -> str:
    """Members' words, in their own language and direction."""
    if not words:
        return ""
    return f'<bdi lang="{language}">{escape(words)}</bdi>' if language else f"<bdi>{escape(words)}</bdi>"


def _moment(moment: datetime, now: datetime) -> str:
    """“today, 9:20”, “yesterday evening, 21:10”, “Tuesday, 9:20”, “7 June, 9:20”."""
    there = timezone.localtime(moment)
    same_day = there.date() == timezone.localtime(now).date()
    day = gettext("today") if same_day else said_at(moment, now)
    return gettext("%(day)s, %(time)s") % {"day": day, "time": time_of_day(there)}


def _time(moment: datetime, words: str) -> str:
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(timespec="seconds"), in_full(moment), words
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


@lru_cache(maxsize=64)
def _kind_chip(kind: str, _language: str | None) -> SafeString:
    drawn, tint = DRAWN[Kind(kind)]
    return _state_chip(drawn, tint, str(Kind(kind).label))


def _state_chip(drawn: str, tint: str, words: str) -> SafeString:
    return format_html('<span class="chip{}">{}{}</span>', f" {tint}" if tint else "", icon(drawn), words)
