"""The news of a place made ready for any format: words in a language, addresses in full, each thing in its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import formats, timezone, translation
from django.utils.translation import gettext

from comvir.conversation.context import CELL_DEGREES
from comvir.conversation.kinds import STATEMENTS, Kind
from comvir.conversation.models import Message
from comvir.feeds.items import Item, clean, items_of
from comvir.feeds.topics import Place
from comvir.memory.standing import Status
from comvir.memory.words import headline
from comvir.people.access import Sight

FORMS = {
    "atom": "application/atom+xml; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}
# The elements of ours in Atom and RSS, told in docs/feeds.md.
NAMESPACE = "urn:comvir:news:1"
_INNER = re.compile(r'<a href="/(?!/)')


@dataclass(frozen=True)
class Entry:
    """One item, all of it words and addresses. `replies` is the address of its answers as news, when that is open.

    `box` is south, west, north, east of the cell; `point` is given to members only. Words are in the paper's language.
    """

    id: str
    title: str
    url: str
    answer: str
    replies: str
    author: str
    published: datetime
    updated: datetime
    html: str
    kind: str
    kind_words: str
    status: str
    status_words: str
    tags: tuple[str, ...]
    place: str
    point: str
    box: str
    seen_at: datetime | None
    until: datetime | None
    corrected_at: datetime | None
    comments: int
    commented_at: datetime | None
    in_reply_to: str
    pictures: tuple[tuple[str, int, str], ...]
    language: str


@dataclass(frozen=True)
class Paper:
    """One list of news, before it takes a form."""

    id: str
    title: str
    subtitle: str
    url: str
    self_url: str
    hub: str
    updated: datetime
    language: str
    entries: tuple[Entry, ...]


def paper_of(place: Place, sight: Sight, *, address: str, language: str) -> Paper | None:
    """The news of a place as read at `address`, one of ours in full. None where a tag or a search finds nothing."""
    items = items_of(place, sight)
    if not items and place.topic.sort == "tag":
        return None
    parts = urlsplit(address)
    origin, host = f"{parts.scheme}://{parts.netloc}", parts.hostname or "localhost"
    with translation.override(language), timezone.override(ZoneInfo(settings.TIME_ZONE)):
        entries = tuple(_entry(item, origin, host) for item in items)
        first = place.since or datetime(2026, 1, 1, tzinfo=UTC)
        return Paper(
            id=_tag(host, f"news{place.topic}"),
            title=_title(place),
            subtitle=clean(place.about),
            url=f"{origin}{place.topic}",
            self_url=address,
            hub=f"{origin}/hub",
            updated=max([first, *(entry.updated for entry in entries)]),
            language=place.language or language,
            entries=entries,
        )


def _title(place: Place) -> str:
    name = clean(place.name)
    if place.topic.sort == "today":
        return gettext("Today in my circles")
    if place.topic.sort == "search":
        return gettext("Search: %(words)s") % {"words": name}
    if place.topic.sort == "circle" and place.topic.asked:
        return f"{name} · {Kind(place.topic.asked).label}"
    return name


def _entry(item: Item, origin: str, host: str) -> Entry:
    message, thread = item.message, item.message.thread
    url = f"{origin}/m/{message.pk}/" if message.position else f"{origin}/t/{thread.pk}/"
    reply = f"?reply={message.pk}" if message.position else ""
    answer = f"{origin}/t/{thread.pk}/{reply}#answer"
    status, told = _standing(item)
    exact = item.exact and message.latitude is not None and message.longitude is not None
    return Entry(
        id=_tag(host, f"message/{message.pk}"),
        title=item.title,
        url=url,
        answer=answer,
        replies=f"{origin}/t/{thread.pk}/news" if item.open and not message.position else "",
        author=item.author,
        published=message.written_at,
        updated=item.updated,
        html=_html(item, told, origin, answer),
        kind=message.kind,
        kind_words=str(Kind(message.kind).label) if message.kind else "",
        status=status,
        status_words=told,
        tags=item.tags,
        place=clean(message.place),
        point=f"{message.latitude} {message.longitude}" if exact else "",
        box=_box(message.cell),
        seen_at=message.content_reference_time,
        until=message.valid_until,
        corrected_at=message.corrected_at,
        comments=item.comments,
        commented_at=item.commented_at,
        in_reply_to=_tag(host, f"message/{item.in_reply_to}") if item.in_reply_to else "",
        pictures=_pictures(item, origin) if item.open else (),
        language=thread.community.language,
    )


def _pictures(item: Item, origin: str) -> tuple[tuple[str, int, str], ...]:
    return tuple((f"{origin}/pictures/{one.name}.webp", one.size, clean(one.description)) for one in item.pictures)


def _tag(host: str, name: str) -> str:
    # RFC 4151 wants a year in which the host was the house's: that of the software will do.
    return f"tag:{host},2026:{name}"


def _standing(item: Item) -> tuple[str, str]:
    """Where it stands, for programs and in one line for people; nothing of what states nothing others can have seen."""
    if item.standing is None:
        return (Status.UNVERIFIED, headline(None)) if item.message.kind in STATEMENTS else ("", "")
    return item.standing.status, headline(item.standing)


def _html(item: Item, told: str, origin: str, answer: str) -> str:
    """The words, after a line of their context and before the invitation to answer."""
    message = item.message
    context = [str(Kind(message.kind).label) if message.kind else "", told, clean(message.place), _seen(message)]
    line = " · ".join(part for part in context if part)
    parts = [f"<p><strong>{escape(line)}</strong></p>"] if line else []
    if message.corrected_at:
        corrected = gettext("Corrected by its author on %(moment)s.") % {"moment": _moment(message.corrected_at)}
        parts.append(f"<p><em>{escape(corrected)}</em></p>")
    parts.append(_INNER.sub(f'<a href="{origin}/', item.html))
    parts.append(f'<p><a href="{escape(answer)}">{escape(gettext("Answer"))}</a></p>')
    return "\n".join(parts)


def _seen(message: Message) -> str:
    return _moment(message.content_reference_time) if message.content_reference_time else ""


def _moment(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "DATETIME_FORMAT")


def _box(cell: str) -> str:
    if not cell:
        return ""
    south, west = (float(degrees) for degrees in cell.split(","))
    return f"{south:.2f} {west:.2f} {south + CELL_DEGREES:.2f} {west + CELL_DEGREES:.2f}"
