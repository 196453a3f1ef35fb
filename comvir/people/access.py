"""The gates: who is this, where do they belong, whom do they not meet.

`Sight` is what one person may see, gathered once; every room's `visible_to()` is built on
it, and so is the live page. Nothing else in the house decides who sees what.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeAlias

from django.db.models import Q

from comvir.journal.models import Audience, Deed
from comvir.people.models import (
    Block,
    Community,
    HuddleMember,
    JoinRequest,
    Membership,
    Person,
    Role,
    Visibility,
)
from comvir.people.models.membership import BELONGS


@dataclass(frozen=True)
class Sight:
    """What one viewer may see, as sets of ids. `person` is None for somebody who has not come in.

    selves: the person and the ghosts they claimed; communities: where they belong now;
    stewarded: of these, where they are a steward; huddles: where they are; open: communities
    everyone can read; shut_out: persons blocked by them or blocking them, with their ghosts.
    """

    person: int | None
    selves: frozenset[int]
    communities: frozenset[int]
    stewarded: frozenset[int]
    huddles: frozenset[int]
    open: frozenset[int]
    shut_out: frozenset[int]

    def covers(self, deed: Deed, to: Collection[int] = ()) -> bool:
        """Whether this deed may be shown; `to` holds the ids of its addressees.

        The same rule as `Deed.objects.seen_with(sight)`, for one deed in memory.
        """
        if deed.actor_id in self.shut_out:
            return False
        where, inside = deed.community_id, deed.community_id in self.communities
        mine = deed.actor_id in self.selves or not self.selves.isdisjoint(to)
        match deed.audience:
            case Audience.PUBLIC:
                return where is None or inside or where in self.open
            case Audience.COMMUNITY:
                return inside
            case Audience.HUDDLE:
                return inside and deed.huddle_id in self.huddles
            case Audience.STEWARDS:
                return mine or where in self.stewarded
            case Audience.NAMED:
                return mine
        return False


Viewer: TypeAlias = Person | Sight | None


def sight_of(viewer: Viewer) -> Sight:
    """What this person may see now; a Sight is returned as it is, so doors gather it once a request."""
    if isinstance(viewer, Sight):
        return viewer
    open_ids = frozenset(Community.objects.filter(visibility=Visibility.PUBLIC).values_list("pk", flat=True))
    if viewer is None:
        nobody: frozenset[int] = frozenset()
        return Sight(None, nobody, nobody, nobody, nobody, open_ids, nobody)
    stays = list(Membership.objects.filter(BELONGS, person=viewer).values_list("community_id", "role"))
    communities = frozenset(community for community, _ in stays)
    return Sight(
        person=viewer.pk,
        selves=frozenset([viewer.pk, *Person.objects.filter(same_as=viewer).values_list("pk", flat=True)]),
        communities=communities,
        stewarded=frozenset(community for community, role in stays if role == Role.STEWARD),
        huddles=frozenset(
            HuddleMember.objects.filter(person=viewer, left_at=None, huddle__community_id__in=communities).values_list(
                "huddle_id", flat=True
            )
        ),
        open=open_ids,
        shut_out=_shut_out(viewer),
    )


def persons_seen_by(viewer: Viewer) -> Q:
    """The condition on Person under which the viewer may see one's page and name in lists."""
    sight = sight_of(viewer)
    if sight.person is None:
        return Q(pk__in=())
    here = Membership.objects.filter(community_id__in=sight.communities, left_at=None).values("person_id")
    applicants = JoinRequest.objects.filter(
        community_id__in=sight.stewarded, outcome=JoinRequest.Outcome.WAITING
    ).values("person_id")
    answering = Membership.objects.filter(
        BELONGS,
        role=Role.STEWARD,
        community__requests__person=sight.person,
        community__requests__outcome=JoinRequest.Outcome.WAITING,
    ).values("person_id")
    known = Q(pk__in=here) | Q(pk__in=applicants) | Q(pk__in=answering)
    return Q(pk__in=sight.selves) | known & ~Q(pk__in=sight.shut_out)


def role_in(person: Person | None, community: Community) -> Role | None:
    """The role a person holds in a community now; None for who does not belong."""
    if person is None:
        return None
    found = (
        Membership.objects.filter(BELONGS, person=person, community=community).values_list("role", flat=True).first()
    )
    return Role(found) if found else None


def stewards_of(community: Community) -> list[Person]:
    """Those who are stewards now, in the order they came."""
    return list(
        Person.objects.filter(
            memberships__community=community, memberships__role=Role.STEWARD, memberships__left_at=None
        ).order_by("memberships__joined_at", "pk")
    )


def _shut_out(person: Person) -> frozenset[int]:
    blocks = Block.objects.filter(Q(blocker=person) | Q(blocked=person)).values_list("blocker_id", "blocked_id")
    others = {pk for pair in blocks for pk in pair} - {person.pk}
    if not others:
        return frozenset()
    return frozenset(others | set(Person.objects.filter(same_as__in=others).values_list("pk", flat=True)))
