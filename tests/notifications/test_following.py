"""Who hears of what, by the level they chose; and how far somebody has read."""

import pytest

from comvir.conversation import acts
from comvir.conversation.models import Thread
from comvir.journal.reading import catch_up, rewind
from comvir.journal.record import deed_of, record_many
from comvir.notifications import desk
from comvir.notifications.models import Follow, Notice, Seen
from comvir.notifications.queries import all_levels, chosen_level, hears, news_followed, read_to, something_waits
from comvir.notifications.readers import notices
from comvir.people import acts as people
from comvir.people.access import sight_of
from tests.people import belong


@pytest.fixture
def quiet(town):
    """The town, with nothing waiting for anybody."""
    catch_up(notices)
    Notice.objects.all().delete()
    return town


def told() -> set[tuple[str, str, str]]:
    """Who was told of which deed, and why."""
    catch_up(notices)
    return {(notice.person.name, notice.deed.verb, notice.why) for notice in Notice.objects.all()}


def ask(town, text="Who comes?", **how) -> Thread:
    return acts.start(by=town.ana, community=town.petanque, text=text, **how).thread


@pytest.mark.parametrize(
    ("level", "heard"),
    [
        ("", {("Ana", "said", "addressed"), ("Ana", "said", "named")}),
        ("answers", {("Ana", "said", "addressed"), ("Ana", "said", "named")}),
        ("mentions", {("Ana", "said", "named")}),
        ("silence", set()),
    ],
)
def test_one_hears_what_one_chose(quiet, level, heard):
    desk.follow(by=quiet.ana, community=quiet.petanque, level=level)
    thread = ask(quiet)
    acts.answer(by=quiet.bo, thread=thread, text="I do")
    acts.start(by=quiet.bo, community=quiet.petanque, text="@ana come")
    acts.start(by=quiet.bo, community=quiet.petanque, text="Nobody in particular")
    assert told() == heard


def test_the_choice_for_a_thread_counts_more_than_that_for_the_circle(quiet):
    loud, silent = ask(quiet), ask(quiet)
    desk.follow(by=quiet.ana, community=quiet.petanque, level="silence")
    desk.follow(by=quiet.ana, community=quiet.petanque, thread_id=loud.pk, level="answers")
    acts.answer(by=quiet.bo, thread=loud, text="I do")
    acts.answer(by=quiet.dan, thread=silent, text="I do")
    assert told() == {("Ana", "said", "addressed")}
    assert Notice.objects.get().deed.actor == quiet.bo


def test_silence_mutes_talk_and_neither_requests_nor_welcomes(quiet):
    desk.follow(by=quiet.gil, community=quiet.petanque, level="silence")
    request = people.ask_to_join(by=quiet.eve, community=quiet.petanque, answers="To play")
    acts.write_to_stewards(by=quiet.eve, request=request, text="Hello")
    acts.start(by=quiet.ana, community=quiet.petanque, text="@gil come")
    assert told() == {("Gil", "asked_to_join", "addressed"), ("Gil", "said", "addressed")}


def test_who_follows_a_circle_hears_of_each_thread_once_until_it_is_read(quiet):
    desk.follow(by=quiet.chloe, community=quiet.petanque, level="everything")
    first, second = ask(quiet), ask(quiet)
    acts.answer(by=quiet.bo, thread=first, text="I do")
    assert told() == {("Chloe", "said", "followed"), ("Ana", "said", "addressed")}
    waiting = news_followed(sight_of(quiet.chloe))
    assert [(notice.thread_id, notice.deed.actor.name) for notice in waiting] == [
        (second.pk, "Ana"), (first.pk, "Ana")
    ]  # fmt: skip
    assert not something_waits(sight_of(quiet.chloe))


def test_what_is_read_waits_no_more_and_what_comes_after_does(quiet):
    desk.follow(by=quiet.chloe, community=quiet.petanque, level="everything")
    thread = ask(quiet)
    catch_up(notices)
    last = acts.answer(by=quiet.bo, thread=thread, text="I do")
    desk.seen(by=quiet.chloe, thread_id=thread.pk, message_id=last.pk, position=1)
    catch_up(notices)
    assert news_followed(sight_of(quiet.chloe)) == []
    later = acts.answer(by=quiet.dan, thread=thread, text="So do I")
    catch_up(notices)
    assert [notice.deed.object_id for notice in news_followed(sight_of(quiet.chloe))] == [later.pk]


def test_who_follows_one_thread_hears_of_that_one_only(quiet):
    one, other = ask(quiet), ask(quiet)
    desk.follow(by=quiet.chloe, community=quiet.petanque, thread_id=one.pk, level="everything")
    for thread in (one, other):
        acts.answer(by=quiet.bo, thread=thread, text="I do")
    told()
    assert [notice.thread_id for notice in Notice.objects.filter(person=quiet.chloe)] == [one.pk]


def test_a_thread_one_left_to_answers_stays_quiet_in_a_circle_one_follows(quiet):
    desk.follow(by=quiet.chloe, community=quiet.petanque, level="everything")
    thread = ask(quiet)
    desk.follow(by=quiet.chloe, community=quiet.petanque, thread_id=thread.pk, level="answers")
    told()
    Notice.objects.all().delete()
    acts.answer(by=quiet.bo, thread=thread, text="I do")
    assert told() == {("Ana", "said", "addressed")}


def test_following_shows_nothing_one_may_not_see(quiet):
    for somebody in (quiet.bo, quiet.chloe, quiet.dan):
        desk.follow(by=somebody, community=quiet.petanque, level="everything")
    people.block(by=quiet.dan, other=quiet.ana)
    people.leave(by=quiet.chloe, community=quiet.petanque)
    ask(quiet)
    ask(quiet, huddle=quiet.huddle)
    told()
    assert {(one.person.name, one.deed.audience) for one in Notice.objects.filter(why="followed")} == {
        ("Bo", "community"), ("Bo", "huddle")
    }  # fmt: skip


