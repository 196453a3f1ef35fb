"""What the links of a message lead to: asked for when it is written, fetched later by a chore.

Only for what a whole circle reads: nothing is asked of the outside about what is said in a huddle, to the stewards,
in a circle that is discreet, or in what itself came from outside.
"""

from __future__ import annotations

import codecs
import re
import time
from collections.abc import Sequence
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from comvir.conversation.context import URL_LIMIT
from comvir.conversation.models import LinkPreview, Message, ThreadAudience
from comvir.lib import clock
from comvir.lib import text as texts
from comvir.lib.fetch import Answer, Limits, Unfetchable, fetch, read_url
from comvir.lib.prepared import prepared
from comvir.people.desk import house_moved

MOST_LINKS = 3
MOST_TRIES = 2
BEFORE_AGAIN = timedelta(minutes=10)
LIMITS = Limits(seconds=10, connect=4, bytes=512 * 1024, redirects=3)
TITLE_LIMIT, SUMMARY_LIMIT, SITE_LIMIT = 200, 400, 100

# Looking through a page: in pieces, so that one made to be slow to read is put away half-way.
PIECE = 8 * 1024
READING_SECONDS = 1.5
MOST_WAITING = 16 * 1024
MOST_KEPT = 4 * 1024

_HREF = re.compile(r'<a href="(https?://[^"]+)"')
_CHARSET = re.compile(r"charset=[\"']?\s*([A-Za-z0-9_.:-]{2,20})", re.I)
# Encodings that are read in a time that grows with the length only; others are read as UTF-8, with holes.
_PLAIN_ENCODINGS = re.compile(
    r"utf-?8|utf-?16.*|us-ascii|latin-?1|iso-?8859-?\d+|windows-?125\d|cp125\d|koi8-?[ru]|"
    r"gb2312|gbk|gb18030|big5.*|shift[_-]?jis|euc[_-](jp|kr)",
    re.I,
)


def ask_previews(message: Message) -> None:
    """Note the links whose pages are to be looked at; forget those that are no longer there. No link, no query."""
    urls = _links(message)
    if not urls and not message.linked:
        return
    kept = set(LinkPreview.objects.filter(message=message).values_list("url", flat=True)) if message.linked else set()
    if kept - set(urls):
        LinkPreview.objects.filter(message=message).exclude(url__in=urls).delete()
    LinkPreview.objects.bulk_create(
        [LinkPreview(message=message, url=url, asked_at=clock.now()) for url in urls if url not in kept],
        ignore_conflicts=True,
    )
    message.linked = len(urls)
    Message.objects.filter(pk=message.pk).update(linked=message.linked)


@prepared
def previews_in(messages: list[int]) -> QuerySet[LinkPreview]:
    """What the links of messages somebody may read lead to, as far as it is known, in order."""
    return LinkPreview.objects.filter(message__in=messages).exclude(title="").order_by("message", "pk")


def fetch_previews(batch: int = 5) -> int:
    """Look at the pages of some links that wait, the longest first; returns how many. A second try, then none."""
    now = clock.now()
    waiting = LinkPreview.objects.filter(
        Q(tries=0) | Q(asked_at__lt=now - BEFORE_AGAIN), fetched_at=None, message__removed_at=None
    )
    previews = list(waiting.order_by("asked_at", "pk")[:batch])
    for preview in previews:
        # Counted first: a page that ends the process is not asked for for ever.
        LinkPreview.objects.filter(pk=preview.pk).update(tries=F("tries") + 1, asked_at=now)
        said = _said_by(preview.url)
        if said is not None:
            _keep(preview, *said)
        elif preview.tries + 1 >= MOST_TRIES:
            _give_up(preview)
    return len(previews)


def site_of(url: str) -> str:
    """The host a link leads to, whole, in ASCII: nothing about it can look like another. Empty when it has none."""
    try:
        return read_url(url).authority
    except Unfetchable:
        return ""


