"""Counting voices: who counts at all, how many independent people that makes, and what status follows.

Nothing here knows a database. Formulas: docs/standing.md. Whole numbers throughout, so that every machine counts alike.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from comvir.memory import parameters as par
from comvir.memory.standing import Status


@dataclass(frozen=True)
class Word:
    """What one person says of the message now: `stance` +1 or -1, on which `ground`, since when."""

    person: int
    stance: int
    ground: str
    at: datetime


@dataclass(frozen=True)
class Count:
    """Sums and, by person, credits in thousandths of a voice. Who is not among the credits is not counted."""

    for_milli: int
    against_milli: int
    credits: Mapping[int, int]


def first_hands(words: Sequence[Word]) -> dict[int, int]:
    """By person, who stands at the beginning of what they say: themselves, or the voice here that told them.

    Who had it from somebody who gives no such word here, from outside, or in a ring, is left out.
    """
    said = {word.person: word for word in words}
    found: dict[int, int] = {}
    for word in words:
        at, passed = word, {word.person}
        while (teller := teller_of(at.ground)) is not None:
            heard = said.get(teller)
            if heard is None or heard.stance != word.stance or teller in passed:
                break
            passed.add(teller)
            at = heard
        else:
            if at.ground != "hearsay":
                found[word.person] = at.person
    return found


def teller_of(ground: str) -> int | None:
    """The person a ground names, None for every other ground."""
    kind, _, rest = ground.partition(":")
    return int(rest) if kind == "person" and rest.isdecimal() else None


def count(
    words: Sequence[Word],
    established: Collection[int],
    backers: Mapping[int, Collection[int]],
    rho: Callable[[int, int], int],
) -> Count:
    """Count the words, oldest first. `backers`: by newcomer, the established people who know them.

    `rho` gives the dependence of two persons in thousandths.
    """
    counted = backed(words, established, backers)
    for_milli, for_credits = novelty([word.person for word in words if word.stance > 0 and word.person in counted], rho)
    against, credits = novelty([word.person for word in words if word.stance < 0 and word.person in counted], rho)
    return Count(for_milli, against, {**for_credits, **credits})


def backed(
    words: Sequence[Word], established: Collection[int], backers: Mapping[int, Collection[int]]
) -> dict[int, int | None]:
    """Who is counted, with who backs them: None for those who need nobody.

    Each newcomer needs a backer of their own who gives no counted word here; those who saw it come first.
    """
    origin = first_hands(words)
    alone: dict[int, int | None] = {person: None for person in origin if person in established}
    seats = {
        word.person: [backer for backer in sorted(backers.get(word.person, ())) if backer not in alone]
        for word in words
        if word.person in origin and word.person not in alone
    }
    matched = match({person: seats[person] for person in seats if origin[person] == person})
    there = alone.keys() | matched.keys()
    seats = {person: options for person, options in seats.items() if person in matched or origin[person] in there}
    # Those already matched stay so: a longer matching never leaves one of them out.
    matched = match({**{person: seats[person] for person in matched}, **seats})
    there = alone.keys() | matched.keys()
    return {
        word.person: matched.get(word.person) for word in words if word.person in there and origin[word.person] in there
    }


def match(seats: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """A largest matching of the keys with their options (Kuhn), in the order of the keys."""
    taken: dict[int, int] = {}

    def seat(person: int, tried: set[int]) -> bool:
        for option in seats[person]:
            if option not in tried:
                tried.add(option)
                if option not in taken or seat(taken[option], tried):
                    taken[option] = person
                    return True
        return False

    for person in seats:
        seat(person, set())
    return {person: option for option, person in taken.items()}


def novelty(persons: Sequence[int], rho: Callable[[int, int], int]) -> tuple[int, dict[int, int]]:
    """How many independent voices these are, and each one's part, both in thousandths.

    The largest sum, over all orders, of what each adds to those before: prod (1 - rho). Up to ten in every order,
    above that the largest remaining credit first, which can only err on the low side.
    """
    size = len(persons)
    fresh = [[1000] * size for _ in persons]
    for n, one in enumerate(persons):
        for m in range(n):
            fresh[n][m] = fresh[m][n] = 1000 - rho(one, persons[m])
    parts = _best_order(fresh) if size <= par.EXACT_UP_TO else _greedy_order(fresh)
    whole = 1000 ** max(size - 1, 0)
    return sum(parts) * 1000 // whole, {
        person: part * 1000 // whole for person, part in zip(persons, parts, strict=True)
    }


def _best_order(fresh: list[list[int]]) -> list[int]:
    """The parts of each in the best order, in units of 1000 ** (n - 1); of equal orders the one kind to the first."""
    size = len(fresh)
    if not size:
        return []
    whole = 1000 ** (size - 1)
    # adds[i][s]: what i adds to the set s. A set is a number with a bit for each voice in it.
    adds = [[whole] * (1 << size) for _ in range(size)]
    for one in range(size):
        mine, row = adds[one], fresh[one]
        for group in range(1, 1 << size):
            low = group & -group
            # Exact: each of at most size - 1 others takes one factor of a thousand out of `whole`.
            mine[group] = mine[group ^ low] * row[low.bit_length() - 1] // 1000
    best, last = [0] * (1 << size), [0] * (1 << size)
    for group in range(1, 1 << size):
        top = -1
        for one in range(size):
            if group >> one & 1:
                rest = group ^ (1 << one)
                value = best[rest] + adds[one][rest]
                if value >= top:
                    top, last[group] = value, one
        best[group] = top
    parts, group = [0] * size, (1 << size) - 1
    while group:
        one = last[group]
        group ^= 1 << one
        parts[one] = adds[one][group]
    return parts


def _greedy_order(fresh: list[list[int]]) -> list[int]:
    size = len(fresh)
    left = dict.fromkeys(range(size), 1000 ** (size - 1))
    parts = [0] * size
    while left:
        one = max(left, key=left.__getitem__)
        parts[one] = left.pop(one)
        row = fresh[one]
        for other in left:
            left[other] = left[other] * row[other] // 1000
    return parts


def status_of(for_milli: int, against_milli: int, before: Status = Status.UNVERIFIED) -> Status:
    """The status these sums give to a message that had the status `before`: once confirmed it is kept a while."""
    need = par.KEEP if before == Status.CORROBORATED else par.NEED
    if for_milli >= need and for_milli >= par.TIMES * against_milli and against_milli < par.CONTEST:
        return Status.CORROBORATED
    if against_milli >= par.NEED and against_milli >= par.TIMES * for_milli:
        return Status.CONTRADICTED
    if for_milli >= par.CONTEST and against_milli >= par.CONTEST:
        return Status.CONTESTED
    if against_milli >= par.HEARD:
        return Status.DISPUTED
    return Status.SEEN if for_milli >= par.HEARD else Status.UNVERIFIED


def plain_status(confirm: int, dispute: int) -> Status:
    """The status where there are too few to weigh."""
    if dispute:
        return Status.DISPUTED
    return Status.SEEN if confirm else Status.UNVERIFIED
