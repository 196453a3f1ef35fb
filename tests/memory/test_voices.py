"""Counting independent voices, without a database: the numbers of the research, and what must hold of any of them."""

from datetime import UTC, datetime, timedelta
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comvir.memory.dependence import Dependence, Habits, Past, Ties, pair
from comvir.memory.roots import branches, established
from comvir.memory.standing import Status
from comvir.memory.voices import Word, backed, count, first_hands, match, novelty, status_of

NOW = datetime(2026, 6, 7, 9, 20, tzinfo=UTC)


def independent(one, other):
    return 0


def table(values):
    return lambda one, other: values.get(pair(one, other), 0)


def word(person, ground="", stance=1, minutes=0):
    return Word(person, stance, ground, NOW + timedelta(minutes=minutes))


def all_equal(milli):
    return lambda one, other: milli


CASES = {
    "four apart and a ring of twenty": (24, lambda i, j: 950 if min(i, j) > 4 else 0, 5052),
    "a ring of twenty": (20, all_equal(950), 1052),
    "a looser ring of twenty": (20, all_equal(300), 3330),
    "a village of eight": (8, all_equal(200), 4161),
    "a star of four": (5, lambda i, j: 1000 if min(i, j) == 1 else 0, 4000),
    "a chain of six": (6, lambda i, j: 800 if abs(i - j) == 1 else 0, 3280),
    "three strangers": (3, independent, 3000),
    "three acquaintances": (3, all_equal(130), 2626),
    "three close friends": (3, all_equal(500), 1750),
    "four who know each other a little": (4, all_equal(200), 2952),
    "nobody": (0, independent, 0),
}


@pytest.mark.parametrize("size, rho, expected", CASES.values(), ids=CASES)
def test_the_numbers_of_the_research(size, rho, expected):
    assert novelty(list(range(1, size + 1)), rho)[0] == expected


def dependences(least, most):
    """Persons 1 to n with the dependence of each two."""

    def tables(size):
        pairs = list(combinations(range(1, size + 1), 2))
        return st.lists(st.integers(0, 950), min_size=len(pairs), max_size=len(pairs)).map(
            lambda values: (list(range(1, size + 1)), dict(zip(pairs, values, strict=True)))
        )

    return st.integers(least, most).flatmap(tables)


def worth(order, rho):
    """What an order of voices is worth, in units of 1000 ** (n - 1)."""
    total = 0
    for n, one in enumerate(order):
        part = 1000 ** (len(order) - 1 - n)
        for other in order[:n]:
            part *= 1000 - rho(one, other)
        total += part
    return total


@settings(max_examples=40, deadline=None)
@given(dependences(1, 6))
def test_it_is_the_best_of_all_orders(case):
    persons, values = case
    rho = table(values)
    best = max(worth(order, rho) for order in permutations(persons))
    assert novelty(persons, rho)[0] == best * 1000 // 1000 ** (len(persons) - 1)


@settings(max_examples=60, deadline=None)
@given(dependences(1, 14))
def test_it_is_at_least_one_and_at_most_all_of_them(case):
    persons, values = case
    total, parts = novelty(persons, table(values))
    assert 1000 <= total <= 1000 * len(persons)
    assert all(0 <= part <= 1000 for part in parts.values())
    assert 0 <= total - sum(parts.values()) < len(persons)


@settings(max_examples=40, deadline=None)
@given(dependences(2, 8))
def test_one_more_voice_never_lowers_it(case):
    persons, values = case
    rho = table(values)
    assert novelty(persons, rho)[0] >= novelty(persons[:-1], rho)[0]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 8), st.sets(st.tuples(st.integers(1, 8), st.integers(1, 8))))
def test_of_people_who_go_together_or_not_at_all_it_is_the_largest_group_of_strangers(size, edges):
    tied = {pair(one, other) for one, other in edges if one != other}
    persons = list(range(1, size + 1))
    largest = max(
        n for n in range(1, size + 1) for group in combinations(persons, n) if not tied & set(combinations(group, 2))
    )
    assert novelty(persons, lambda one, other: 1000 if pair(one, other) in tied else 0)[0] == 1000 * largest


