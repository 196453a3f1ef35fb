"""Putting one's own notices away: nobody else learns of it, so it is no act and leaves no deed."""

from django.db.models import QuerySet

from comvir.lib import clock
from comvir.notifications.models import Notice
from comvir.people.models import Person


def settle(*, by: Person, notice_ids: list[int]) -> int:
    """Put these notices away, those of them that are one's own; returns how many."""
    return _settle(Notice.objects.filter(person=by, pk__in=notice_ids))


def settle_all_about(*, by: Person, context_type: str, context_id: int, upto: int) -> int:
    """Put away all notices of one thread up to a deed: its page has been read that far."""
    return _settle(
        Notice.objects.filter(
            person=by, deed__context_type=context_type, deed__context_id=context_id, deed_id__lte=upto
        )
    )


def _settle(notices: QuerySet[Notice]) -> int:
    return notices.filter(settled_at=None).update(settled_at=clock.now())
