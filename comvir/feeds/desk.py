"""Keys to private news: papers of one person, told to nobody, so no deed.

A key's token is made of the house's secret and the key's salt, and only its digest is kept: it can be shown again to
its owner, and whoever steals the database reads no news with it.
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from datetime import date
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from comvir.feeds.models import FeedKey
from comvir.feeds.refusals import NoNewsThere, TooManyKeys
from comvir.feeds.subscribing import end_of_key
from comvir.feeds.topics import Topic, read_topic, seen
from comvir.lib import clock
from comvir.lib.ids import secret_key
from comvir.lib.prepared import prepared
from comvir.people.access import sight_of
from comvir.people.models import Person

MOST_KEYS = 200
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")

_used: dict[int, date] = {}


def make_key(*, by: Person, topic: Topic) -> FeedKey:
    """The person's key to this list: the one they have, else a new one. Raises NoNewsThere, TooManyKeys."""
    if topic.sort == "person" or seen(topic, sight_of(by)) is None:
        raise NoNewsThere
    with transaction.atomic():
        # Of two made at the same moment, the second waits and finds the first.
        Person.objects.select_for_update(no_key=True).get(pk=by.pk)
        mine = FeedKey.objects.filter(person=by, revoked_at=None)
        kept = mine.filter(topic=str(topic)).first()
        if kept is not None and token_of(kept):
            return kept
        if kept is not None:  # of an earlier secret of the house: nobody can read its token any more
            _revoke(kept)
        if mine.count() >= MOST_KEYS:
            raise TooManyKeys
        salt = secret_key()
        return FeedKey.objects.create(
            person=by, topic=str(topic), salt=salt, digest=_digest(_token(salt)), made_at=clock.now()
        )


def revoke_key(*, by: Person, key: FeedKey) -> None:
    """The address stops working at once, for whoever has it. Others' keys, and closed ones, stay as they are."""
    with transaction.atomic():
        if key.person_id == by.pk and key.revoked_at is None:
            _revoke(key)


def keys_of(person: Person) -> QuerySet[FeedKey]:
    """The person's keys that work, newest first."""
    return FeedKey.objects.filter(person=person, revoked_at=None).order_by("-made_at", "-pk")


def key_with(token: str) -> FeedKey | None:
    """The key this token opens with, with its person and account; None for a closed or unknown one."""
    if not TOKEN.fullmatch(token):
        return None
    return next(iter(_by_digest(_digest(token))), None)


def token_of(key: FeedKey) -> str:
    """The token of a key, for its owner; empty when the house's secret has changed since."""
    token = _token(key.salt)
    return token if hmac.compare_digest(_digest(token), key.digest) else ""


def topic_of(key: FeedKey) -> Topic:
    """What the key opens."""
    topic = read_topic(key.topic)
    assert topic is not None, "keys are made of topics"
    return topic


def note_use(key: FeedKey) -> None:
    """Remember that a key was used today. Reading writes nothing: `keep_uses` does, off the page."""
    today = clock.now().date()
    if key.last_used_on != today:
        _used[key.pk] = today


def keep_uses() -> None:
    """Write down on which day keys were used. The hub does it now and then."""
    used = {pk: _used.pop(pk) for pk in list(_used)}
    for pk, day in used.items():
        FeedKey.objects.filter(pk=pk).update(last_used_on=day)


@prepared
def _by_digest(digest: str) -> QuerySet[FeedKey]:
    open_ones = FeedKey.objects.filter(revoked_at=None, person__account__is_active=True)
    return open_ones.filter(digest=digest).select_related("person__account")


def _revoke(key: FeedKey) -> None:
    key.revoked_at = clock.now()
    key.save(update_fields=["revoked_at"])
    end_of_key(key)


def _token(salt: str) -> str:
    """128 bits."""
    made = hmac.new(settings.SECRET_KEY.encode(), f"news by RSS {salt}".encode(), sha256).digest()[:16]
    return urlsafe_b64encode(made).rstrip(b"=").decode()


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