@settings(max_examples=40, deadline=None)
@given(dependences(1, 8), st.randoms(use_true_random=False))
def test_order_of_arrival_and_names_do_not_matter(case, random):
    persons, values = case
    renamed = dict(zip(persons, random.sample(range(100, 200), len(persons)), strict=True))
    others = {pair(renamed[one], renamed[other]): value for (one, other), value in values.items()}
    shuffled = random.sample(list(renamed.values()), len(persons))
    assert novelty(shuffled, table(others))[0] == novelty(persons, table(values))[0]


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.integers(1, 12), st.sets(st.integers(50, 60), max_size=4), max_size=12),
    st.sets(st.integers(50, 60)),
)
def test_no_more_newcomers_count_than_people_who_know_them(backers, established_here):
    words = [word(person) for person in backers]
    counted = backed(words, established_here, backers)
    alone = set(counted.values())
    assert len(counted) == len(alone) and alone <= set().union(*backers.values(), set())
    # No matching is larger: every subset of the newcomers that is left out lacks somebody.
    assert (
        len(counted)
        == max(
            (len(match({p: sorted(backers[p]) for p in order})) for order in permutations(list(backers)[:4])), default=0
        )
        or len(backers) > 4
    )


def test_a_backer_who_speaks_backs_nobody():
    words = [word(1), word(2), word(3)]
    assert backed(words, {1}, {2: {1}, 3: {1, 9}}) == {1: None, 3: 9}


def test_a_newcomer_gives_way_to_another_backer_so_that_both_count():
    words = [word(2), word(3)]
    assert backed(words, set(), {2: {8, 9}, 3: {8}}) == {2: 9, 3: 8}


def test_who_was_told_by_a_voice_here_goes_with_it():
    words = [word(1), word(2, "person:1"), word(3, "person:2"), word(4, "hearsay"), word(5, "person:9")]
    assert first_hands(words) == {1: 1, 2: 1, 3: 1}
    known = Dependence(0, Ties(), 0, Habits([]), {}, {}, {}, first_hands(words))
    result = count(words, {1, 2, 3, 4, 5}, {}, known.rho)
    assert result.for_milli == 1000 + 50 + 2
    assert dict(result.credits) == {1: 1000, 2: 50, 3: 2}


def test_two_who_say_they_have_it_from_each_other_have_it_from_nobody():
    assert first_hands([word(1, "person:2"), word(2, "person:1"), word(3, "person:3")]) == {}


def test_whom_one_disputes_on_the_word_of_must_dispute_too():
    assert first_hands([word(1), word(2, "person:1", stance=-1)]) == {1: 1}


def test_the_same_document_and_the_same_site():
    grounds = {
        1: "doc:mairie.example#a",
        2: "doc:mairie.example#a",
        3: "doc:mairie.example#b",
        4: "doc:autre.example#a",
    }
    known = Dependence(0, Ties(), 0, Habits([]), {}, {}, grounds, {})
    assert [known.rho(*two) for two in combinations(grounds, 2)] == [950, 500, 0, 500, 0, 0]


def test_an_invitation_ties_until_both_have_taken_root():
    def rho(one, other, roots):
        return Dependence(0, Ties(), 0, Habits([]), {2: 1, 3: 1, 4: 9}, roots, {}, {}).rho(one, other)

    assert (rho(1, 2, {}), rho(2, 3, {}), rho(3, 4, {}), rho(1, 9, {})) == (500, 500, 0, 0)
    assert [rho(2, 3, {2: n, 3: 5}) for n in range(7)] == [500, 400, 300, 200, 100, 0, 0]
    assert rho(2, 3, {3: 5}) == 500


