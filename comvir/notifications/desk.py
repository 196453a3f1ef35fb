"""What somebody keeps for themselves: notices put away, how far they read, what they want to hear of.

Nobody else learns of it, so none of it is an act, and it leaves no deed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from comvir.lib import clock
from comvir.lib.prepared import Change, prepared_change
from comvir.notifications.models import Digest, Follow, Level, Notice, Seen
from comvir.people.desk import desk_moved
from comvir.people.models import Community, Person

TRY_AGAIN = timedelta(hours=1)


def settle(*, by: Person, notice_ids: list[int]) -> int:
    """Put these notices away, those of them that are one's own; returns how many."""
    return _settle(by, Notice.objects.filter(person=by, pk__in=notice_ids))


def settle_all_about(*, by: Person, context_type: str, context_id: int, upto: int) -> int:
    """Put away all notices of one thread up to a deed: its page has been read that far."""
    return _settle(
        by,
        Notice.objects.filter(
            person=by, deed__context_type=context_type, deed__context_id=context_id, deed_id__lte=upto
        ),
    )


def seen(*, by: Person, thread_id: int, message_id: int, position: int) -> bool:
    """Note how far somebody has read a thread. Whether that is further than before: one never reads less.

    What they follow there is put away up to that message.
    """
    now = clock.now()
    further = (by.pk, thread_id, message_id, position, now)
    with transaction.atomic():
        if not _further(*further):
            if Seen.objects.filter(person=by, thread_id=thread_id).exists():
                return False
            mark = Seen(person=by, thread_id=thread_id, message_id=message_id, position=position, at=now)
            Seen.objects.bulk_create([mark], ignore_conflicts=True)
            # Two pages of one person may tell of it at once: whichever came further holds.
            _further(*further)
        _had_of(by.pk, thread_id, message_id, now)
        desk_moved(by.pk)
    return True


@prepared_change
def _further(person: int, thread: int, message: int, position: int, at: datetime) -> Change:
    behind = Seen.objects.filter(person_id=person, thread_id=thread, position__lt=position)
    return behind, {"message_id": message, "position": position, "at": at}


@prepared_change
def _had_of(person: int, thread: int, message: int, at: datetime) -> Change:
    followed = Notice.objects.filter(person_id=person, thread_id=thread, why=Notice.Why.FOLLOWED, settled_at=None)
    return followed.filter(deed__object_id__lte=message), {"settled_at": at}


def follow(*, by: Person, community: Community, level: str, thread_id: int | None = None) -> None:
    """Choose how much to hear of a community, or of one thread of it; "" leaves it to what is usual there.

    Raises ValueError for what is no level.
    """
    mine = Follow.objects.filter(person=by, community=community, thread_id=thread_id)
    chosen = {"level": Level(level), "chosen_at": clock.now()} if level else {}
    with transaction.atomic():
        if not chosen:
            mine.delete()
        elif not mine.filter(level=level).exists() and not mine.update(**chosen):
            row = Follow(person=by, community=community, thread_id=thread_id, **chosen)
            Follow.objects.bulk_create([row], ignore_conflicts=True)
        desk_moved(by.pk)


def choose_digest(*, by: Person, rhythm: str, weekday: int = 0, hour: int = 8) -> Digest | None:
    """Ask for a mail with what one has not read, "daily" or "weekly" at an hour of one's own clock; "" for none.

    `weekday` counts from Monday, 0. Raises ValueError for what is no rhythm, day or hour.
    """
    if rhythm == "":
        stop_digest(person_id=by.pk)
        return None
    if not (0 <= weekday <= 6 and 0 <= hour <= 23):
        raise ValueError("no such day or hour")
    now = clock.now()
    chosen = Digest(person=by, rhythm=Digest.Rhythm(rhythm), weekday=weekday, hour=hour, chosen_at=now)
    fields = {"rhythm": chosen.rhythm, "weekday": weekday, "hour": hour, "chosen_at": now}
    return Digest.objects.update_or_create(person=by, defaults={**fields, "next_at": next_time(chosen, by, now)})[0]


def stop_digest(*, person_id: int) -> None:
    """No more such mails to this person."""
    Digest.objects.filter(person_id=person_id).delete()


def next_time(digest: Digest, person: Person, after: datetime) -> datetime:
    """When the next mail is due after a moment, by the person's clock."""
    zone = ZoneInfo(person.time_zone) if person.time_zone else timezone.get_default_timezone()
    there = after.astimezone(zone)
    due = there.replace(hour=digest.hour, minute=0, second=0, microsecond=0, fold=0)
    if digest.rhythm == Digest.Rhythm.WEEKLY:
        due += timedelta(days=(digest.weekday - there.weekday()) % 7)
    step = timedelta(days=7 if digest.rhythm == Digest.Rhythm.WEEKLY else 1)
    while due <= there:
        due += step
    return due


def take_digest(digest: Digest, now: datetime) -> bool:
    """Whether this mail is ours to send: of all who ask at once, one is told yes, once a period."""
    with transaction.atomic():
        due = Digest.objects.filter(pk=digest.pk, next_at=digest.next_at)
        return bool(due.update(next_at=next_time(digest, digest.person, now), sent_at=now))


def give_digest_back(digest: Digest, now: datetime) -> None:
    """It could not be sent: `digest`, as it was taken, is due again in an hour."""
    Digest.objects.filter(pk=digest.pk, sent_at=now).update(next_at=now + TRY_AGAIN, sent_at=digest.sent_at)


def _settle(by: Person, notices: QuerySet[Notice]) -> int:
    settled = notices.filter(settled_at=None).update(settled_at=clock.now())
    if settled:
        desk_moved(by.pk)
    return settled
