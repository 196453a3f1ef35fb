"""What waits for somebody, what they chose to hear of, how far they have read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from comvir.journal.models import Deed
from comvir.journal.sight import Audience
from comvir.lib.prepared import prepared
from comvir.notifications.models import Digest, Follow, Notice, Seen
from comvir.people.access import Sight
from comvir.people.models import JoinRequest


def waiting_for(sight: Sight, limit: int = 20) -> list[Notice]:
    """Notices not dealt with, newest first, of deeds the person may still see; not the news of what they follow.

    What was told to somebody as a steward waits only while they are one; to who asked to join, always.
    """
    return [] if sight.person is None else _waiting(sight, limit=limit)


def news_followed(sight: Sight, limit: int = 8) -> list[Notice]:
    """Of each thread the person follows, the first deed they have not read; the latest such first."""
    return [] if sight.person is None else _followed(sight, limit=limit)


def something_waits(sight: Sight) -> bool:
    """Whether the yellow dot is on Today."""
    return sight.person is not None and bool(_any(sight))


def waits_about(sight: Sight, context_type: str, context_id: int) -> bool:
    """Whether a notice about this thing still waits for the viewer."""
    return sight.person is not None and bool(_about(sight.person, context_type, context_id))


@prepared
def _waiting(sight: Sight, *, limit: int) -> QuerySet[Notice]:
    whole = ("deed", "deed__actor", "deed__actor__same_as", "deed__community", "deed__huddle")
    return _awaits(sight).select_related(*whole).order_by("-deed_id")[:limit]


@prepared
def _followed(sight: Sight, *, limit: int) -> QuerySet[Notice]:
    whole = ("deed", "deed__actor", "deed__actor__same_as", "deed__community")
    news = _still_seen(sight).filter(why=Notice.Why.FOLLOWED)
    return news.select_related(*whole).order_by("-deed_id")[:limit]


@prepared
def _any(sight: Sight) -> QuerySet[Notice, int]:
    return _awaits(sight).values_list("pk", flat=True)[:1]


@prepared
def _about(person: int, context_type: str, context_id: int) -> QuerySet[Notice, int]:
    about = {"deed__context_type": context_type, "deed__context_id": context_id}
    return Notice.objects.filter(person_id=person, settled_at=None, **about).values_list("pk", flat=True)[:1]


def _awaits(sight: Sight) -> QuerySet[Notice]:
    return _still_seen(sight).exclude(why=Notice.Why.FOLLOWED)


def _still_seen(sight: Sight) -> QuerySet[Notice]:
    # Asked for each notice: the few that wait are looked up, rather than all deeds one may see.
    deed = Deed.objects.seen_with(sight).filter(pk=OuterRef("deed_id"))
    # Who made a message turn is not told, so it does not matter whether they are somebody one does not meet.
    turned = Deed.objects.seen_with(replace(sight, shut_out=frozenset())).filter(pk=OuterRef("deed_id"))
    asked = JoinRequest.objects.filter(community=OuterRef("deed__community"), person__in=sight.selves)
    return Notice.objects.filter(
        ~Q(deed__audience=Audience.STEWARDS) | Q(deed__community__in=sight.stewarded) | Exists(asked),
        Exists(deed) | Q(why=Notice.Why.TURNED) & Exists(turned),
        person=sight.person,
        settled_at=None,
    )


def chosen_level(person: int, community: int, thread: int = 0) -> str:
    """The level somebody chose for a community, or for this one thread of it; "" for none."""
    return dict(_levels(person, community, thread)).get(thread or None, "")


def hears(person: int, community: int, thread: int) -> str:
    """The level that holds in a thread: its own, else that of its community; "" for neither. One query."""
    levels = dict(_levels(person, community, thread))
    return levels.get(thread, levels.get(None, ""))


@prepared
def _levels(person: int, community: int, thread: int) -> QuerySet[Follow, tuple[int | None, str]]:
    mine = Follow.objects.filter(person_id=person, community_id=community)
    return mine.filter(Q(thread_id=None) | Q(thread_id=thread)).values_list("thread_id", "level")


def all_levels(person: int) -> list[Follow]:
    """All that somebody chose, with the communities, the latest choice first."""
    mine = Follow.objects.filter(person_id=person).select_related("community")
    return list(mine.order_by("-chosen_at", "-pk"))


def read_to(person: int, threads: Sequence[int]) -> dict[int, int]:
    """The position up to which somebody has read, of those of these threads they ever opened; one query."""
    return dict(_read_to(person, list(threads))) if threads else {}


@prepared
def _read_to(person: int, threads: Sequence[int]) -> QuerySet[Seen, tuple[int, int]]:
    return Seen.objects.filter(person_id=person, thread_id__in=threads).values_list("thread_id", "position")


def digest_of(person: int) -> Digest | None:
    """The mail somebody asked for, None for none."""
    return Digest.objects.filter(person_id=person).first()


def digests_due(now: datetime, limit: int) -> list[Digest]:
    """Mails that are due, the longest waiting first, with their persons and accounts."""
    due = Digest.objects.filter(next_at__lte=now, person__account__is_active=True).select_related("person__account")
    return list(due.order_by("next_at", "pk")[:limit])
