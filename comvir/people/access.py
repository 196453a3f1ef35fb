"""The gates: who is this, where do they belong, whom do they not meet.

`Sight` is what one person may see, gathered once; every room's `visible_to()` is built on
it, and so is the live page. Nothing else in the house decides who sees what.
"""

from django.db.models import QuerySet

from comvir.journal.sight import Sight
from comvir.lib.prepared import prepared
from comvir.people.models import Community, Membership, Person, Role
from comvir.people.models.membership import BELONGS
from comvir.people.sight import Viewer, sight_of

__all__ = ["Sight", "Viewer", "role_in", "sight_of", "stewards_of"]


def role_in(person: Person | None, community: Community) -> Role | None:
    """The role a person holds in a community now; None for who does not belong."""
    if person is None:
        return None
    found = _role(person.pk, community.pk)
    return Role(found[0]) if found else None


@prepared
def _role(person: int, community: int) -> QuerySet[Membership, str]:
    return Membership.objects.filter(BELONGS, person=person, community=community).values_list("role", flat=True)


def stewards_of(community: Community) -> list[Person]:
    """Those who are stewards now, in the order they came."""
    return _stewards(community.pk)


@prepared
def _stewards(community: int) -> QuerySet[Person]:
    return Person.objects.filter(
        memberships__community=community, memberships__role=Role.STEWARD, memberships__left_at=None
    ).order_by("memberships__joined_at", "pk")
