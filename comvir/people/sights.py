"""What many people may see, gathered at once: for readers of the journal, who tell all of them of one deed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from json import dumps

from django.db import connection

from comvir.journal.sight import Sight

_MANY = {"postgresql": "(SELECT unnest(%(them)s::bigint[]))"}
_ONE_JSON = "(SELECT value FROM json_each(%(them)s))"

# The same as `people/sight.py` says of one; a test holds the two together.
_OPEN = "SELECT 'open', 0, id FROM people_community WHERE visibility = 'public'"
_SIGHTS = """
{open}
UNION ALL SELECT 'self', id, id FROM people_person WHERE id IN {them}
UNION ALL SELECT 'self', same_as_id, id FROM people_person WHERE same_as_id IN {them}
UNION ALL SELECT CASE role WHEN 'steward' THEN 'steward' ELSE 'member' END, person_id, community_id
  FROM people_membership WHERE person_id IN {them} AND left_at IS NULL AND role <> 'ghost'
UNION ALL SELECT 'huddle', stay.person_id, stay.huddle_id
  FROM people_huddlemember stay
  JOIN people_huddle huddle ON huddle.id = stay.huddle_id
  JOIN people_membership here ON here.community_id = huddle.community_id AND here.person_id = stay.person_id
  WHERE stay.person_id IN {them} AND stay.left_at IS NULL AND here.left_at IS NULL AND here.role <> 'ghost'
UNION ALL SELECT 'shut', blocker_id, blocked_id FROM people_block WHERE blocker_id IN {them}
UNION ALL SELECT 'shut', blocked_id, blocker_id FROM people_block WHERE blocked_id IN {them}
UNION ALL SELECT 'shut', block.blocker_id, ghost.id FROM people_block block
  JOIN people_person ghost ON ghost.same_as_id = block.blocked_id WHERE block.blocker_id IN {them}
UNION ALL SELECT 'shut', block.blocked_id, ghost.id FROM people_block block
  JOIN people_person ghost ON ghost.same_as_id = block.blocker_id WHERE block.blocked_id IN {them}
"""


def sights_of(persons: Collection[int]) -> dict[int, Sight]:
    """What each of these persons may see now, by their id; one statement, however many they are."""
    if not persons:
        return {}
    found: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    postgres = connection.vendor == "postgresql"
    statement = _SIGHTS.format(open=_OPEN, them=_MANY.get(connection.vendor, _ONE_JSON))
    with connection.cursor() as cursor:
        cursor.execute(statement, {"them": list(persons) if postgres else dumps(list(persons))})
        for kind, person, pk in cursor.fetchall():
            found[person][kind].add(pk)
    in_the_open = frozenset(found.pop(0, {}).get("open", ()))
    return {person: _sight(person, found[person], in_the_open) for person in persons}


def _sight(person: int, found: dict[str, set[int]], in_the_open: frozenset[int]) -> Sight:
    return Sight(
        person=person,
        selves=frozenset(found["self"]),
        communities=frozenset(found["member"] | found["steward"]),
        stewarded=frozenset(found["steward"]),
        huddles=frozenset(found["huddle"]),
        open=in_the_open,
        shut_out=frozenset(found["shut"]),
    )
