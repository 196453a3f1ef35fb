"""What is to be said later: private until then, said once, kept with the reason when it cannot be."""

from datetime import timedelta

import pytest
from django.db import transaction

from comvir.conversation import acts, desk
from comvir.conversation.context import Context
from comvir.conversation.desk import Place
from comvir.conversation.housekeeping import say_due
from comvir.conversation.later import say_kept, say_later
from comvir.conversation.models import Draft, Message, Poll
from comvir.conversation.refusals import (
    CannotSpeakHere,
    DueTooLate,
    DueTooSoon,
    NothingSaid,
    PollEndUnfit,
    SaidAlready,
    TooManyWaiting,
    ValidUntilPast,
)
from comvir.journal.models import Deed
from comvir.lib import clock
from comvir.people import acts as people

HOUR = timedelta(hours=1)


@pytest.fixture
def now():
    return clock.now()


def put(town, now, *, by=None, place=None, text="See you on Sunday", after=HOUR, **more) -> Draft:
    return say_later(by=by or town.ana, place=place or Place(town.petanque), text=text, due_at=now + after, **more)


def said() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("pk").values_list("author__name", "text"))


def at(moment, act=say_due):
    with clock.clock_at(moment):
        return act()


def test_it_is_said_when_its_time_has_come_and_not_before(town, now):
    deeds = Deed.objects.count()
    put(town, now)
    assert at(now + HOUR - timedelta(seconds=1)) == 0
    assert (said(), Deed.objects.count()) == ([], deeds)
    assert at(now + HOUR) == 1
    assert (said(), Draft.objects.count()) == ([("Ana", "See you on Sunday")], 0)
    assert at(now + 2 * HOUR) == 0
    assert (len(said()), Deed.objects.count()) == (1, deeds + 1)


def test_all_that_went_with_it_is_said_with_it(town, now):
    quoted = acts.start(by=town.bo, community=town.petanque, text="A plane tree fell")
    context = Context(kind="fact", place="Boulodrome", source_kind="person", source_name="Bo",
                      content_reference_time=now - HOUR)  # fmt: skip
    poll = acts.PollWish(("Sunday", "Monday"), True, now + 3 * HOUR)
    put(town, now, title="The tree", beside=acts.Beside(context=context, quotes=quoted, poll=poll))
    at(now + HOUR)
    message = Message.objects.latest("pk")
    assert (message.thread.title, message.context, message.quotes) == ("The tree", context, quoted)
    assert (message.poll.several, message.poll.closes_at) == (True, now + 3 * HOUR)
    assert [choice.words for choice in message.poll.choices.order_by("place")] == ["Sunday", "Monday"]


def test_an_answer_for_later_answers_the_message_it_was_written_to(town, now):
    opening = acts.start(by=town.bo, community=town.petanque, text="Who comes?")
    first = acts.answer(by=town.chloe, thread=opening.thread, text="I do")
    put(town, now, place=Place(town.petanque, None, opening.thread), text="Me too", in_reply_to=first.pk)
    at(now + HOUR)
    message = Message.objects.latest("pk")
    assert (message.thread, message.position, message.in_reply_to) == (opening.thread, 2, first)


def test_what_is_being_written_there_meanwhile_stays(town, now):
    put(town, now)
    desk.keep_draft(by=town.ana, community=town.petanque, text="Half a thought")
    at(now + HOUR)
    assert [draft.text for draft in Draft.objects.all()] == ["Half a thought"]
    put(town, now, after=2 * HOUR, text="Later")
    acts.start(by=town.ana, community=town.petanque, text="Now")
    assert [draft.text for draft in Draft.objects.all()] == ["Later"]


def test_several_wait_for_one_place_and_come_in_their_order(town, now):
    put(town, now, text="Second", after=2 * HOUR)
    put(town, now, text="First")
    assert at(now + 3 * HOUR, lambda: say_due(batch=1)) == 1
    assert at(now + 3 * HOUR, lambda: say_due(batch=1)) == 1
    assert said() == [("Ana", "First"), ("Ana", "Second")]


@pytest.mark.parametrize(
    ("leave", "place"),
    [
        (lambda town: people.leave(by=town.ana, community=town.petanque), lambda town, _: Place(town.petanque)),
        (lambda town: people.leave_huddle(by=town.ana, huddle=town.huddle),
         lambda town, _: Place(town.petanque, town.huddle)),
        (lambda town: people.block(by=town.bo, other=town.ana),
         lambda town, thread: Place(town.petanque, None, thread)),
        (lambda town: people.leave(by=town.ana, community=town.petanque),
         lambda town, thread: Place(town.petanque, None, thread)),
    ],
    ids=["left the circle", "left the huddle", "shut out by who asked", "left, of an answer"],
)  # fmt: skip
def test_what_can_no_longer_be_said_is_kept_with_the_reason(town, now, leave, place):
    thread = acts.start(by=town.bo, community=town.petanque, text="Who comes?").thread
    town.ana.account.language = "en"
    town.ana.account.save()
    put(town, now, place=place(town, thread))
    leave(town)
    before = said()
    assert at(now + HOUR) == 1
    kept = Draft.objects.get()
    assert (said(), kept.text, kept.due_at) == (before, "See you on Sunday", None)
    assert kept.trouble in (
        "One joins the circle before writing in it.",
        "You can no longer write in this conversation.",
    )
    assert at(now + 2 * HOUR) == 0


