"""Saying that one met somebody: it counts once both say so, and either can take it back."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comvir.journal.models import Deed
from comvir.lib import clock
from comvir.lib.refusals import Refusal
from comvir.people import acts
from comvir.people.models import Meeting, Person
from comvir.people.refusals import (
    AlreadyAnswered,
    AlreadySaid,
    MembersOnly,
    NotInThisCircle,
    NotYourMeeting,
    NotYourself,
    WrongDay,
)


def yesterday() -> date:
    return clock.now().date() - timedelta(days=1)


def say(town, by, person, on=None):
    return acts.say_met(by=by, community=town.petanque, person=person, on=on or yesterday())


def deeds() -> list[tuple[str, str, str, list[str]]]:
    """Of the deeds on meetings: who, what, for whom, told to whom."""
    rows = Deed.objects.filter(object_type="people.meeting").order_by("pk")
    return [(row.actor.name, row.verb, row.audience, [one.name for one in row.to.order_by("name")]) for row in rows]


def test_it_counts_once_both_say_so(town):
    meeting = say(town, town.ana, town.bo)
    assert (meeting.agreed_at, deeds()) == (None, [("Ana", "said_they_met", "named", ["Bo"])])
    acts.agree_met(by=town.bo, meeting=meeting)
    assert deeds()[1:] == [("Bo", "met", "community", ["Ana"])]
    assert Meeting.objects.get().agreed_at is not None


def test_saying_so_of_a_day_the_other_said_is_agreeing(town):
    first = say(town, town.ana, town.bo)
    assert say(town, town.bo, town.ana).pk == first.pk
    assert [deed[:2] for deed in deeds()] == [("Ana", "said_they_met"), ("Bo", "met")]
    for by, person in ((town.ana, town.bo), (town.bo, town.ana)):
        with pytest.raises(AlreadySaid):
            say(town, by, person)
    assert Meeting.objects.count() == 1


def test_another_day_is_another_meeting(town):
    say(town, town.ana, town.bo)
    with pytest.raises(AlreadySaid):
        say(town, town.ana, town.bo)
    say(town, town.ana, town.bo, yesterday() - timedelta(days=1))
    assert Meeting.objects.count() == 2


def test_only_the_one_who_was_asked_agrees_and_once(town):
    meeting = say(town, town.ana, town.bo)
    for other in (town.ana, town.dan, town.gil):
        with pytest.raises(NotYourMeeting):
            acts.agree_met(by=other, meeting=meeting)
    acts.agree_met(by=town.bo, meeting=meeting)
    with pytest.raises(AlreadyAnswered):
        acts.agree_met(by=town.bo, meeting=meeting)
    with pytest.raises(NotYourMeeting):
        acts.unsay_met(by=town.dan, meeting=meeting)


def test_what_was_never_agreed_ends_between_the_two(town):
    meeting = say(town, town.ana, town.bo)
    acts.unsay_met(by=town.bo, meeting=meeting)
    assert deeds()[1:] == [("Bo", "unmet", "named", ["Ana"])]
    assert Deed.objects.latest("pk").undoes == Deed.objects.get(verb="said_they_met")
    with pytest.raises(AlreadyAnswered):
        acts.unsay_met(by=town.ana, meeting=meeting)


def test_what_was_agreed_ends_where_it_was_known(town):
    meeting = say(town, town.ana, town.bo)
    acts.agree_met(by=town.bo, meeting=meeting)
    acts.unsay_met(by=town.ana, meeting=meeting)
    assert deeds()[2:] == [("Ana", "unmet", "community", ["Bo"])]
    assert Deed.objects.latest("pk").undoes == Deed.objects.get(verb="met")


def test_who_said_no_may_say_yes_after_all_and_nobody_for_them(town):
    meeting = say(town, town.ana, town.bo)
    acts.unsay_met(by=town.bo, meeting=meeting)
    with pytest.raises(AlreadySaid):
        say(town, town.ana, town.bo)
    acts.agree_met(by=town.bo, meeting=meeting)
    meeting.refresh_from_db()
    assert (meeting.agreed_at is not None, meeting.denied_at) == (True, None)
    acts.unsay_met(by=town.bo, meeting=meeting)
    assert say(town, town.bo, town.ana).pk == meeting.pk
    assert [deed[1] for deed in deeds()] == ["said_they_met", "unmet", "met", "unmet", "met"]


def test_who_took_it_back_can_say_it_again_and_the_other_is_asked_again(town):
    meeting = say(town, town.ana, town.bo)
    acts.unsay_met(by=town.ana, meeting=meeting)
    with pytest.raises(AlreadyAnswered):
        acts.agree_met(by=town.bo, meeting=meeting)
    assert say(town, town.ana, town.bo).pk == meeting.pk
    acts.agree_met(by=town.bo, meeting=meeting)
    assert [deed[1] for deed in deeds()] == ["said_they_met", "unmet", "said_they_met", "met"]


@pytest.mark.parametrize(("days", "fits"), [(0, True), (1, True), (2, False), (-366, True), (-367, False)])
def test_a_day_of_the_last_year(town, days, fits):
    day = clock.now().date() + timedelta(days=days)
    if fits:
        assert say(town, town.ana, town.bo, day).on == day
    else:
        with pytest.raises(WrongDay):
            say(town, town.ana, town.bo, day)


def test_two_members_of_the_circle_and_nobody_else(town):
    for by, person, refusal in [
        (town.eve, town.ana, MembersOnly),
        (town.ana, town.eve, NotInThisCircle),
        (town.ana, town.ana, NotYourself),
    ]:
        with pytest.raises(refusal):
            say(town, by, person)
    assert say(town, town.nina, town.ana).with_person == town.ana


def test_who_has_left_says_nothing_more_and_agrees_to_nothing_but_can_take_back(town):
    agreed = say(town, town.ana, town.bo)
    acts.agree_met(by=town.bo, meeting=agreed)
    asked = say(town, town.chloe, town.bo)
    acts.leave(by=town.bo, community=town.petanque)
    with pytest.raises(MembersOnly):
        acts.agree_met(by=town.bo, meeting=asked)
    with pytest.raises(MembersOnly):
        say(town, town.bo, town.dan)
    with pytest.raises(NotInThisCircle):
        say(town, town.dan, town.bo)
    acts.unsay_met(by=town.bo, meeting=agreed)
    assert deeds()[-1] == ("Bo", "unmet", "community", ["Ana"])


def test_a_block_ends_asking_and_tells_nobody(town):
    asked = say(town, town.ana, town.bo)
    agreed = say(town, town.ana, town.dan)
    acts.agree_met(by=town.dan, meeting=agreed)
    acts.block(by=town.bo, other=town.ana)
    acts.block(by=town.ana, other=town.dan)
    with pytest.raises(NotYourMeeting):
        acts.agree_met(by=town.bo, meeting=asked)
    with pytest.raises(MembersOnly):
        say(town, town.bo, town.ana)
    acts.unsay_met(by=town.dan, meeting=agreed)
    assert deeds()[-1] == ("Dan", "unmet", "community", [])


def test_others_see_what_both_agreed_and_nothing_else(town):
    asked = say(town, town.ana, town.bo)
    agreed = say(town, town.ana, town.dan)
    acts.agree_met(by=town.dan, meeting=agreed)

    def seen(person: Person | None) -> set[int]:
        return set(Meeting.objects.visible_to(person).values_list("pk", flat=True))

    assert seen(town.ana) == {asked.pk, agreed.pk}
    assert seen(town.bo) == {asked.pk, agreed.pk}
    assert seen(town.chloe) == {agreed.pk}
    assert seen(town.eve) == seen(town.fay) == seen(None) == set()
    acts.block(by=town.chloe, other=town.dan)
    assert seen(town.chloe) == set()


MOVES = st.tuples(st.sampled_from(["ana", "bo"]), st.sampled_from(["say", "yes", "no"]))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(moves=st.lists(MOVES, max_size=7))
def test_whatever_the_order_they_met_when_the_last_word_of_both_is_that_they_did(town, moves):
    """Worked out beside the acts: the last word of each. Who asked and takes it back asks anew."""
    from django.db import transaction

    with transaction.atomic():
        words: dict[str, bool] = {}
        for name, move in moves:
            by, other = getattr(town, name), town.bo if name == "ana" else town.ana
            meeting = Meeting.objects.order_by("-said_at", "-pk").first()
            try:
                with transaction.atomic():
                    if move == "say":
                        say(town, by, other)
                    elif meeting is not None:
                        (acts.agree_met if move == "yes" else acts.unsay_met)(by=by, meeting=meeting)
                    else:
                        continue
            except Refusal:
                continue
            if move == "no":
                assert meeting is not None
                words = {**words, name: False} if meeting.with_person == by else {name: False}
            else:
                words[name] = True
        agreed = Meeting.objects.exclude(agreed_at=None).count()
        assert agreed == (1 if words.get("ana") and words.get("bo") else 0)
        last = Deed.objects.filter(object_type="people.meeting").order_by("pk").last()
        assert (last is not None and last.verb == "met") == (agreed == 1)
        transaction.set_rollback(True)
