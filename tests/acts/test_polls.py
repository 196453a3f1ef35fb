"""Deciding together: who may vote, what counts, what nobody is told."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comvir.conversation import acts
from comvir.conversation.ballots import ballots_of
from comvir.conversation.models import Choice, Message, Poll, Vote
from comvir.conversation.refusals import (
    AlreadyRemoved,
    CannotSpeakHere,
    NoSuchChoice,
    NotYourPoll,
    OneChoice,
    OutcomeTooLong,
    PollEndUnfit,
    PollOver,
    PollUnfit,
)
from comvir.journal.models import Deed
from comvir.lib import clock
from comvir.people import acts as people
from comvir.people.access import sight_of


def ask(town, *choices: str, several: bool = False, closes_at=None) -> Poll:
    """A poll of Ana's."""
    wish = acts.PollWish(choices or ("Sunday", "Monday"), several, closes_at)
    return acts.start(by=town.ana, community=town.petanque, text="Which day?", beside=acts.Beside(poll=wish)).poll


def choices_of(poll: Poll) -> list[int]:
    return list(poll.choices.order_by("place").values_list("pk", flat=True))


def counts(poll: Poll) -> list[int]:
    return [choice.votes.count() for choice in poll.choices.order_by("place")]


def seen(poll: Poll, person):
    message = Message.objects.select_related("author").get(pk=poll.message_id)
    return ballots_of([message], sight_of(person))[message.pk]


def test_a_vote_counts_once_and_can_be_changed_and_taken_back(town):
    poll = ask(town)
    sunday, monday = choices_of(poll)
    acts.vote(by=town.bo, poll=poll, choices=[sunday])
    acts.vote(by=town.bo, poll=poll, choices=[sunday])
    acts.vote(by=town.dan, poll=poll, choices=[sunday])
    assert counts(poll) == [2, 0]
    acts.vote(by=town.bo, poll=poll, choices=[monday])
    assert counts(poll) == [1, 1]
    acts.vote(by=town.bo, poll=poll, choices=[])
    assert counts(poll) == [1, 0]


def test_the_journal_tells_nobody_who_voted_for_what(town):
    poll = ask(town)
    acts.vote(by=town.bo, poll=poll, choices=choices_of(poll)[:1])
    deed = Deed.objects.latest("pk")
    assert (deed.verb, deed.object_type, deed.object_id) == ("voted", "conversation.message", poll.message_id)
    assert list(deed.to.all()) == []
    for other in (town.ana, town.gil, town.dan):
        assert deed.pk not in Deed.objects.seen_with(sight_of(other)).values_list("pk", flat=True)


@pytest.mark.parametrize(
    ("choose", "refusal"),
    [
        (lambda here, elsewhere: [elsewhere[0]], NoSuchChoice),
        (lambda here, elsewhere: [10**30], NoSuchChoice),
        (lambda here, elsewhere: here, OneChoice),
    ],
)
def test_what_is_no_answer_of_the_poll_is_refused_and_changes_nothing(town, choose, refusal):
    poll, other = ask(town), ask(town, "Red", "Blue")
    acts.vote(by=town.bo, poll=poll, choices=choices_of(poll)[:1])
    with pytest.raises(refusal):
        acts.vote(by=town.bo, poll=poll, choices=choose(choices_of(poll), choices_of(other)))
    assert (counts(poll), counts(other)) == ([1, 0], [0, 0])


def test_who_may_not_write_there_does_not_vote_nor_close(town):
    poll = ask(town)
    with pytest.raises(CannotSpeakHere):
        acts.vote(by=town.eve, poll=poll, choices=choices_of(poll)[:1])
    for other in (town.bo, town.eve, town.fay):
        with pytest.raises(NotYourPoll):
            acts.close_poll(by=other, poll=poll)
    assert Vote.objects.count() == 0
    assert acts.close_poll(by=town.gil, poll=poll, outcome="  On Sunday ").outcome == "On Sunday"