def test_the_reason_is_told_in_the_language_of_its_author(town, now):
    put(town, now)
    town.ana.account.language = "fr"
    town.ana.account.save()
    people.leave(by=town.ana, community=town.petanque)
    at(now + HOUR)
    assert Draft.objects.get().trouble == "On entre dans le cercle avant d’y écrire."


def test_a_poll_whose_end_has_passed_by_then_is_refused_when_it_is_put_away(town, now):
    poll = acts.Beside(poll=acts.PollWish(("Sunday", "Monday"), False, now + HOUR / 2))
    with pytest.raises(PollEndUnfit):
        put(town, now, beside=poll)


def test_one_that_comes_too_late_is_kept_while_the_others_are_said(town, now):
    town.ana.account.language = "en"
    town.ana.account.save()
    poll = acts.Beside(poll=acts.PollWish(("Sunday", "Monday"), False, now + 2 * HOUR))
    put(town, now, text="Which day?", beside=poll)
    put(town, now, text="In time", after=2 * HOUR)
    # The house was closed for a while.
    assert at(now + 3 * HOUR) == 2
    assert (said(), Poll.objects.count()) == ([("Ana", "In time")], 0)
    kept = Draft.objects.get()
    assert (kept.text, kept.trouble) == ("Which day?", "Choose a moment to come, within 90 days, or none.")


def test_what_breaks_is_tried_again_and_holds_up_nobody(town, now, monkeypatch):
    put(town, now, text="Breaks")
    put(town, now, text="Holds", after=2 * HOUR)
    start = acts.start

    def breaking(**what):
        if what["text"] == "Breaks":
            raise RuntimeError("a disk, say")
        return start(**what)

    with monkeypatch.context() as patch:
        patch.setattr("comvir.conversation.later.acts.start", breaking)
        assert at(now + 3 * HOUR) == 1
    assert said() == [("Ana", "Holds")]
    assert at(now + 3 * HOUR) == 1
    assert said() == [("Ana", "Holds"), ("Ana", "Breaks")]


def test_a_crash_half_way_leaves_neither_a_word_too_many_nor_too_few(town, now, monkeypatch):
    put(town, now)

    def crash(*_args, **_kwargs):
        raise KeyboardInterrupt

    # After the message was written and its draft thrown away, before the deed.
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("comvir.conversation.acts.saying.record_here", crash)
        at(now + HOUR)
    assert (said(), Draft.objects.count()) == ([], 1)
    at(now + HOUR)
    assert (said(), Draft.objects.count()) == ([("Ana", "See you on Sunday")], 0)


def test_of_two_who_say_it_the_second_finds_it_said(town, now):
    draft = put(town, now)
    assert say_kept(draft.pk, by=town.bo) is None
    assert say_kept(draft.pk, by=town.ana).text == "See you on Sunday"
    assert say_kept(draft.pk, by=town.ana) is None
    # One who had looked before the other was done: the draft goes with the act, or the act does not happen.
    with pytest.raises(SaidAlready), transaction.atomic():
        acts.start(by=town.ana, community=town.petanque, text="See you on Sunday", draft=draft.pk)
    with pytest.raises(SaidAlready):
        put(town, now, draft=draft)
    assert len(said()) == 1


@pytest.mark.parametrize(
    ("what", "refusal"),
    [
        ({"after": timedelta(0)}, DueTooSoon),
        ({"after": timedelta(days=367)}, DueTooLate),
        ({"text": " "}, NothingSaid),
    ],
)
def test_what_cannot_be_put_away_leaves_what_was_begun(town, now, what, refusal):
    desk.keep_draft(by=town.ana, community=town.petanque, text="Half a thought")
    with clock.clock_at(now), pytest.raises(refusal):
        put(town, now, **what)
    assert [(draft.text, draft.due_at) for draft in Draft.objects.all()] == [("Half a thought", None)]


def test_a_flash_that_would_be_over_is_not_put_away(town, now):
    flash = acts.Beside(context=Context(kind="flash", valid_until=now + HOUR / 2))
    with pytest.raises(ValidUntilPast):
        put(town, now, beside=flash)


def test_nothing_is_put_away_where_one_cannot_write(town, now):
    for by, place in ((town.eve, Place(town.petanque)), (town.chloe, Place(town.petanque, town.huddle))):
        with pytest.raises(CannotSpeakHere):
            put(town, now, by=by, place=place)
    assert Draft.objects.count() == 0


def test_fifty_wait_at_most_and_those_can_still_be_changed(town, now, monkeypatch):
    monkeypatch.setattr("comvir.conversation.later.MOST_WAITING", 2)
    first = put(town, now)
    put(town, now)
    with pytest.raises(TooManyWaiting):
        put(town, now)
    assert put(town, now, text="Changed", draft=first).pk == first.pk
    assert put(town, now, by=town.bo).by == town.bo


def test_pictures_that_papers_need_are_known(town, now):
    put(town, now, beside=acts.Beside(pictures=[]))
    desk.keep_draft(by=town.bo, community=town.petanque, text="Look", fields={"picture": ["7", "8"]})
    assert desk.pictures_kept([7, 9]) == {7}