def test_a_tie_grows_with_meetings_and_fades_with_the_weeks():
    weekly, twice = Ties(), Ties()
    for week in range(53):
        weekly.meet(1, 2, week, 1000)
    for week in (0, 13):
        twice.meet(2, 1, week, 1000)
    assert weekly.strength((1, 2), 52) == 21510
    assert [twice.strength((1, 2), week) for week in (0, 13, 26)] == [1000, 1500, 1000 // 3 + 500]
    assert Dependence(52, weekly, 0, Habits([]), {}, {}, {}, {}).rho(2, 1) == round(700 * 21510 / 26510)
    assert Dependence(52, weekly, 21510, Habits([]), {}, {}, {}, {}).rho(2, 1) == 0


def test_writing_ties_when_both_do():
    ties = Ties()
    for _ in range(500):
        ties.write(1, 2, 10)
    assert ties.strength((1, 2), 10) == 0
    ties.write(2, 1, 10)
    assert (ties.strength((1, 2), 10), ties.strength((1, 2), 18)) == (500, 250)


def test_what_is_usual_in_a_village_is_no_sign():
    ties = Ties()
    for one, other in combinations(range(1, 6), 2):
        ties.meet(one, other, 0, 1000)
    ties.meet(1, 2, 1, 1000)
    assert ties.usual([1, 2, 3, 4, 5], 1) == 1000 * 13 // 14
    assert ties.usual([1], 1) == ties.usual([], 1) == 0


def agreeing(days, stances=(1, 1), others=(), gap=60):
    """Persons 1 and 2, and others, on one message a day."""
    words = []
    for day in range(days):
        said = [*stances, *others]
        positive = sum(stance > 0 for stance in said)
        words += [
            Past(day, n + 1, stance, NOW + timedelta(days=day, minutes=gap * n), positive, len(said))
            for n, stance in enumerate(said)
        ]
    return words


def test_agreeing_on_what_all_agree_on_proves_nothing():
    # p = (1 + 8) / (2 + 8) = .9, so .82 is expected of any two: ten messages leave .18 each, less a deviation of 1.21.
    usual = Habits(agreeing(10, others=[1] * 8)).kappa((1, 2))
    # Against eight who say the opposite p is .1 and as much is expected; against four and four only a half.
    split = Habits(agreeing(10, others=[1, 1, 1, 1, -1, -1, -1, -1])).kappa((1, 2))
    assert round(usual, 3) == round((1.8 - 1.4760**0.5) / 3.8, 3)
    assert round(split, 3) == round((5 - 2.5**0.5) / 7, 3)
    assert Habits(agreeing(1)).kappa((1, 2)) == 0.0
    assert Habits([]).kappa((1, 2)) == 0.0


def test_speaking_within_minutes_of_each_other_shows_from_the_third_day():
    assert Habits(agreeing(2, gap=5)).beta((1, 2)) == 0.0
    assert Habits(agreeing(5, gap=5)).beta((1, 2)) == 5 / 15
    assert Habits(agreeing(5, gap=25)).beta((1, 2)) == 0.0
    assert Habits(agreeing(5, stances=(1, -1), gap=5)).beta((1, 2)) == 0.0


STATUSES = [
    (2600, 0, Status.UNVERIFIED, Status.CORROBORATED),
    (2599, 0, Status.UNVERIFIED, Status.SEEN),
    (2599, 0, Status.CORROBORATED, Status.CORROBORATED),
    (2200, 0, Status.CORROBORATED, Status.CORROBORATED),
    (2199, 0, Status.CORROBORATED, Status.SEEN),
    (3000, 1000, Status.UNVERIFIED, Status.CORROBORATED),
    (2999, 1000, Status.CORROBORATED, Status.DISPUTED),
    (9000, 1500, Status.CORROBORATED, Status.CONTESTED),
    (1500, 1500, Status.UNVERIFIED, Status.CONTESTED),
    (0, 2600, Status.SEEN, Status.CONTRADICTED),
    (1000, 3000, Status.SEEN, Status.CONTRADICTED),
    (1001, 3000, Status.SEEN, Status.DISPUTED),
    (0, 900, Status.UNVERIFIED, Status.DISPUTED),
    (0, 899, Status.UNVERIFIED, Status.UNVERIFIED),
    (900, 899, Status.UNVERIFIED, Status.SEEN),
    (899, 0, Status.UNVERIFIED, Status.UNVERIFIED),
]


@pytest.mark.parametrize("for_milli, against, before, after", STATUSES)
def test_status(for_milli, against, before, after):
    assert status_of(for_milli, against, before) is after


# Who is established


def test_who_opened_the_circle_and_those_who_met_her_and_two_more():
    met = [(1, 2), (1, 3), (1, 4), (2, 3), (2, 4), (3, 4), (5, 2), (5, 3)]
    inviters = {2: 1, 3: 1, 4: 1, 5: 1}
    # 5 met only two people; 4 is there since yesterday.
    assert established({1}, {1, 2, 3, 5}, met, [], inviters) == {1: 2, 2: 2, 3: 2}
    # A welcome makes the third person.
    assert established({1}, {1, 2, 3, 5}, met, [(4, 5)], inviters) == {1: 2, 2: 3, 3: 3, 5: 2}
    # Who knows nobody that is established is not, however many they say they met.
    assert established({1}, {6, 7, 8, 9}, combinations([6, 7, 8, 9], 2), [(1, 6)], {}) == {1: 0}


def test_once_there_are_five_three_of_the_established_must_know_one():
    five = {1, 2, 3, 4, 5}
    met = [(10, 1), (10, 2), (10, 11), (10, 12)]
    assert 10 not in established(five, {10}, met, [], {})
    assert established(five, {10}, [*met, (10, 3)], [], {})[10] == 3


def test_those_of_one_branch_do_not_establish_each_other():
    inviters = {20: 9, 21: 20, 22: 21, 23: 20}
    assert branches([21, 22, 23, 9, 1], {**inviters, 9: 1}, {1}) == {21: 9, 22: 9, 23: 9, 9: 9, 20: 9, 1: 1}
    met = [*combinations([9, 20, 21, 22, 23], 2), (1, 9)]
    assert established({1}, {9, 20, 21, 22, 23}, met, [], inviters) == {1: 0}


RING = st.tuples(
    st.integers(3, 20),  # how many
    st.booleans(),  # invited by one, or each by the one before
    st.booleans(),  # all say that they met each other
    st.integers(0, 20),  # how many of them somebody established met
    st.sampled_from([1, -1]),  # they all confirm, or all dispute
)


@settings(max_examples=40, deadline=None)
@given(RING)
def test_a_ring_with_one_inviter_never_corroborates(ring):
    size, star, all_met, known, stance = ring
    honest, inviter, puppets = list(range(1, 31)), 40, list(range(50, 50 + size))
    inviters = {puppet: inviter if star or not n else puppets[n - 1] for n, puppet in enumerate(puppets)}
    met = {*combinations(honest, 2), *((one, inviter) for one in honest[:5])}
    met |= set(combinations([inviter, *puppets], 2)) if all_met else set()
    met |= {pair(honest[n], puppets[n]) for n in range(min(known, size))}
    roots = established(set(honest[:3]), {*honest, inviter, *puppets}, met, [], inviters)
    assert not roots.keys() & set(puppets) and inviter in roots
    backers = {p: {pair(*two)[0] for two in met if p in two} & roots.keys() for p in puppets}
    words = [word(puppet, stance=stance) for puppet in puppets]
    origins = first_hands(words)
    result = count(words, roots, backers, Dependence(0, Ties(), 0, Habits([]), inviters, roots, {}, origins).rho)
    assert len(result.credits) <= min(known, size) + 1
    if star:
        assert result.for_milli + result.against_milli <= 2000
        ends = status_of(result.for_milli, result.against_milli)
        assert ends in (Status.UNVERIFIED, Status.SEEN, Status.DISPUTED)
