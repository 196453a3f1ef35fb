"""Reading a wire: ask its address politely, and bring what is new into the community's conversation."""

from __future__ import annotations

import logging
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction

from comvir.conversation.acts import bring_in, edit
from comvir.conversation.models import Message
from comvir.conversation.models.message import OUTSIDE_URI
from comvir.intake import websub
from comvir.intake.models import Wire, WireItem
from comvir.intake.parsing import Elsewhere, Item, News, clamped, read_news
from comvir.intake.refusals import NotNews, NotThere
from comvir.lib import clock
from comvir.lib.fetch import Answer, Limits, Unfetchable, fetch
from comvir.lib.refusals import Refusal

log = logging.getLogger("comvir.intake")

USUAL = timedelta(minutes=30)
TOLD_AT_ONCE = timedelta(hours=3)
LONGEST = timedelta(days=1)
LONGEST_RETRY = timedelta(days=7)
GIVES_UP = timedelta(days=30)
MOST_FIRST = 5
MOST_A_DAY = 20
MOST_CHANGED_A_READ = 5
MOST_CHANGES = 10
ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"
LOOK = Limits(seconds=8)


@dataclass(frozen=True)
class Look:
    """What a steward sees before taking news in: its title, its three newest items, where it was found."""

    url: str
    title: str
    items: Sequence[Item]


def look(url: str) -> Look:
    """Read an address without taking anything in; a page leads to the news it names.

    Raises Unfetchable, NotThere, NotNews.
    """
    for _ in range(2):
        answer = fetch(url, headers={"Accept": ACCEPT}, limits=LOOK)
        if answer.status != 200:
            raise NotThere(answer.status)
        try:
            news = read_news(answer.body, answer.headers.get("content-type", ""), answer.url)
        except Elsewhere as there:
            url = there.address
        else:
            return Look(url, news.title, newest(news.items, clock.now())[:3])
    raise NotNews


def read_wire(wire: Wire) -> None:
    """Ask a wire's address once, take what is new, note when to ask again. No transaction is held meanwhile."""
    asked = {"Accept": ACCEPT}
    if wire.etag:
        asked["If-None-Match"] = wire.etag
    if wire.last_modified:
        asked["If-Modified-Since"] = wire.last_modified
    try:
        answer = fetch(wire.url, headers=asked)
        if answer.status == 200:
            news = read_news(answer.body, answer.headers.get("content-type", ""), answer.url)
            take(wire, news)
            _went_well(wire, answer, news)
        elif answer.status == 304:
            _went_well(wire, answer, None)
        else:
            _went_wrong(wire, "gone" if answer.status == 410 else "status", answer)
            return
    except Unfetchable as error:
        _went_wrong(wire, error.reason)
    except (NotNews, Elsewhere):
        _went_wrong(wire, "not_news")
    except Exception:
        log.exception("wire %d could not be read", wire.pk)
        _went_wrong(wire, "broken")
    else:
        websub.subscribe_if_due(wire)


def take(wire: Wire, news: News) -> int:
    """Bring in what is new, the newest last; note what is left aside; change what changed. Returns how many came.

    A first reading brings five, a day twenty: a circle is not a wall of news.
    """
    now = clock.now()
    items = {digest_of(wire, item): item for item in reversed(news.items)}
    known = {seen.digest: seen for seen in wire.items.filter(digest__in=items).select_related("message__thread")}
    day = wire.items.filter(message__isnull=False, seen_at__gt=now - timedelta(days=1)).count()
    is_first = wire.last_read_at is None
    room = max((MOST_FIRST if is_first else MOST_A_DAY) - day, 0)
    fresh = sorted(
        ((digest, item) for digest, item in items.items() if digest not in known),
        key=lambda one: clamped(one[1].at, now),
    )
    chosen = fresh[-room:] if room else []
    came = 0
    for digest, item in chosen:
        if not _bring(wire, digest, item, now):
            return came
        came += 1
    if is_first:
        aside = [
            WireItem(wire=wire, digest=digest, wording=wording_of(item), seen_at=now)
            for digest, item in fresh[: len(fresh) - len(chosen)]
        ]
        WireItem.objects.bulk_create(aside, ignore_conflicts=True)
    else:
        _change(wire, [(seen, items[digest]) for digest, seen in known.items()])
    return came


def digest_of(wire: Wire, item: Item) -> str:
    """The name of an item in the house: nothing another wire can take."""
    return sha256(f"{wire.url}\0{item.id}".encode("utf-8", "surrogatepass")).hexdigest()


def wording_of(item: Item) -> str:
    """The digest of an item's words, by which a change is noticed."""
    return sha256(f"{item.title}\0{item.text}".encode("utf-8", "surrogatepass")).hexdigest()