def test_what_an_archive_brings_is_announced_to_nobody(quiet):
    from django.db import transaction

    from comvir.lib import clock

    desk.follow(by=quiet.chloe, community=quiet.petanque, level="everything")
    message = acts.start(by=quiet.ana, community=quiet.petanque, text="Long ago")
    with transaction.atomic():
        record_many(
            [
                deed_of(
                    quiet.bo, "said", message, audience="community", community=quiet.petanque,
                    context=message.thread, happened_at=clock.now().replace(year=2009),
                )
            ]
        )  # fmt: skip
    told()
    assert [notice.deed.actor for notice in Notice.objects.filter(person=quiet.chloe)] == [quiet.ana]


def test_reading_the_journal_again_doubles_nothing(quiet):
    desk.follow(by=quiet.chloe, community=quiet.petanque, level="everything")
    desk.follow(by=quiet.dan, community=quiet.petanque, level="everything")
    thread = ask(quiet)
    acts.answer(by=quiet.bo, thread=thread, text="@nina come")
    told()
    desk.settle(by=quiet.dan, notice_ids=[notice.pk for notice in quiet.dan.notices.all()])
    acts.answer(by=quiet.bo, thread=ask(quiet), text="I do")

    def state():
        catch_up(notices)
        recent = Notice.objects.filter(deed__object_type="conversation.message")
        return sorted(recent.values_list("person__name", "deed_id", "why", "settled_at"), key=repr)

    before = state()
    assert len(before) == 7
    rewind(notices)
    assert state() == before
    Notice.objects.filter(settled_at=None).delete()
    rewind(notices)
    assert state() == before


def test_following_begins_with_what_is_said_after(quiet):
    ask(quiet)
    desk.follow(by=quiet.chloe, community=quiet.petanque, level="everything")
    assert told() == set()
    rewind(notices)
    assert {one for one in told() if one[2] == "followed"} == set()


def test_a_level_is_chosen_changed_and_left_to_what_is_usual(quiet):
    thread = ask(quiet)
    assert (chosen_level(quiet.bo.pk, quiet.petanque.pk), hears(quiet.bo.pk, quiet.petanque.pk, thread.pk)) == ("", "")
    desk.follow(by=quiet.bo, community=quiet.petanque, level="everything")
    chosen = Follow.objects.get().chosen_at
    desk.follow(by=quiet.bo, community=quiet.petanque, level="everything")
    assert Follow.objects.get().chosen_at == chosen
    assert hears(quiet.bo.pk, quiet.petanque.pk, thread.pk) == "everything"
    desk.follow(by=quiet.bo, community=quiet.petanque, thread_id=thread.pk, level="silence")
    assert hears(quiet.bo.pk, quiet.petanque.pk, thread.pk) == "silence"
    assert chosen_level(quiet.bo.pk, quiet.petanque.pk) == "everything"
    assert [(row.thread_id, row.level) for row in all_levels(quiet.bo.pk)] == [
        (thread.pk, "silence"), (None, "everything")
    ]  # fmt: skip
    desk.follow(by=quiet.bo, community=quiet.petanque, thread_id=thread.pk, level="")
    assert hears(quiet.bo.pk, quiet.petanque.pk, thread.pk) == "everything"
    with pytest.raises(ValueError, match="loud"):
        desk.follow(by=quiet.bo, community=quiet.petanque, level="loud")


def test_one_never_reads_less(quiet):
    def mark(message, position):
        return desk.seen(by=quiet.bo, thread_id=7, message_id=message, position=position)

    assert [mark(71, 3), mark(70, 2), mark(71, 3), mark(75, 9)] == [True, False, False, True]
    assert [(seen.message_id, seen.position) for seen in Seen.objects.all()] == [(75, 9)]
    assert read_to(quiet.bo.pk, [7, 8]) == {7: 9}
    assert read_to(quiet.bo.pk, []) == {}
    assert read_to(quiet.ana.pk, [7]) == {}


def test_what_was_passed_on_is_news_where_it_came_to(quiet):
    market = people.open_community(by=quiet.fay, name="Market", theme="neighbourhood")
    belong(quiet.ana, market)
    desk.follow(by=quiet.fay, community=market, level="everything")
    message = acts.start(by=quiet.ana, community=quiet.petanque, text="Stalls")
    acts.pass_on(by=quiet.ana, message=message, community=market, text="From our circle")
    told()
    assert [(one.deed.verb, one.why) for one in Notice.objects.filter(person=quiet.fay, why="followed")] == [
        ("passed_on", "followed")
    ]


def test_what_moves_on_a_desk_is_noted_so_that_a_kept_page_is_made_anew(quiet):
    thread = ask(quiet)
    acts.answer(by=quiet.bo, thread=thread, text="I do")
    catch_up(notices)
    moves = [
        lambda: desk.seen(by=quiet.ana, thread_id=thread.pk, message_id=thread.messages.get(position=1).pk, position=1),
        lambda: desk.follow(by=quiet.ana, community=quiet.petanque, level="silence"),
        lambda: desk.follow(by=quiet.ana, community=quiet.petanque, level=""),
        lambda: desk.settle(by=quiet.ana, notice_ids=list(quiet.ana.notices.values_list("pk", flat=True))),
    ]
    for move in moves:
        before = quiet.ana.desk
        move()
        quiet.ana.refresh_from_db()
        assert quiet.ana.desk > before
