"""How much two voices go together, from what everybody in the circle may know of the two.

Nothing here knows a database. Formulas: docs/standing.md; strength is that of ties (algorithms A1), in whole numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import sqrt
from statistics import median_low
from typing import TypeAlias

from comvir.memory import parameters as par

WEEK = 604_800
Pair: TypeAlias = tuple[int, int]


def pair(one: int, other: int) -> Pair:
    """The two, the lower id first."""
    return (one, other) if one < other else (other, one)


def week_of(moment: datetime) -> int:
    """The number of the week of a moment."""
    return int(moment.timestamp()) // WEEK


@dataclass
class Ties:
    """What pairs did together, week by week: units of meetings, and who wrote to whom."""

    met: dict[Pair, dict[int, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    wrote: dict[Pair, dict[int, set[int]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))

    def meet(self, one: int, other: int, week: int, units: int) -> None:
        if one != other:
            self.met[pair(one, other)][week] += units

    def write(self, writer: int, reader: int, week: int) -> None:
        if writer != reader:
            self.wrote[pair(writer, reader)][week].add(writer)

    def strength(self, two: Pair, now: int) -> int:
        """In thousandths of a meeting of two, at week `now`. Writing counts in weeks in which both wrote."""
        met = sum(
            min(par.MET_CAP, units) * par.MET_AGES // (par.MET_AGES + now - week)
            for week, units in self.met.get(two, {}).items()
            if week <= now
        )
        talked = sum(
            par.TALKED_UNIT * par.TALKED_AGES // (par.TALKED_AGES + now - week)
            for week, writers in self.wrote.get(two, {}).items()
            if week <= now and len(writers) == 2
        )
        return met + talked

    def usual(self, persons: Sequence[int], now: int) -> int:
        """The median strength among these persons, 0 for fewer than two."""
        here = sorted(persons)
        pairs = [(one, other) for n, one in enumerate(here) for other in here[n + 1 :]]
        return median_low(self.strength(two, now) for two in pairs) if pairs else 0


@dataclass(frozen=True)
class Past:
    """What one person said of a settled message, among `total` words of which `positive` confirmed."""

    message: int
    person: int
    stance: int
    at: datetime
    positive: int
    total: int


@dataclass
class _Both:
    """The settled messages two persons both spoke of."""

    surplus: float = 0.0
    spread: float = 0.0
    room: float = 0.0
    together: int = 0
    days: set[date] = field(default_factory=set)


class Habits:
    """What pairs made of the same messages before."""

    def __init__(self, past: Sequence[Past]) -> None:
        self._totals: dict[int, int] = defaultdict(int)
        self._both: dict[Pair, _Both] = defaultdict(_Both)
        on: dict[int, list[Past]] = defaultdict(list)
        for word in past:
            self._totals[word.person] += 1
            on[word.message].append(word)
        # In one order, since sums of fractions depend on it.
        for message in sorted(on):
            words = sorted(on[message], key=lambda word: word.person)
            for n, one in enumerate(words):
                for other in words[n + 1 :]:
                    self._note(one, other)

    def _note(self, one: Past, other: Past) -> None:
        both = self._both[(one.person, other.person)]
        others = one.total - 2
        positive = one.positive - (one.stance > 0) - (other.stance > 0)
        p = (1 + positive) / (2 + others)
        expected = p * p + (1 - p) * (1 - p)
        agree = one.stance == other.stance
        both.surplus += agree - expected
        both.spread += expected * (1 - expected)
        both.room += 1 - expected
        if agree and abs(one.at - other.at) <= par.TOGETHER_WITHIN:
            both.together += 1
            both.days.add(max(one.at, other.at).date())

    def kappa(self, two: Pair) -> float:
        """Agreement beyond what the messages explain, less one standard deviation."""
        both = self._both.get(two)
        if both is None:
            return 0.0
        return max(0.0, both.surplus - sqrt(both.spread)) / (both.room + par.HABIT_PSEUDO)

    def beta(self, two: Pair) -> float:
        """Speaking alike within minutes of each other, from the third day on."""
        both = self._both.get(two)
        if both is None or len(both.days) < par.TOGETHER_DAYS:
            return 0.0
        return both.together / (min(self._totals[person] for person in two) + par.TOGETHER_PSEUDO)


@dataclass(frozen=True)
class Dependence:
    """All that is known of the voices on one message. `inviters`: by person, who invited them here.

    `roots`: by established person, how many established people from outside their own branch they met.
    """

    week: int
    ties: Ties
    usual: int
    habits: Habits
    inviters: Mapping[int, int]
    roots: Mapping[int, int]
    grounds: Mapping[int, str]
    origins: Mapping[int, int]

    def rho(self, one: int, other: int) -> int:
        """The dependence of two voices, in thousandths: a noisy or, at most .95."""
        two = pair(one, other)
        apart = 1.0
        for part in (self._tau(two), self.habits.kappa(two), self._iota(two), self.habits.beta(two), self._sigma(two)):
            apart *= 1 - part
        together = min(par.MOST, round(1000 * (1 - apart)))
        same = self.origins.get(one, one) == self.origins.get(other, other)
        return max(together, par.TOLD) if same else together

    def _tau(self, two: Pair) -> float:
        if two not in self.ties.met and two not in self.ties.wrote:
            return 0.0
        more = max(0, self.ties.strength(two, self.week) - self.usual)
        return par.TIE_AT_MOST * more / (more + par.TIE_HALF)

    def _iota(self, two: Pair) -> float:
        one, other = two
        by_one, by_other = self.inviters.get(one), self.inviters.get(other)
        if by_one != other and by_other != one and (by_one is None or by_one != by_other):
            return 0.0
        rooted = min(par.ROOTS_THAT_FREE, *(self.roots.get(person, 0) for person in two))
        return par.INVITED / 1000 * (par.ROOTS_THAT_FREE - rooted) / par.ROOTS_THAT_FREE

    def _sigma(self, two: Pair) -> float:
        first, second = (self.grounds.get(person, "") for person in two)
        if not (first.startswith("doc:") and second.startswith("doc:")):
            return 0.0
        if first == second:
            # A document without an address of its own is "doc:#...": the same one is the same source all the same.
            return par.SAME_SOURCE / 1000
        site = first.partition("#")[0]
        return par.SAME_SITE / 1000 if site != "doc:" and site == second.partition("#")[0] else 0.0