def newest(items: Sequence[Item], now: datetime) -> list[Item]:
    """The items, newest first; those of one moment in the order they stand in."""
    return sorted(items, key=lambda item: clamped(item.at, now), reverse=True)


def _bring(wire: Wire, digest: str, item: Item, now: datetime) -> bool:
    """Make an item a thread, unless the wire has been left out meanwhile: then False."""
    uri = f"{OUTSIDE_URI}{digest}"
    with transaction.atomic():
        if not Wire.objects.select_for_update(no_key=True).filter(pk=wire.pk, left_out_at=None).exists():
            return False
        message: Message | None
        try:
            with transaction.atomic():
                message = bring_in(
                    by=wire.person, community=wire.community, text=item.text, title=item.title, kind=wire.kind,
                    source_name=wire.title, source_url=item.link, source_uri=uri, happened_at=clamped(item.at, now),
                )  # fmt: skip
        except IntegrityError:
            message = Message.objects.filter(community=wire.community, source_uri=uri).first()
        except Refusal:  # an item that cannot be said here is left aside
            message = None
        WireItem.objects.update_or_create(
            wire=wire, digest=digest, defaults={"message": message, "wording": wording_of(item), "seen_at": now}
        )
    return True


def _change(wire: Wire, pairs: Sequence[tuple[WireItem, Item]]) -> None:
    """Say anew what changed, each item at most once a read; the earlier wording stays to be read."""
    changed = [
        (seen, seen.message, item)
        for seen, item in pairs
        if seen.message is not None and seen.wording != wording_of(item) and seen.changes < MOST_CHANGES
    ]
    for seen, message, item in changed[:MOST_CHANGED_A_READ]:
        with transaction.atomic():
            try:
                with transaction.atomic():
                    edit(by=wire.person, message=message, text=item.text, title=item.title)
            except Refusal:
                pass  # removed, or nothing that can be said: what stands stays
            seen.wording, seen.changes = wording_of(item), seen.changes + 1
            seen.save(update_fields=["wording", "changes"])


def _went_well(wire: Wire, answer: Answer, news: News | None) -> None:
    now = clock.now()
    fields: dict[str, Any] = {
        "last_read_at": now,
        "failures": 0,
        "failing_since": None,
        "last_error": "",
        "last_status": answer.status,
        "next_at": now + _pause(answer.headers, news, told_at_once=wire.hears_at_once(now)),
    }
    if news is not None:
        fields["etag"] = _known_by(answer.headers, "etag", 300)
        fields["last_modified"] = _known_by(answer.headers, "last-modified", 100)
        fields["hub"], fields["topic"] = websub.offered(news, answer)
    _note(wire, fields)


def _went_wrong(wire: Wire, code: str, answer: Answer | None = None) -> None:
    now = clock.now()
    since = wire.failing_since or now
    pause = min(USUAL * 2 ** min(wire.failures, 10), LONGEST) * random.uniform(0.8, 1.2)
    if answer is not None and answer.status in (429, 503):
        pause = max(pause, min(_retry_after(answer.headers.get("retry-after", ""), now), LONGEST_RETRY))
    _note(
        wire,
        {
            "failures": wire.failures + 1,
            "failing_since": since,
            "last_error": code,
            "last_status": answer.status if answer else 0,
            "next_at": now + pause,
            "gave_up_at": now if code == "gone" or now - since >= GIVES_UP else None,
        },
    )


def _note(wire: Wire, fields: dict[str, Any]) -> None:
    Wire.objects.filter(pk=wire.pk).update(**fields)
    for name, value in fields.items():
        setattr(wire, name, value)


def _pause(headers: Mapping[str, str], news: News | None, *, told_at_once: bool) -> timedelta:
    """How long to leave it alone: as long as it asks, half an hour at least, a day at most."""
    wished = [TOLD_AT_ONCE if told_at_once else USUAL]
    kept = re.search(r"(?:^|[\s,])max-age\s*=\s*\"?([0-9]{1,9})", headers.get("cache-control", ""))
    if kept:
        wished.append(timedelta(seconds=int(kept[1])))
    if news is not None and news.ttl is not None:
        wished.append(news.ttl)
    return min(max(wished), LONGEST)


def _retry_after(said: str, now: datetime) -> timedelta:
    if re.fullmatch(r"[0-9]{1,9}", said.strip()):
        return timedelta(seconds=int(said))
    try:
        at = parsedate_to_datetime(said)
    except (TypeError, ValueError, OverflowError):
        return timedelta()
    return at - now if at.tzinfo else timedelta()


def _known_by(headers: Mapping[str, str], name: str, longest: int) -> str:
    value = headers.get(name, "").strip()
    return value if len(value) <= longest and re.fullmatch(r"[\x20-\x7e]+", value) else ""
