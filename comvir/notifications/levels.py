"""How much somebody wants to hear: by the level of the thread, else that of the community, else answers to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from comvir.journal.models import Deed
from comvir.journal.sight import Audience
from comvir.journal.verbs import CORRECTED, DISPUTED, EDITED, PASSED_ON, SAID, SETTLED, VOUCHED
from comvir.lib.prepared import prepared
from comvir.notifications.models import Follow, Level

THREAD = "conversation.thread"
# What levels speak of. A request to a steward, a welcome, a meeting reach people whatever they chose.
TALK = frozenset({SAID, EDITED, CORRECTED, PASSED_ON, SETTLED, VOUCHED, DISPUTED})


@dataclass
class Levels:
    """What was chosen for the places of some deeds: by thread and person, by community and person."""

    threads: dict[int, dict[int, Follow]] = field(default_factory=dict)
    communities: dict[int, dict[int, Follow]] = field(default_factory=dict)

    def of(self, person: int, deed: Deed) -> str:
        """The level at which somebody hears of a deed."""
        chosen = self._chosen(person, deed)
        return Level.ANSWERS if chosen is None else chosen.level

    def lets_through(self, person: int, deed: Deed, as_named: bool) -> bool:
        """Whether a deed that names or answers somebody is to reach them."""
        if deed.verb not in TALK:
            return True
        level = self.of(person, deed)
        return level != Level.SILENCE and (as_named or level != Level.MENTIONS)

    def followers(self, deed: Deed) -> set[int]:
        """Those who chose to hear everything that is said where the deed was done, before it was done."""
        here = {*self.threads.get(thread_of(deed), {}), *self.communities.get(deed.community_id or 0, {})}
        return {person for person in here if self._hears_all(person, deed)}

    def _hears_all(self, person: int, deed: Deed) -> bool:
        chosen = self._chosen(person, deed)
        return chosen is not None and chosen.level == Level.EVERYTHING and chosen.chosen_at <= deed.recorded_at

    def _chosen(self, person: int, deed: Deed) -> Follow | None:
        own = self.threads.get(thread_of(deed), {}).get(person)
        # What a steward is asked about somebody who wants to come in is no part of the circle's conversation.
        if own is not None or deed.audience == Audience.STEWARDS:
            return own
        return self.communities.get(deed.community_id or 0, {}).get(person)


def levels_for(deeds: Sequence[Deed], persons: Iterable[int]) -> Levels:
    """What these persons chose for the places of these deeds, and who hears everything there; one query."""
    communities = {deed.community_id for deed in deeds if deed.community_id}
    threads = {thread for deed in deeds if (thread := thread_of(deed))}
    levels = Levels()
    for row in _chosen(list(communities), list(threads), list(set(persons))):
        if row.thread_id is None:
            levels.communities.setdefault(row.community_id, {})[row.person_id] = row
        else:
            levels.threads.setdefault(row.thread_id, {})[row.person_id] = row
    return levels


def thread_of(deed: Deed) -> int:
    """The thread a deed was done in, 0 for none."""
    return deed.context_id or 0 if deed.context_type == THREAD else 0


@prepared
def _chosen(communities: Collection[int], threads: Collection[int], persons: Collection[int]) -> QuerySet[Follow]:
    here = Q(thread_id=None, community__in=communities) & (Q(person__in=persons) | Q(level=Level.EVERYTHING))
    return Follow.objects.filter(Q(thread_id__in=threads) | here)
