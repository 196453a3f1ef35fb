"""The gates: who is this, where do they belong, whom do they not meet.

`Sight` is what one person may see, gathered once; every room's `visible_to()` is built on
it, and so is the live page. Nothing else in the house decides who sees what.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeAlias

from django.db import connection
from django.db.models import Q

from comvir.journal.models import Audience, Deed
from comvir.people.models import (
    Community,
    JoinRequest,
    Membership,
    Person,
    Role,
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

# Every request and every act asks this: one statement, since six through the ORM cost more than the rest of a page.
_OPEN = "SELECT 'open', id FROM people_community WHERE visibility = 'public'"
_SIGHT = f"""
{_OPEN}
UNION ALL SELECT 'self', id FROM people_person WHERE id = %(me)s
UNION ALL SELECT 'self', id FROM people_person WHERE same_as_id = %(me)s
UNION ALL SELECT CASE role WHEN 'steward' THEN 'steward' ELSE 'member' END, community_id
  FROM people_membership WHERE person_id = %(me)s AND left_at IS NULL AND role <> 'ghost'
UNION ALL SELECT 'huddle', stay.huddle_id
  FROM people_huddlemember stay
  JOIN people_huddle huddle ON huddle.id = stay.huddle_id
  JOIN people_membership here ON here.community_id = huddle.community_id AND here.person_id = stay.person_id
  WHERE stay.person_id = %(me)s AND stay.left_at IS NULL AND here.left_at IS NULL AND here.role <> 'ghost'
UNION ALL SELECT 'shut', blocked_id FROM people_block WHERE blocker_id = %(me)s
UNION ALL SELECT 'shut', blocker_id FROM people_block WHERE blocked_id = %(me)s
UNION ALL SELECT 'shut', ghost.id FROM people_block block
  JOIN people_person ghost ON ghost.same_as_id = block.blocked_id WHERE block.blocker_id = %(me)s
UNION ALL SELECT 'shut', ghost.id FROM people_block block
  JOIN people_person ghost ON ghost.same_as_id = block.blocker_id WHERE block.blocked_id = %(me)s
"""


def sight_of(viewer: Viewer) -> Sight:
    """What this person may see now; a Sight is returned as it is, so doors gather it once a request."""
    if isinstance(viewer, Sight):
        return viewer
    found: dict[str, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        if viewer is None:
            cursor.execute(_OPEN)
        else:
            cursor.execute(_SIGHT, {"me": viewer.pk})
        for kind, pk in cursor.fetchall():
            found[kind].add(pk)
    return Sight(
        person=None if viewer is None else viewer.pk,
        selves=frozenset(found["self"]),
        communities=frozenset(found["member"] | found["steward"]),
        stewarded=frozenset(found["steward"]),
        huddles=frozenset(found["huddle"]),
        open=frozenset(found["open"]),
        shut_out=frozenset(found["shut"]),
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
