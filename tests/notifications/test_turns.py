"""Who is told that what they read has been corrected, confirmed or disputed since: once, and nobody who came after."""

from dataclasses import replace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comvir.conversation import acts
from comvir.conversation.models import Message
from comvir.journal.models import Deed
from comvir.journal.reading import catch_up, latest, rewind
from comvir.journal.verbs import ATTEST
from comvir.lib import clock
from comvir.memory.standing import Status, Turn
from comvir.notifications import desk, turns
from comvir.notifications.models import Notice
from comvir.notifications.queries import waiting_for
from comvir.notifications.readers import notices
from comvir.people import acts as people
from comvir.people.access import sight_of
from tests.people import belong


@pytest.fixture
def every_word_turns(monkeypatch):
    """Standing as if each word on a message turned it: who is told is asked here, not how words are weighed."""

    def turned(deeds):
        rows = Deed.objects.filter(pk__in=deeds, verb__in=ATTEST)
        whole = Turn(0, 0, 0, "", "", clock.now(), Status.UNVERIFIED, Status.CORROBORATED)
        return {row.pk: replace(whole, deed=row.pk, message=row.object_id) for row in rows}

    monkeypatch.setattr(turns, "turns_of", turned)


@pytest.fixture
def flash(town, every_word_turns) -> Message:
    """What Ana wrote, with nothing waiting for anybody."""
    message = acts.start(by=town.ana, community=town.petanque, text="The plane tree fell")
    catch_up(notices)
    Notice.objects.all().delete()
    return message


def read(person, message) -> None:
    desk.seen(by=person, thread_id=message.thread_id, message_id=message.pk, position=message.position)


def correct(message, text="It only leans") -> None:
    acts.edit(by=message.author, message=message, text=text, correction=True)


def told(message) -> list[str]:
    """Who was told that it turned, as often as they were told; what they have put away too."""
    catch_up(notices)
    rows = Notice.objects.filter(why="turned", deed__object_id=message.pk)
    return sorted(rows.values_list("person__name", flat=True))


def waiting(message) -> list[str]:
    catch_up(notices)
    rows = Notice.objects.filter(why="turned", deed__object_id=message.pk, settled_at=None)
    return sorted(rows.values_list("person__name", flat=True))


def test_who_read_before_is_told_once_and_who_came_after_is_not(town, flash):
    read(town.bo, flash)
    correct(flash)
    read(town.chloe, flash)
    assert told(flash) == ["Bo"]
    rewind(notices)
    assert told(flash) == ["Bo"]


def test_who_did_not_get_so_far_is_told_nothing(town, flash):
    answer = acts.answer(by=town.ana, thread=flash.thread, text="And the bench with it")
    read(town.bo, flash)
    read(town.chloe, answer)
    correct(answer)
    assert told(answer) == ["Chloe"]


def test_who_answered_passed_it_on_or_gave_their_word_is_told_too(town, flash):
    market = people.open_community(by=town.fay, name="Market", theme="neighbourhood", visibility="public")
    public = acts.start(by=town.fay, community=market, text="The road is shut")
    for person in (town.bo, town.chloe, town.dan, town.ana):
        belong(person, market)
    acts.answer(by=town.bo, thread=public.thread, text="Which one?")
    acts.attest(by=town.chloe, message=public, stance="saw")
    acts.pass_on(by=town.ana, message=public, community=town.petanque, text="To know")
    catch_up(notices)
    Notice.objects.all().delete()
    correct(public, "It is open")
    assert told(public) == ["Ana", "Bo", "Chloe"]


def test_what_was_answered_before_it_was_said_does_not_count(town, flash):
    acts.answer(by=town.bo, thread=flash.thread, text="Which tree?")
    later = acts.answer(by=town.ana, thread=flash.thread, text="The one by the well")
    acts.answer(by=town.chloe, thread=flash.thread, text="Oh")
    correct(later, "The other one")
    assert told(later) == ["Chloe"]


def test_who_makes_it_turn_is_not_told_and_its_author_is(town, flash):
    for person in (town.bo, town.chloe):
        read(person, flash)
    acts.attest(by=town.bo, message=flash, stance="saw")
    assert told(flash) == ["Ana", "Chloe"]
    # One notice of one deed: that it turned says more than that somebody spoke.
    assert set(Notice.objects.filter(deed__verb="vouched").values_list("why", flat=True)) == {"turned"}


def test_silence_is_silence(town, flash):
    for person in (town.bo, town.chloe, town.dan, town.nina):
        read(person, flash)
    desk.follow(by=town.bo, community=town.petanque, level="silence")
    desk.follow(by=town.chloe, community=town.petanque, thread_id=flash.thread_id, level="silence")
    desk.follow(by=town.dan, community=town.petanque, level="mentions")
    correct(flash)
    assert told(flash) == ["Dan", "Nina"]


