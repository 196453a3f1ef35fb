"""What every member of a circle may know of its people, asked of the tables: who met, who talked, who came by whom.

Each question is asked as of a deed (by its id) and a moment, so that an old word is weighed with what was known then,
however late it is read again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from django.db.models import Q, QuerySet

from comvir.lib.prepared import prepared
from comvir.memory import parameters as par
from comvir.memory.dependence import Pair
from comvir.memory.models import EVERYWHERE, Acquaintance, Roots, SettledWord, Talk
from comvir.memory.roots import established
from comvir.people.models import Membership, Role

Kind = Acquaintance.Kind
Row: TypeAlias = tuple[Any, ...]
# As many new facts are looked at one by one; above, all is worked out anew.
FEW = 100


@dataclass(frozen=True)
class AsOf:
    """A place in the journal: what was known in a community when a deed was written, at that moment."""

    community: int
    deed: int
    at: datetime

    @property
    def places(self) -> list[int]:
        return [EVERYWHERE, self.community]


def day_of(moment: datetime) -> int:
    """The number of the day of a moment, in UTC."""
    return moment.astimezone(UTC).date().toordinal()


def rooted(here: AsOf) -> dict[int, int]:
    """The established people of the community, each with how many of the others outside their branch they met."""
    day, last = day_of(here.at), _last_deed(here)
    kept = Roots.objects.filter(pk=here.community, day=day, deed__lte=last, parameters=par.VERSION).first()
    if kept is not None and kept.deed == last:
        return {int(person): met for person, met in kept.people.items()}
    if kept is not None and _only_repeats(kept.deed, here):
        people = {int(person): met for person, met in kept.people.items()}
    else:
        people = _work_out(here)
    Roots.objects.update_or_create(
        community=here.community, defaults={"day": day, "deed": last, "parameters": par.VERSION, "people": people}
    )
    return people


def _only_repeats(after: int, here: AsOf) -> bool:
    """Whether all that was learnt since is that people met again who had met before: then nothing changes."""
    fresh = _learnt(here.places, after, here.deed, limit=FEW + 1)
    if len(fresh) > FEW or any(kind != Kind.MET for kind, _, _ in fresh):
        return False
    pairs = {(one, other) for _, one, other in fresh}
    before = AsOf(here.community, after, here.at)
    known = met_among({person for two in pairs for person in two}, before)
    return pairs <= {(row[2], row[3]) for row in known}


@prepared
def _learnt(communities: list[int], after: int, deed: int, *, limit: int) -> QuerySet[Acquaintance, Row]:
    rows = Acquaintance.objects.filter(community__in=communities, deed__gt=after, deed__lte=deed)
    return rows.values_list("kind", "one", "other")[:limit]


def _work_out(here: AsOf) -> dict[int, int]:
    fiat = {by for by, _ in _pairs(Kind.OPENED, [here.community], here.deed)}
    appointed = _pairs(Kind.APPOINTED, [here.community], here.deed)
    while fresh := {whom for by, whom in appointed if by in fiat} - fiat:
        fiat |= fresh
    members, long_here, inviters = _stays_of_all(here)
    met = [two for two in _met_pairs(here) if members.issuperset(two)]
    welcomed = _pairs(Kind.WELCOMED, [here.community], here.deed)
    return established(fiat, long_here, met, welcomed, inviters)


def _stays_of_all(here: AsOf) -> tuple[set[int], set[int], dict[int, int]]:
    """Who ever came in, who stayed for thirty days, and who came by whose invitation; ghosts apart."""
    members: set[int] = set()
    long_here: set[int] = set()
    inviters: dict[int, int] = {}
    today = day_of(here.at)
    for person, came, left, by in _stays(here.community, here.at):
        members.add(person)
        until = today if left is None else min(today, day_of(left))
        if until - day_of(came) >= par.DAYS_HERE:
            long_here.add(person)
        if by is not None:
            inviters.setdefault(person, by)
    return members, long_here, inviters


@prepared
def _stays(community: int, at: datetime) -> QuerySet[Membership, Row]:
    stays = Membership.objects.filter(community=community, joined_at__lte=at).exclude(role=Role.GHOST)
    return stays.order_by("joined_at", "pk").values_list("person_id", "joined_at", "left_at", "by_invitation__by_id")


def _last_deed(here: AsOf) -> int:
    """The last deed about who knows whom: asked place by place, since each is then one look at an index."""
    return max((found for place in here.places for found in _last_in(place, here.deed)), default=0)


@prepared
def _last_in(community: int, deed: int) -> QuerySet[Acquaintance, int]:
    rows = Acquaintance.objects.filter(community=community, deed__lte=deed)
    return rows.order_by("-deed").values_list("deed", flat=True)[:1]


@prepared
def _pairs(kind: str, communities: list[int], deed: int) -> QuerySet[Acquaintance, Row]:
    rows = Acquaintance.objects.filter(kind=kind, community__in=communities, deed__lte=deed)
    return rows.values_list("one", "other").distinct()


def _met_pairs(here: AsOf) -> set[Pair]:
    met = {(one, other) for one, other in _pairs(Kind.MET, here.places, here.deed)}
    doubted = {(one, other) for one, other in _pairs(Kind.UNMET, here.places, here.deed)}
    if doubted:
        touched = sorted({person for two in doubted for person in two})
        met -= doubted - {(row[2], row[3]) for row in met_among(touched, here)}
    return met


def lasting(rows: Iterable[Row]) -> list[Row]:
    """Of rows (deed, kind, one, other, week, units, undoes), those of kind MET which no UNMET took back."""
    rows = list(rows)
    void: dict[Pair, list[tuple[int | None, int]]] = defaultdict(list)
    for deed, kind, one, other, _week, _units, undoes in rows:
        if kind == Kind.UNMET:
            void[(one, other)].append((undoes, deed))
    return [
        row
        for row in rows
        if row[1] == Kind.MET
        and not any(
            undoes == row[0] or (undoes is None and later > row[0]) for undoes, later in void.get((row[2], row[3]), ())
        )
    ]


def met_among(persons: Collection[int], here: AsOf) -> list[Row]:
    """The meetings of these persons with each other: (deed, kind, one, other, week, units, undoes)."""
    return lasting(_of_here(_among(sorted(persons), here.deed), here))


def _of_here(rows: Iterable[Row], here: AsOf) -> list[Row]:
    """Rows of what is known here, without their place. Done here, or SQLite would go through all of the place."""
    return [row[:-1] for row in rows if row[-1] in here.places]


@prepared
def _among(persons: list[int], deed: int) -> QuerySet[Acquaintance, Row]:
    rows = Acquaintance.objects.filter(one__in=persons, other__in=persons, deed__lte=deed)
    return rows.values_list("deed", "kind", "one", "other", "week", "units", "undoes", "community")


def backers_of(persons: Collection[int], roots: Mapping[int, int], here: AsOf) -> dict[int, set[int]]:
    """By person, the established people here who met them, or welcomed them: who can say “I know them”."""
    rows = _of_here(_around(sorted(persons), here.deed), here) if persons else []
    found: dict[int, set[int]] = defaultdict(set)
    for _deed, _kind, one, other, *_ in lasting(rows):
        for person, friend in ((one, other), (other, one)):
            if person in persons and friend in roots:
                found[person].add(friend)
    for row in rows:
        if row[1] == Kind.WELCOMED and row[3] in persons and row[2] in roots:
            found[row[3]].add(row[2])
    there = set(_present(sorted(set().union(*found.values())), here.community, here.at)) if found else set()
    return {person: friends & there for person, friends in found.items()}


@prepared
def _around(persons: list[int], deed: int) -> QuerySet[Acquaintance, Row]:
    rows = Acquaintance.objects.filter(Q(one__in=persons) | Q(other__in=persons), deed__lte=deed)
    return rows.values_list("deed", "kind", "one", "other", "week", "units", "undoes", "community")


def present(persons: Collection[int], here: AsOf) -> set[int]:
    """Of these persons, those who belong here at that moment."""
    return set(_present(sorted(persons), here.community, here.at)) if persons else set()


@prepared
def _present(persons: list[int], community: int, at: datetime) -> QuerySet[Membership, int]:
    return _belonging(community, at).filter(person_id__in=persons).values_list("person_id", flat=True)


@prepared
def _some_here(community: int, at: datetime, *, limit: int) -> QuerySet[Membership, int]:
    return _belonging(community, at).values_list("person_id", flat=True)[:limit]


def is_small(here: AsOf) -> bool:
    """Whether no more than thirty people belong here: what is usual among them is then no sign of anything."""
    return len(_some_here(here.community, here.at, limit=par.SMALL_CIRCLE + 1)) <= par.SMALL_CIRCLE


def _belonging(community: int, at: datetime) -> QuerySet[Membership]:
    stays = Membership.objects.filter(Q(left_at=None) | Q(left_at__gte=at), community=community, joined_at__lte=at)
    return stays.exclude(role=Role.GHOST)


@prepared
def invitations_of(persons: list[int], community: int, at: datetime) -> QuerySet[Membership, Row]:
    """(person, who invited them), in order of arrival."""
    stays = Membership.objects.filter(community=community, person_id__in=persons, joined_at__lte=at)
    came = stays.exclude(by_invitation=None).order_by("joined_at", "pk")
    return came.values_list("person_id", "by_invitation__by_id")


def talk_among(persons: Collection[int], here: AsOf) -> list[Row]:
    """(writer, reader, week) of what these persons wrote to each other where every member can read it."""
    return _of_here(_talk(sorted(persons), here.deed), here)


@prepared
def _talk(persons: list[int], deed: int) -> QuerySet[Talk, Row]:
    rows = Talk.objects.filter(writer__in=persons, reader__in=persons, deed__lte=deed)
    return rows.values_list("writer", "reader", "week", "community")


@prepared
def settled_words(
    persons: list[int], communities: list[int], message: int, at: datetime
) -> QuerySet[SettledWord, SettledWord]:
    """What these persons said of other messages that were settled at that moment."""
    rows = SettledWord.objects.filter(person__in=persons, community__in=communities, settled_at__lte=at)
    return rows.filter(Q(until=None) | Q(until__gt=at)).exclude(message=message)


@prepared
def claims_about(persons: list[int], deed: int) -> QuerySet[Acquaintance, Row]:
    """(person, ghost) of the ghosts these persons claimed, or that are among them."""
    rows = Acquaintance.objects.filter(kind=Kind.CLAIMED, community=EVERYWHERE, deed__lte=deed)
    return rows.filter(Q(one__in=persons) | Q(other__in=persons)).values_list("one", "other")
