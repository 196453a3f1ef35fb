"""The reader that leaves a notice with each person a deed names."""

from collections.abc import Sequence

from comvir.journal.models import Addressee, Deed
from comvir.journal.reading import Reader
from comvir.journal.verbs import (
    ACCEPTED,
    ADDED_TO_HUDDLE,
    APPOINTED,
    ASKED_TO_JOIN,
    DECLINED,
    EDITED,
    GATHERED_HUDDLE,
    JOINED,
    SAID,
    WELCOMED,
)
from comvir.notifications.models import Notice

# What deserves a line on somebody's Today. The rest is to be found where it happened.
WORTH_A_NOTICE = frozenset(
    {SAID, EDITED, ASKED_TO_JOIN, ACCEPTED, DECLINED, JOINED, WELCOMED, APPOINTED, GATHERED_HUDDLE, ADDED_TO_HUDDLE}
)


def read(deeds: Sequence[Deed]) -> None:
    """Leave each addressee one notice for each deed, however often the deed is read."""
    worth = [deed.pk for deed in deeds if deed.verb in WORTH_A_NOTICE]
    named = Addressee.objects.filter(deed__in=worth).values_list("person_id", "deed_id")
    Notice.objects.bulk_create(
        [Notice(person_id=person, deed_id=deed) for person, deed in named], ignore_conflicts=True
    )


def forget() -> None:
    """Drop every notice that still waits; what was settled stays settled."""
    Notice.objects.filter(settled_at=None).delete()


notices = Reader("notifications.notices", read, forget)
