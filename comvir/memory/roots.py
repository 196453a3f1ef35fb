"""Who is established in a circle: known in person to several who are, beginning with who opened it.

Nothing here knows a database. The rule and its reasons: docs/decisions/0009-standing-from-deeds.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from comvir.memory import parameters as par
from comvir.memory.dependence import Pair


def branches(persons: Iterable[int], inviters: Mapping[int, int], fiat: Collection[int]) -> dict[int, int]:
    """By person, the top of their branch of invitations: branches begin below those established by fiat."""
    tops: dict[int, int] = {}
    for person in sorted(persons):
        passed = [person]
        while passed[-1] not in tops and passed[-1] not in fiat:
            by = inviters.get(passed[-1])
            if by is None or by in fiat or by in passed:
                break
            passed.append(by)
        top = tops.get(passed[-1], passed[-1])
        for one in passed:
            tops[one] = top
    return tops


def established(
    fiat: Collection[int],
    long_here: Collection[int],
    met: Iterable[Pair],
    welcomed: Iterable[Pair],
    inviters: Mapping[int, int],
) -> dict[int, int]:
    """The established, each with how many established people outside their branch they met.

    fiat: who opened the circle and those given a role in it; long_here: who belongs for thirty days; met: pairs;
    welcomed: (by, whom).
    """
    met, welcomed = set(met), set(welcomed)
    top = branches({person for two in met | welcomed for person in two} | set(fiat), inviters, fiat)
    friends: dict[int, set[int]] = defaultdict(set)
    for one, other in met:
        if top[one] != top[other]:
            friends[one].add(other)
            friends[other].add(one)
    known = {person: set(others) for person, others in friends.items()}
    for by, whom in welcomed:
        if top[by] != top[whom]:
            known.setdefault(whom, set()).add(by)
    waiting = {p for p in friends if p in long_here and p not in fiat and len(known[p]) >= par.PEOPLE_MET}
    found: set[int] = set()
    knows: dict[int, int] = defaultdict(int)
    fresh = set(fiat)
    while fresh:
        found |= fresh
        waiting -= fresh
        for person in fresh:
            for friend in friends.get(person, ()):
                knows[friend] += 1
        need = 1 if len(found) < par.ENOUGH_TO_WEIGH else par.PEOPLE_MET
        fresh = {person for person in waiting if knows[person] >= need}
    return {person: knows[person] for person in sorted(found)}