def what_page_says(html: str) -> tuple[str, str]:
    """The title and the summary a page gives of itself, tidied and cut; empty where it gives none."""
    reader, until = _Head(), time.monotonic() + READING_SECONDS
    for start in range(0, len(html), PIECE):
        try:
            reader.feed(html[start : start + PIECE])
        except (AssertionError, ValueError):  # the parser's own, for what it cannot make anything of
            break
        # Whatever stays open is read again with each piece. Scripts are long, and their end is found at once.
        held = len(reader.rawdata) > MOST_WAITING and not reader.cdata_elem
        if reader.over or held or time.monotonic() > until:
            break
    title = reader.metas.get("og:title") or "".join(reader.title)
    summary = reader.metas.get("og:description") or reader.metas.get("description", "")
    return _cut(title, TITLE_LIMIT), _cut(summary, SUMMARY_LIMIT)


class _Head(HTMLParser):
    """Listens for a title and for what `meta` says, until the body begins."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.metas: dict[str, str] = {}
        self.title: list[str] = []
        self.over = False
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "meta":
            said = dict(attrs)
            name = (said.get("property") or said.get("name") or "").lower()
            if name in ("og:title", "og:description", "description"):
                self.metas.setdefault(name, (said.get("content") or "")[:MOST_KEPT])
        self._in_title = tag == "title" and not self.title
        self.over = self.over or tag == "body"

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False
        self.over = self.over or tag == "head"

    def handle_data(self, data: str) -> None:
        if self._in_title and not self.over:
            self.title.append(data[:MOST_KEPT])


def _links(message: Message) -> list[str]:
    thread = message.thread
    if 'href="http' not in message.html or message.source_uri is not None or thread.community.is_discreet:
        return []
    if thread.audience not in (ThreadAudience.PUBLIC, ThreadAudience.COMMUNITY):
        return []
    found = dict.fromkeys(unescape(url) for url in _HREF.findall(message.html))
    return [url for url in found if len(url) <= URL_LIMIT and _is_elsewhere(url)][:MOST_LINKS]


def _is_elsewhere(url: str) -> bool:
    site = site_of(url)
    ours = {urlsplit(f"//{address}").hostname for address in (*settings.ALLOWED_HOSTS, _public_host()) if address}
    return 0 < len(site) <= SITE_LIMIT and urlsplit(f"//{site}").hostname not in ours


def _public_host() -> str:
    address = settings.PUBLIC_ADDRESS
    return urlsplit(address if "//" in address else f"//{address}").netloc


def _said_by(url: str) -> tuple[str, str] | None:
    try:
        answer = fetch(url, headers={"Accept": "text/html"}, limits=LIMITS)
    except Unfetchable:
        return None
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if answer.status != 200 or kind != "text/html":
        return None
    title, summary = what_page_says(_decoded(answer))
    return (title, summary) if title else None


def _decoded(answer: Answer) -> str:
    said: Sequence[re.Match[str] | None] = (
        _CHARSET.search(answer.headers.get("content-type", "")[:200]),
        _CHARSET.search(answer.body[:1024].decode("latin-1")),
    )
    name = next((found[1] for found in said if found), "utf-8")
    try:
        codecs.lookup(name)
    except LookupError:
        name = "utf-8"
    return answer.body.decode(name if _PLAIN_ENCODINGS.fullmatch(name) else "utf-8", "replace")


def _keep(preview: LinkPreview, title: str, summary: str) -> None:
    with transaction.atomic():
        LinkPreview.objects.filter(pk=preview.pk).update(
            title=title, summary=summary, site=site_of(preview.url), fetched_at=clock.now()
        )
        house_moved()


def _give_up(preview: LinkPreview) -> None:
    # Its row stays, so that editing the message does not ask again.
    with transaction.atomic():
        if LinkPreview.objects.filter(pk=preview.pk, fetched_at=None).update(fetched_at=clock.now()):
            Message.objects.filter(pk=preview.message_id, linked__gt=0).update(linked=F("linked") - 1)


def _cut(words: str, most: int) -> str:
    line = texts.tidy_line(words[:MOST_KEPT])
    return "" if texts.shows_nothing(line) else line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
