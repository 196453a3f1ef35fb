"""Who is behind a live stream, and what they may see: the only part of it that asks the database."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from importlib import import_module
from operator import or_
from types import SimpleNamespace
from typing import Any, cast

from django.conf import settings
from django.contrib import auth
from django.db import close_old_connections
from django.db.models import Q
from django.http import HttpRequest, parse_cookie

from comvir.conversation.models import Thread
from comvir.journal.models import Deed
from comvir.journal.reading import names
from comvir.people.access import Sight, sight_of
from comvir.people.models import Account, Community
from comvir.web.live.events import Event, Topic
from comvir.web.live.hub import View
from comvir.web.live.tail import THREAD, events_of, newest

# More than this many deeds missed, or this many to be told: the page is asked to fetch itself anew instead.
REPLAY_SPAN = 5000
REPLAY_EVENTS = 200


def session_of(cookies: str) -> str:
    """The session key in a Cookie header, or an empty string."""
    return parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME, "")


def asked_of(query: Mapping[str, str]) -> tuple[str, str] | None:
    """What a page asks to follow, from the query of its address; None when it asks for nothing or for two things."""
    asked = [(name, query[name]) for name in ("thread", "community", "today") if name in query]
    return asked[0] if len(asked) == 1 else None


def look(session: str, asked: tuple[str, str]) -> View | None:
    """What the person behind this session may follow now, or None when it does not exist for them."""
    close_old_connections()
    account = _account(session)
    sight = sight_of(account.person if account is not None else None)
    found = _topics(sight, *asked)
    if found is None:
        return None
    topics, communities = found
    return View(
        session=session if account is not None else "",
        asked=asked,
        account=account.pk if account is not None else None,
        person=sight.person,
        topics=topics,
        communities=communities,
        sight=sight,
    )


def missed(view: View, since: int | None) -> tuple[int, list[Event] | None]:
    """Where the journal stands, and what this view did not hear after `since`; None when that is too much."""
    close_old_connections()
    now = newest()
    if since is None or since >= now:
        return now, []
    if now - since > REPLAY_SPAN:
        return now, None
    deeds = list(
        Deed.objects.seen_with(view.sight)
        .filter(_about(view.topics), pk__gt=since, pk__lte=now)
        .order_by("pk")[: REPLAY_EVENTS + 1]
    )
    return now, events_of(deeds) if len(deeds) <= REPLAY_EVENTS else None


def _account(session: str) -> Account | None:
    if not session:
        return None
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore(session)
    # What `get_user` needs of a request: it checks the key of the session against the account's own.
    user = auth.get_user(cast(HttpRequest, SimpleNamespace(session=store)))
    return user if isinstance(user, Account) else None


def _topics(sight: Sight, what: str, which: str) -> tuple[frozenset[Topic], frozenset[int]] | None:
    """The topics of a page, and the communities on which they hang."""
    if what == "today":
        if sight.person is None:
            return None
        places: set[Topic] = {("community", pk) for pk in sight.communities}
        return frozenset(places | {("person", pk) for pk in sight.selves}), sight.communities
    if what == "community":
        pk = Community.objects.visible_to(sight).filter(slug=which).values_list("pk", flat=True).first()
        return None if pk is None else (frozenset({("community", pk)}), frozenset({pk}))
    if not (which.isascii() and which.isdigit() and len(which) < 19):
        return None
    found = Thread.objects.visible_to(sight).filter(pk=int(which)).values_list("pk", "community_id").first()
    return None if found is None else (frozenset({("thread", found[0])}), frozenset({found[1]}))


def _about(topics: frozenset[Topic]) -> Q:
    """The condition on Deed that `topics_of` is the rule of."""
    return reduce(or_, (_one(kind, pk) for kind, pk in topics), Q(pk__in=()))


def _one(kind: str, pk: int) -> Q:
    match kind:
        case "thread":
            return Q(context_type=THREAD, context_id=pk) | Q(object_type=THREAD, object_id=pk)
        case "community":
            return Q(community_id=pk)
        case _:
            return names(pk)
