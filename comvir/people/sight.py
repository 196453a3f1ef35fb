"""Gathering what somebody may see. It asks tables rather than models, so that every model can ask it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias, Union

from django.db import connection

from comvir.journal.sight import Sight

if TYPE_CHECKING:
    from comvir.people.models import Person

Viewer: TypeAlias = Union["Person", Sight, None]

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
