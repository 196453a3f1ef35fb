"""What waits for somebody."""

from django.db.models import QuerySet

from comvir.journal.models import Deed
from comvir.notifications.models import Notice
from comvir.people.access import Sight


def waiting_for(sight: Sight, limit: int = 20) -> QuerySet[Notice]:
    """Notices not dealt with, newest first, of deeds the person may still see."""
    return (
        Notice.objects.filter(person_id=sight.person, settled_at=None, deed__in=Deed.objects.seen_with(sight).values("pk"))
        .select_related("deed", "deed__actor", "deed__actor__same_as", "deed__community", "deed__huddle")
        .order_by("-deed_id")[:limit]
    )


def something_waits(sight: Sight) -> bool:
    """Whether the yellow dot is on Today."""
    return sight.person is not None and waiting_for(sight, 1).exists()
