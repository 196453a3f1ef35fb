"""What waits for somebody."""

from django.db.models import QuerySet

from comvir.journal.models import Deed
from comvir.notifications.models import Notice
from comvir.people.access import Sight


def waiting_for(sight: Sight, limit: int = 20) -> QuerySet[Notice]:
    """Notices not dealt with, newest first, of deeds the person may still see."""
    if sight.person is None:
        return Notice.objects.none()
    return (
        Notice.objects.filter(
            person_id=sight.person, settled_at=None, deed__in=Deed.objects.seen_with(sight).values("pk")
        )
        .select_related("deed", "deed__actor", "deed__actor__same_as", "deed__community", "deed__huddle")
        .order_by("-deed_id")[:limit]
    )


def something_waits(sight: Sight) -> bool:
    """Whether the yellow dot is on Today."""
    return waiting_for(sight, 1).exists()


def waits_about(sight: Sight, context_type: str, context_id: int) -> bool:
    """Whether a notice about this thing still waits for the viewer."""
    if sight.person is None:
        return False
    about = {"deed__context_type": context_type, "deed__context_id": context_id}
    return Notice.objects.filter(person_id=sight.person, settled_at=None, **about).exists()
