"""What waits for somebody."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from comvir.journal.models import Deed
from comvir.journal.sight import Audience
from comvir.lib.prepared import prepared
from comvir.notifications.models import Notice
from comvir.people.access import Sight
from comvir.people.models import JoinRequest


def waiting_for(sight: Sight, limit: int = 20) -> list[Notice]:
    """Notices not dealt with, newest first, of deeds the person may still see.

    What was told to somebody as a steward waits only while they are one; to who asked to join, always.
    """
    return [] if sight.person is None else _waiting(sight, limit=limit)


def something_waits(sight: Sight) -> bool:
    """Whether the yellow dot is on Today."""
    return sight.person is not None and bool(_any(sight))


def waits_about(sight: Sight, context_type: str, context_id: int) -> bool:
    """Whether a notice about this thing still waits for the viewer."""
    return sight.person is not None and bool(_about(sight.person, context_type, context_id))


@prepared
def _waiting(sight: Sight, *, limit: int) -> QuerySet[Notice]:
    whole = ("deed", "deed__actor", "deed__actor__same_as", "deed__community", "deed__huddle")
    return _still_seen(sight).select_related(*whole).order_by("-deed_id")[:limit]


@prepared
def _any(sight: Sight) -> QuerySet[Notice, int]:
    return _still_seen(sight).values_list("pk", flat=True)[:1]


@prepared
def _about(person: int, context_type: str, context_id: int) -> QuerySet[Notice, int]:
    about = {"deed__context_type": context_type, "deed__context_id": context_id}
    return Notice.objects.filter(person_id=person, settled_at=None, **about).values_list("pk", flat=True)[:1]


def _still_seen(sight: Sight) -> QuerySet[Notice]:
    # Asked for each notice: the few that wait are looked up, rather than all deeds one may see.
    deed = Deed.objects.seen_with(sight).filter(pk=OuterRef("deed_id"))
    asked = JoinRequest.objects.filter(community=OuterRef("deed__community"), person__in=sight.selves)
    return Notice.objects.filter(
        ~Q(deed__audience=Audience.STEWARDS) | Q(deed__community__in=sight.stewarded) | Exists(asked),
        Exists(deed),
        person=sight.person,
        settled_at=None,
    )
