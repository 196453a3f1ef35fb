"""Standing from deeds: real deeds, the real reader, and what it remembers."""

from itertools import combinations

import pytest
from django.test.utils import CaptureQueriesContext

from comvir.journal.record import record
from comvir.journal.sight import Audience
from comvir.journal.verbs import CLAIMED, MET, UNMET
from comvir.lib.clock import clock_at
from comvir.memory.commons import AsOf, rooted
from comvir.memory.housekeeping import settle
from comvir.memory.models import MessageStanding, SettledWord
from comvir.memory.queries import history, standings, turns_of
from comvir.memory.standing import Status
from tests.memory.village import Village, last_deed, message, read, short, village_of_ten

pytestmark = pytest.mark.django_db


@pytest.fixture
def village():
    return village_of_ten()


def told(about):
    read()
    return standings([about])[about]


def test_three_of_a_village_confirm_what_another_says(village):
    about = village.said(village.founder)
    before = set(standings([about]))
    for person in village.all[:3]:
        village.vouch(person, about)
    now = told(about)
    assert before == set()
    # All met each other once: that is usual here, and no sign of anything.
    assert short(now) == (Status.CORROBORATED, 3000, 0, True)
    assert [(voice.person, voice.stance, voice.credit, voice.counted) for voice in now.voices] == [
        (person.pk, 1, 1000, True) for person in village.all[:3]
    ]
    assert (now.confirm, now.dispute, now.at, now.deed) == (3, 0, village.now(), last_deed())
    assert [(turn.person, turn.before, turn.after, turn.turned) for turn in history(about)] == [
        (village.all[0].pk, Status.UNVERIFIED, Status.SEEN, False),
        (village.all[1].pk, Status.SEEN, Status.SEEN, False),
        (village.all[2].pk, Status.SEEN, Status.CORROBORATED, True),
    ]
    assert turns_of([last_deed()]) == {last_deed(): history(about)[-1]}


def test_two_accounts_then_one_taken_back(village):
    about = village.said(village.founder)
    for person in village.all[:3]:
        village.vouch(person, about)
    village.dispute(village.all[3], about)
    village.dispute(village.all[4], about)
    assert short(told(about)) == (Status.CONTESTED, 3000, 2000, True)
    village.take_back(village.all[3], about)
    assert short(told(about)) == (Status.CORROBORATED, 3000, 1000, True)
    village.dispute(village.all[2], about)
    assert short(told(about)) == (Status.CONTESTED, 2000, 2000, True)
    assert [turn.after for turn in history(about)][2:] == [
        Status.CORROBORATED, Status.CORROBORATED, Status.CONTESTED, Status.CORROBORATED, Status.CONTESTED
    ]  # fmt: skip


def test_the_author_is_no_voice_and_neither_is_hearsay(village):
    about = village.said(village.founder)
    village.vouch(village.founder, about)
    read()
    assert standings([about]) == {} and history(about) == []
    first, second, third, fourth = village.all[:4]
    village.vouch(first, about)
    village.vouch(second, about, ground=f"person:{first.pk}")
    village.vouch(third, about, ground=f"person:{village.founder.pk}")
    village.vouch(fourth, about, ground="hearsay")
    now = told(about)
    assert short(now) == (Status.SEEN, 1050, 0, True)
    assert [(voice.credit, voice.counted) for voice in now.voices] == [(1000, True), (50, True), (0, False), (0, False)]
    assert now.confirm == 2


def test_a_removed_message_stands_nowhere_until_it_is_put_back(village):
    about = village.said(village.founder)
    for person in village.all[:3]:
        village.vouch(person, about)
    village.remove(village.founder, about)
    gone = told(about)
    assert (gone.status, gone.voices) == (Status.UNVERIFIED, ())
    village.restore(village.founder, about)
    assert short(told(about)) == (Status.CORROBORATED, 3000, 0, True)
    assert [turn.verb for turn in history(about)][-2:] == ["removed", "restored"]


def test_fewer_than_five_established_are_too_few_to_weigh():
    place = Village()
    people = place.villagers(3)
    place.day = 60
    about = place.said(place.founder)
    for person in people:
        place.vouch(person, about)
    now = told(about)
    assert short(now) == (Status.SEEN, 0, 0, False)
    assert (now.confirm, now.dispute) == (3, 0)
    place.dispute(place.person(), about)
    now = told(about)
    assert (short(now), now.confirm, now.dispute) == ((Status.DISPUTED, 0, 0, False), 3, 1)


