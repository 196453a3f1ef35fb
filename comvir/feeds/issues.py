"""Issues: the bytes of a list in one form, kept as long as they are true.

Everything in them follows from deeds, and the standing of messages from deeds its reader has taken in. So an issue
holds while no deed came that could touch its place (one of its circle, or one of no circle: a name, a block), the
reader of standings has not moved over deeds it had yet to read when the issue was made, and no picture was described.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from comvir.feeds.formats import written
from comvir.feeds.models import FeedKey
from comvir.feeds.papers import paper_of
from comvir.feeds.topics import Place, Topic, seen
from comvir.lib import clock
from comvir.memory.readers import standing
from comvir.people.access import sight_of

MOST_ISSUES = 2000
MOST_BYTES = 64 << 20

_NOW = f"""SELECT (SELECT id FROM journal_deed ORDER BY id DESC LIMIT 1),
(SELECT "at" FROM journal_bookmark WHERE reader = '{standing.name}'), (SELECT moved FROM people_house)"""
_LAST_HERE = "SELECT id FROM journal_deed WHERE community_id = %s ORDER BY id DESC LIMIT 1"
_LAST_NOWHERE = "SELECT id FROM journal_deed WHERE community_id IS NULL ORDER BY id DESC LIMIT 1"


class Asked(NamedTuple):
    """What is asked for: a topic in a form, at the address it is asked at, by the holder of a key or by anybody."""

    topic: Topic
    form: str
    address: str
    key: FeedKey | None = None

    @property
    def slot(self) -> tuple[str, str, int | None, str]:
        return self.address, self.form, self.key.person_id if self.key else None, self.language

    @property
    def language(self) -> str:
        account = getattr(self.key.person, "account", None) if self.key else None
        return account.language if account and account.language else ""


class Stamp(NamedTuple):
    """Where the journal stood, how far the reader of standings had come, what of the house moved without a deed."""

    deed: int
    read: int
    moved: int


@dataclass(frozen=True)
class Issue:
    """One list in one form. `changed_at` is when its bytes last became others."""

    body: bytes
    etag: str
    changed_at: datetime
    language: str
    place: Place
    stamp: Stamp
    checked: Stamp

    @property
    def digest(self) -> str:
        return self.etag.strip('"')


_kept: OrderedDict[tuple[str, str, int | None, str], Issue] = OrderedDict()
_lock = threading.Lock()
_bytes = 0


def issue_of(asked: Asked) -> Issue | None:
    """The issue as it is now; None for what this reader may not have, or what does not exist."""
    now = stamp_now()
    with _lock:
        kept = _kept.get(asked.slot)
        if kept is not None:
            _kept.move_to_end(asked.slot)
    if kept is not None and kept.checked == now:
        return kept
    if kept is not None and _holds(kept, now):
        return _keep(asked, replace(kept, checked=now))
    return _keep(asked, _made(asked, now, kept))


def stamp_now() -> Stamp:
    """Where the journal and the reader of standings stand: read before anything that is made from them."""
    with connection.cursor() as cursor:
        cursor.execute(_NOW)
        deed, read, moved = cursor.fetchone()
    return Stamp(deed or 0, read or 0, moved or 0)


def forget_all() -> None:
    """Drop all that is kept in memory: for tests, and measuring."""
    global _bytes
    with _lock:
        _kept.clear()
        _bytes = 0


def _holds(issue: Issue, now: Stamp) -> bool:
    made = issue.stamp
    if made.moved != now.moved:
        return False
    return (made.read >= made.deed or made.read == now.read) and _last_touching(issue.place) <= made.deed


def _last_touching(place: Place) -> int:
    if place.community is None:
        return 1 << 62
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({_LAST_HERE}) AS here UNION ALL SELECT * FROM ({_LAST_NOWHERE}) AS nowhere",
                       [place.community])  # fmt: skip
        return max((row[0] for row in cursor.fetchall()), default=0)


def _made(asked: Asked, now: Stamp, before: Issue | None) -> Issue | None:
    sight = sight_of(asked.key.person if asked.key else None)
    place = seen(asked.topic, sight)
    if place is None:
        return None
    house = settings.LANGUAGE_CODE
    language = asked.language or (place.language if place.language in dict(settings.LANGUAGES) else house)
    paper = paper_of(place, sight, address=asked.address, language=language)
    if paper is None:
        return None
    body = written(paper, asked.form)
    if before is not None and before.body == body:
        return replace(before, place=place, stamp=now, checked=now)
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    return Issue(body, etag, clock.now(), paper.language, place, now, now)


def _keep(asked: Asked, issue: Issue | None) -> Issue | None:
    global _bytes
    with _lock:
        old = _kept.pop(asked.slot, None)
        _bytes -= len(old.body) if old else 0
        if issue is not None:
            _kept[asked.slot] = issue
            _bytes += len(issue.body)
        while _kept and (len(_kept) > MOST_ISSUES or _bytes > MOST_BYTES):
            _bytes -= len(_kept.popitem(last=False)[1].body)
    return issue
