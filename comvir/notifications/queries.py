"""What waits for somebody."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from comvir.journal.models import Deed
from comvir.journal.sight import Audience
from comvir.notifications.models import Notice
from comvir.people.access import Sight
from comvir.people.models import JoinRequest


def waiting_for(sight: Sight, limit: int = 20) -> QuerySet[Notice]:
    """Notices not dealt with, newest first, of deeds the person may still see.

    What was told to somebody as a steward waits only while they are one; to who asked to join, always.
    """
    if sight.person is None:
        return Notice.objects.none()
    asked = JoinRequest.objects.filter(community=OuterRef("deed__community"), person__in=sight.selves)
    return (
        Notice.objects.filter(
            ~Q(deed__audience=Audience.STEWARDS) | Q(deed__community__in=sight.stewarded) | Exists(asked),
            person_id=sight.person,
            settled_at=None,
            deed__in=Deed.objects.seen_with(sight).values("pk"),
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