def test_nobody_is_told_of_what_they_may_not_see(town, flash):
    for person in (town.bo, town.chloe, town.dan):
        read(person, flash)
    people.leave(by=town.bo, community=town.petanque)
    people.block(by=town.dan, other=town.ana)
    correct(flash)
    assert told(flash) == ["Chloe"]


def test_a_word_of_somebody_one_does_not_meet_is_told_without_them(town, flash):
    for person in (town.chloe, town.dan):
        read(person, flash)
    people.block(by=town.dan, other=town.bo)
    acts.attest(by=town.bo, message=flash, stance="saw")
    assert told(flash) == ["Ana", "Chloe", "Dan"]
    assert [notice.why for notice in waiting_for(sight_of(town.dan)) if notice.deed.verb == "vouched"] == ["turned"]


def test_a_huddle_keeps_what_turned_in_it(town, every_word_turns):
    message = acts.start(by=town.ana, community=town.petanque, huddle=town.huddle, text="Between us")
    read(town.bo, message)
    read(town.dan, message)
    correct(message)
    assert told(message) == ["Bo"]


def test_however_often_it_flips_one_notice_waits(town, flash):
    read(town.chloe, flash)
    for person in (town.bo, town.dan, town.nina):
        acts.attest(by=person, message=flash, stance="saw")
        assert waiting(flash).count("Chloe") == 1
    for person in (town.bo, town.dan):
        acts.take_back(by=person, message=flash)
    assert waiting(flash).count("Chloe") == 1
    assert Notice.objects.get(person=town.chloe, settled_at=None).deed == Deed.objects.latest("pk")


def test_a_correction_does_not_hide_behind_a_later_turn(town, flash):
    read(town.chloe, flash)
    correct(flash)
    correct(flash, "It leans a little")
    acts.attest(by=town.bo, message=flash, stance="saw")
    assert waiting(flash).count("Chloe") == 2


def test_a_mend_that_is_no_correction_is_told_to_nobody(town, flash):
    read(town.bo, flash)
    acts.edit(by=town.ana, message=flash, text="The plane tree fell.")
    assert told(flash) == []


def test_what_is_not_turned_is_told_to_nobody(town, monkeypatch):
    message = acts.start(by=town.ana, community=town.petanque, text="The plane tree fell")
    read(town.chloe, message)
    monkeypatch.setattr(turns, "turns_of", lambda deeds: {})
    acts.attest(by=town.bo, message=message, stance="saw")
    assert told(message) == []


NAMES = ["bo", "chloe", "dan", "nina"]
STEPS = st.tuples(
    st.sampled_from([*NAMES, "ana"]),
    st.sampled_from(["read", "answer", "vouch", "take back", "correct", "silence", "sound", "catch up"]),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=st.lists(STEPS, max_size=14))
def test_in_any_order_exactly_those_who_knew_it_before_are_told(town, flash, steps):
    """Worked out beside the reader: who knew, who is silent when it turns; the reader may come by at any time."""
    with transaction.atomic():
        knew, quiet, given, expected, corrections = {"ana"}, set[str](), set[str](), [], 0
        for name, step in steps:
            person, turned, before = getattr(town, name), False, latest()
            if step == "read" and name != "ana":
                catch_up(notices)
                read(person, flash)
                knew.add(name)
            elif step == "answer":
                acts.answer(by=person, thread=flash.thread, text="So")
                knew.add(name)
            elif step == "vouch" and name != "ana":
                acts.attest(by=person, message=flash, stance="saw")
                given.add(name)
                turned = True
            elif step == "take back" and name in given:
                acts.take_back(by=person, message=flash)
                given.discard(name)
                turned = True
            elif step == "correct" and name == "ana":
                corrections += 1
                correct(flash, f"Version {corrections}")
                turned = True
            elif step in ("silence", "sound"):
                catch_up(notices)
                desk.follow(by=person, community=town.petanque, level="silence" if step == "silence" else "")
                (quiet.add if step == "silence" else quiet.discard)(name)
            elif step == "catch up":
                catch_up(notices)
            # The same word twice is no deed, and turns nothing.
            if turned and latest() > before:
                expected += [other.capitalize() for other in knew - {name} - quiet]
                knew.add(name)
        assert told(flash) == sorted(expected)
        # Read again, levels are those of now.
        if not any(step in ("silence", "sound") for _name, step in steps):
            rewind(notices)
            assert told(flash) == sorted(expected)
        transaction.set_rollback(True)
