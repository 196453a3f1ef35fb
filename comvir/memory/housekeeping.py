"""What has to be done behind the pages: a message nobody speaks of any more settles, and habits learn from it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from comvir.lib import clock
from comvir.memory import parameters as par
from comvir.memory.models import MessageStanding, SettledWord

BATCH = 50


def settle(batch: int = BATCH) -> int:
    """Settle messages on which nothing was said for two weeks; returns how many."""
    return _settle(clock.now(), batch)


def settle_until(moment: datetime) -> None:
    """Settle all that had settled by then, whether or not the chore has come round to it."""
    while _settle(moment, BATCH):
        pass


def reopen(message: int, moment: datetime) -> None:
    """Somebody spoke of the message again: it is settled no more from that moment."""
    SettledWord.objects.filter(message=message, until=None).update(until=moment)
    # The chore knows the time before the reader knows the deed: what it settled too soon was never settled.
    SettledWord.objects.filter(message=message, until=moment, settled_at__gte=moment).delete()


def _settle(moment: datetime, batch: int) -> int:
    quiet = MessageStanding.objects.filter(settled=False, at__lte=moment - par.SETTLED_AFTER)
    if not quiet.exists():
        return 0
    with transaction.atomic():
        rows = list(quiet.select_for_update(no_key=True).order_by("at", "message")[:batch])
        SettledWord.objects.bulk_create([word for row in rows for word in _words(row)], ignore_conflicts=True)
        MessageStanding.objects.filter(pk__in=[row.pk for row in rows]).update(settled=True)
    return len(rows)


def _words(row: MessageStanding) -> list[SettledWord]:
    if row.community is None:
        return []
    voices = sorted(row.voices, key=lambda voice: (voice[3], voice[0]))[: par.STANCES_KEPT]
    positive = sum(voice[1] > 0 for voice in voices)
    return [
        SettledWord(
            message=row.message, person=voice[0], stance=voice[1], at=datetime.fromisoformat(voice[3]),
            community=row.community, positive=positive, total=len(voices), settled_at=row.at + par.SETTLED_AFTER,
        )
        for voice in voices
    ]  # fmt: skip
