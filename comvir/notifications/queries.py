"""What waits for somebody."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from comvir.conversation.models import Thread
from comvir.journal.models import Deed
from comvir.notifications.models import Notice
from comvir.people.access import Sight
from comvir.people.models import JoinRequest


def waiting_for(sight: Sight, limit: int = 20) -> QuerySet[Notice]:
    """Notices not dealt with, newest first, of deeds the person may still see, about things they may still see."""
    if sight.person is None:
        return Notice.objects.none()
    threads = Thread.objects.visible_to(sight).filter(pk=OuterRef("deed__context_id"))
    requests = JoinRequest.objects.visible_to(sight).filter(pk=OuterRef("deed__object_id"))
    return (
        Notice.objects.filter(
            ~Q(deed__context_type=Thread._meta.label_lower) | Exists(threads),
            ~Q(deed__object_type=JoinRequest._meta.label_lower) | Exists(requests),
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