def test_a_poll_that_is_over_takes_no_vote_and_is_closed_once(town):
    poll = ask(town)
    acts.close_poll(by=town.ana, poll=poll)
    with pytest.raises(PollOver):
        acts.vote(by=town.bo, poll=poll, choices=choices_of(poll)[:1])
    with pytest.raises(PollOver):
        acts.close_poll(by=town.gil, poll=poll, outcome="Again")
    timed = ask(town, closes_at=clock.now() + timedelta(hours=1))
    acts.vote(by=town.bo, poll=timed, choices=choices_of(timed)[:1])
    with clock.clock_at(clock.now() + timedelta(hours=1)):
        with pytest.raises(PollOver):
            acts.vote(by=town.dan, poll=timed, choices=choices_of(timed)[:1])
        acts.close_poll(by=town.ana, poll=timed, outcome="So be it")
    assert counts(timed) == [1, 0]


def test_a_removed_question_is_voted_on_no_more(town):
    poll = ask(town)
    acts.remove(by=town.ana, message=poll.message)
    with pytest.raises(AlreadyRemoved):
        acts.vote(by=town.bo, poll=poll, choices=choices_of(poll)[:1])
    with pytest.raises(AlreadyRemoved):
        acts.close_poll(by=town.ana, poll=poll)


@pytest.mark.parametrize(
    "choices", [("Only one",), ("Red", " red "), ("Red", ""), ("x" * 121, "y"), tuple(map(str, range(13)))]
)
def test_a_poll_has_two_to_twelve_different_answers(town, choices):
    with pytest.raises(PollUnfit):
        ask(town, *choices)
    assert (Message.objects.count(), Choice.objects.count()) == (0, 0)


@pytest.mark.parametrize("days", [-1, 0, 91])
def test_a_poll_closes_within_ninety_days(town, days):
    moment = clock.now()
    with clock.clock_at(moment), pytest.raises(PollEndUnfit) as refused:
        ask(town, closes_at=moment + timedelta(days=days))
    assert refused.value.field == "closes_at"


def test_an_outcome_too_long_closes_nothing(town):
    poll = ask(town)
    with pytest.raises(OutcomeTooLong):
        acts.close_poll(by=town.ana, poll=poll, outcome="x" * 501)
    assert Poll.objects.get(pk=poll.pk).closed_at is None


def test_counts_are_told_to_who_has_voted_and_to_all_once_it_is_over(town):
    poll = ask(town)
    sunday, monday = choices_of(poll)
    acts.vote(by=town.bo, poll=poll, choices=[sunday])
    told = seen(poll, town.bo)
    assert (told.counts, told.voters, told.mine, told.may_close) == ({sunday: 1, monday: 0}, 1, {sunday}, False)
    for waiting in (town.ana, town.dan):
        assert (seen(poll, waiting).counts, seen(poll, waiting).voters) == (None, 0)
    acts.close_poll(by=town.ana, poll=poll)
    for anyone in (town.ana, town.dan):
        assert (seen(poll, anyone).counts, seen(poll, anyone).over) == ({sunday: 1, monday: 0}, True)


def test_what_was_left_behind_by_who_left_still_counts(town):
    poll = ask(town)
    acts.vote(by=town.bo, poll=poll, choices=choices_of(poll)[:1])
    people.leave(by=town.bo, community=town.petanque)
    with pytest.raises(CannotSpeakHere):
        acts.vote(by=town.bo, poll=poll, choices=[])
    assert counts(poll) == [1, 0]


BALLOTS = st.lists(st.tuples(st.integers(0, 3), st.sets(st.integers(0, 2))), max_size=12)


@pytest.mark.parametrize("several", [False, True])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ballots=BALLOTS)
def test_whatever_the_order_each_counts_as_they_voted_last(town, several, ballots):
    poll = ask(town, "Sunday", "Monday", "Never", several=several)
    choices, cast = choices_of(poll), (town.ana, town.bo, town.chloe, town.dan)
    last: dict[int, set[int]] = {}
    for who, wanted in ballots:
        try:
            acts.vote(by=cast[who], poll=poll, choices=[choices[place] for place in wanted])
        except OneChoice:
            assert len(wanted) > 1 and not several
        else:
            last[who] = wanted
    assert counts(poll) == [sum(place in wanted for wanted in last.values()) for place in range(3)]
    assert Vote.objects.filter(poll=poll).values("person").distinct().count() == sum(map(bool, last.values()))