def test_a_village_too_young_to_know_anybody(village):
    with village.on(29):
        about = village.said(village.founder)
        village.vouch(village.all[0], about)
        assert told(about).weighed is False


def test_a_newcomer_counts_once_somebody_says_that_they_know_them(village):
    about = village.said(village.founder)
    newcomers = village.people(3)
    village.welcome(village.all[0], newcomers[0])
    village.met(village.all[1], newcomers[1])
    for person in newcomers:
        village.vouch(person, about)
    now = told(about)
    assert [(voice.credit, voice.counted) for voice in now.voices] == [(1000, True), (1000, True), (0, False)]
    assert (now.for_milli, now.confirm) == (2000, 3)


def test_who_says_that_it_was_not_so_has_met_nobody(village):
    newcomer = village.person()
    met = village.met(village.all[0], newcomer)
    first, second = village.said(village.founder), village.said(village.founder)
    village.vouch(newcomer, first)
    with clock_at(village.now()):
        record(
            newcomer, UNMET, village.community, audience=Audience.COMMUNITY, community=village.community,
            to=[village.all[0]], undoes=met,
        )  # fmt: skip
    village.vouch(newcomer, second)
    assert [told(about).for_milli for about in (first, second)] == [1000, 0]


def test_the_same_document_is_one_source(village):
    about = village.said(village.founder)
    for person, ground in zip(village.all, ["doc:a.example#1", "doc:a.example#1", "doc:a.example#2", ""], strict=False):
        village.vouch(person, about, ground=ground)
    # own eyes 1, one page 1, the other page half, the same page again .05 of what the other page leaves of it
    assert told(about).for_milli == 1000 + 1000 + 500 + 25


def test_a_ring_of_twenty_with_one_inviter_never_corroborates(village):
    bad = village.person("Mallory", by=village.all[0])
    for person in village.all[:4]:
        village.met(person, bad)
    ring = village.people(20, by=bad)
    for one, other in combinations([bad, *ring], 2):
        village.met(one, other)
    village.day = 120
    about = village.said(bad)
    for n, puppet in enumerate(ring):
        if n < len(village.all):
            village.met(village.all[n], puppet)
        village.vouch(puppet, about)
    read()
    assert {turn.after for turn in history(about)} <= {Status.UNVERIFIED, Status.SEEN}
    now = standings([about])[about]
    # Nine of them are known to somebody of their own. Any two go together by .537: their invitation is half of it,
    # and they met each other nine weeks ago, 1000 * 13 // 22 = 590 of a tie; nine such are (1 - .463 ** 9) / .537.
    assert [voice.counted for voice in now.voices] == [True] * 9 + [False] * 11
    assert (now.for_milli, now.confirm) == (1860, 20)


def test_the_words_of_a_huddle_stay_in_it(village):
    huddle, other = village.huddle(village.founder), village.huddle(village.founder)
    about = village.said(village.founder, audience=Audience.HUDDLE, huddle=huddle)
    for person in village.all[:3]:
        village.vouch(person, about, audience=Audience.HUDDLE, huddle=huddle)
    village.dispute(village.all[5], about, audience=Audience.HUDDLE, huddle=other)
    village.dispute(village.all[6], about, audience=Audience.STEWARDS)
    assert short(told(about)) == (Status.CORROBORATED, 3000, 0, True)
    with clock_at(village.now().replace(year=2027)):
        assert settle() == 1
    assert SettledWord.objects.count() == 0 and MessageStanding.objects.get().settled


def test_what_an_applicant_and_the_stewards_say_has_no_standing(village):
    about = village.said(village.all[0], audience=Audience.STEWARDS)
    village.vouch(village.all[1], about, audience=Audience.STEWARDS)
    read()
    assert standings([about]) == {}


def test_whoever_claimed_the_author_of_an_archive_is_its_author(village):
    ghost = village._person("Ghost")
    about = village.said(ghost)
    with clock_at(village.now()):
        record(village.all[0], CLAIMED, ghost, audience=Audience.NAMED, community=village.community)
    village.vouch(village.all[0], about)
    village.vouch(village.all[1], about)
    assert [voice.person for voice in told(about).voices] == [village.all[1].pk]


def test_always_agreeing_makes_two_count_less(village):
    first, second, third, *others = village.all
    for n in range(24):
        about = village.said(village.founder)
        village.dispute(third, about)
        for person in (first, second, *others[:2]):
            village.day += 1 / 48
            (village.vouch if person in (first, second) or n % 2 else village.dispute)(person, about)
    village.day += 20
    about = village.said(village.founder)
    for person in (first, second, third):
        village.vouch(person, about)
    # Of three others none or two confirmed: p is 1/5 or 3/5, expected .68 or .52, and they agreed each time.
    # (12 * (.32 + .48) - sqrt(12 * (.68 * .32 + .52 * .48))) / (9.6 + 2) = .623
    assert [voice.credit for voice in told(about).voices] == [1000, 377, 1000]
    assert SettledWord.objects.count() == 24 * 5


def test_a_message_settles_after_two_weeks_and_reopens(village):
    about = village.said(village.founder)
    village.vouch(village.all[0], about)
    village.dispute(village.all[1], about)
    read()
    for days, done in ((13, 0), (14, 1), (15, 0)):
        with village.on(60 + days), clock_at(village.now()):
            assert settle() == done
    rows = SettledWord.objects.order_by("person").values_list("person", "stance", "positive", "total", "until")
    assert list(rows) == [(village.all[0].pk, 1, 1, 2, None), (village.all[1].pk, -1, 1, 2, None)]
    village.day = 80
    village.vouch(village.all[2], about)
    read()
    assert set(SettledWord.objects.values_list("until", flat=True)) == {village.now()}
    with village.on(94), clock_at(village.now()):
        assert settle() == 1
    assert SettledWord.objects.filter(until=None, total=3).count() == 3


def test_it_takes_as_many_queries_for_ten_voices_as_for_three(village, django_assert_num_queries):
    newcomers = village.people(12)
    for person in newcomers:
        village.welcome(village.all[0], person)
    counts = []
    for voices in (3, 9, 12):
        about = village.said(village.founder)
        for person in [*newcomers[:3], *village.all, *newcomers[3:]][:voices]:
            village.vouch(person, about)
        read()
        village.vouch(newcomers[-1] if voices < 12 else village.all[0], about)
        counts.append(queries_of(read))
    assert len(set(counts)) == 1
    with django_assert_num_queries(1):
        assert len(standings(list(MessageStanding.objects.none()) or [about, about - 1, about - 2])) == 3


def queries_of(work):
    from django.db import connection

    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def test_steward_by_appointment_is_established_at_once():
    place = Village()
    person, other = place.people(2)
    place._do(place.founder, "appointed", person, to=[person])
    place._do(other, "appointed", other)
    read()
    assert rooted(AsOf(place.community.pk, last_deed(), place.now())) == {place.founder.pk: 0, person.pk: 0}


def test_meeting_again_changes_nobody_s_roots_and_meeting_anew_does(village):
    newcomer = village.person()
    for person in village.all[:2]:
        village.met(person, newcomer)
    village.day += 40

    def roots():
        read()
        return rooted(AsOf(village.community.pk, last_deed(), village.now()))

    before = roots()
    village.met(village.all[0], newcomer)
    again = roots()
    with clock_at(village.now()):
        record(
            newcomer, UNMET, village.community, audience=Audience.COMMUNITY, community=village.community,
            to=[village.all[0]],
        )  # fmt: skip
    village.met(village.all[2], newcomer)
    unmet = roots()
    village.met(village.all[0], newcomer)
    assert (again, unmet, newcomer.pk in before) == (before, before, False)
    assert roots()[newcomer.pk] == 3


def test_a_meeting_of_more_than_thirty_makes_nobody_known():
    place = Village()
    crowd = place.people(31)
    place.met(place.founder, *crowd)
    place.met(place.founder, *crowd[:29])
    read()
    from comvir.memory.models import Acquaintance

    met = Acquaintance.objects.filter(kind=MET)
    assert (met.count(), set(met.values_list("units", flat=True))) == (435, {1000 // 29})


def test_a_message_nobody_ever_said_is_passed_over(village):
    village._do(village.all[0], "vouched", message(1))
    read()
    assert standings([1]) == {}
