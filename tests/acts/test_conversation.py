"""What happens to words: said, answered, edited, removed, restored."""

from datetime import timedelta

import pytest

from comvir.conversation import acts
from comvir.conversation.housekeeping import erase_removed, refresh_html
from comvir.conversation.models import Draft, Message, Thread
from comvir.conversation.refusals import CannotSpeakHere, MessageTooLong, NothingSaid, NotYours, TooLateToRestore
from comvir.journal.models import Deed
from comvir.lib import clock
from comvir.people import acts as people
from comvir.people.models import Role
from tests.people import belong


def read_journal(after: int = 0):
    return [(deed.actor.name, deed.verb, deed.object_type) for deed in Deed.objects.filter(pk__gt=after).order_by("pk")]


def last_deed() -> Deed:
    return Deed.objects.latest("pk")


def test_an_answer_takes_the_next_place_and_is_one_deed(town):
    opening = acts.start(by=town.ana, community=town.petanque, text="Who comes on Sunday?")
    before = last_deed().pk
    answer = acts.answer(by=town.bo, thread=opening.thread, text="I do")
    thread = Thread.objects.get(pk=opening.thread_id)
    assert (answer.position, thread.last_position, thread.answers, thread.last_at) == (1, 1, 1, answer.written_at)
    assert read_journal(before) == [("Bo", "said", "conversation.message")]
    assert list(last_deed().to.all()) == [town.ana]
    assert (last_deed().context_type, last_deed().context_id) == ("conversation.thread", thread.pk)


def test_the_title_is_made_of_the_first_words_when_none_is_given(town):
    opening = acts.start(by=town.ana, community=town.petanque, text="**A plane tree** fell on the lower path.")
    assert opening.thread.title == "A plane tree fell on the lower path."


def test_who_does_not_belong_cannot_speak(town):
    thread = acts.start(by=town.ana, community=town.petanque, text="Hello").thread
    before = last_deed().pk
    for speak in (
        lambda: acts.answer(by=town.eve, thread=thread, text="Me too"),
        lambda: acts.start(by=town.eve, community=town.petanque, text="Hello"),
        lambda: acts.start(by=town.chloe, community=town.petanque, huddle=town.huddle, text="Hello"),
    ):
        with pytest.raises(CannotSpeakHere):
            speak()
    assert read_journal(before) == []


def test_only_people_who_can_read_are_named(town):
    text = "Ask @ana, @chloe, @eve and @nobody"
    message = acts.start(by=town.bo, community=town.petanque, huddle=town.huddle, text=text)
    assert [mention.person for mention in message.mentions.all()] == [town.ana]
    assert message.html.count("<a ") == 1
    assert 'href="/p/ana/"' in message.html


def test_a_named_person_who_blocked_the_writer_is_not_told(town):
    people.block(by=town.chloe, other=town.bo)
    message = acts.start(by=town.bo, community=town.petanque, text="@chloe @ana come")
    assert list(last_deed().to.all()) == [town.ana]
    assert message.mentions.count() == 1


def test_an_edit_keeps_the_earlier_wording(town):
    message = acts.start(by=town.ana, community=town.petanque, title="Sunday", text="At three")
    acts.edit(by=town.ana, message=message, text="At four", title="Next Sunday")
    message.refresh_from_db()
    assert (message.text, message.thread.title) == ("At four", "Next Sunday")
    assert [(old.title, old.text, old.html) for old in message.revisions.all()] == [
        ("Sunday", "At three", "<p>At three</p>")
    ]
    assert last_deed().verb == "edited"


def test_an_edit_that_changes_nothing_is_no_deed(town):
    message = acts.start(by=town.ana, community=town.petanque, text="At three")
    before = last_deed().pk
    acts.edit(by=town.ana, message=message, text=" At three ")
    assert read_journal(before) == []
    assert message.revisions.count() == 0


def test_nobody_edits_or_removes_the_words_of_another(town):
    message = acts.start(by=town.ana, community=town.petanque, text="Mine")
    with pytest.raises(NotYours):
        acts.edit(by=town.gil, message=message, text="Not yours")
    with pytest.raises(NotYours):
        acts.remove(by=town.gil, message=message)
    assert Message.objects.get(pk=message.pk).text == "Mine"


def test_a_removal_is_taken_back_within_a_day(town, monkeypatch):
    thread = acts.start(by=town.ana, community=town.petanque, text="Hello").thread
    message = acts.answer(by=town.bo, thread=thread, text="Too quick")
    acts.remove(by=town.bo, message=message)
    assert Thread.objects.get(pk=thread.pk).answers == 0
    acts.restore(by=town.bo, message=message)
    assert Thread.objects.get(pk=thread.pk).answers == 1
    assert last_deed().undoes.verb == "removed"

    acts.remove(by=town.bo, message=message)
    later = clock.now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(TooLateToRestore):
        acts.restore(by=town.bo, message=message)


@pytest.mark.parametrize(("text", "refusal"), [("  \n\u200e\x00", NothingSaid), ("x" * 20_001, MessageTooLong)])
def test_empty_and_endless_messages_are_refused(town, text, refusal):
    if refusal is NothingSaid:
        text = text.replace("\u200e", "")
    with pytest.raises(refusal):
        acts.start(by=town.ana, community=town.petanque, text=text)
    assert Thread.objects.count() == 0


def test_saying_it_clears_the_draft_of_that_place_only(town):
    from comvir.conversation import desk

    thread = acts.start(by=town.ana, community=town.petanque, text="Hello").thread
    desk.keep_draft(by=town.bo, community=town.petanque, thread=thread, text="I th")
    desk.keep_draft(by=town.bo, community=town.petanque, text="Another")
    acts.answer(by=town.bo, thread=thread, text="I think so")
    assert [draft.text for draft in Draft.objects.all()] == ["Another"]


def test_a_public_circle_makes_public_threads(town):
    market = people.open_community(by=town.fay, name="Market", theme="neighbourhood", visibility="public")
    assert acts.start(by=town.fay, community=market, text="Open").thread.audience == "public"
    assert last_deed().audience == "public"


def test_who_has_left_may_mend_their_words_and_calls_nobody_with_them(town):
    message = acts.start(by=town.bo, community=town.petanque, text="Hello")
    people.part_with(by=town.gil, community=town.petanque, person=town.bo)
    acts.edit(by=town.bo, message=message, text="Hello @ana")
    assert (last_deed().verb, list(last_deed().to.all())) == ("edited", [])


def test_only_the_applicant_and_the_stewards_speak_about_a_request(town):
    request = people.ask_to_join(by=town.eve, community=town.petanque, answers="To play")
    thread = acts.write_to_stewards(by=town.eve, request=request, text="Between us").thread
    with pytest.raises(CannotSpeakHere):
        acts.answer(by=town.bo, thread=thread, text="I am listening")


def test_a_steward_who_blocked_the_applicant_hears_nothing_of_the_request(town):
    belong(town.fay, town.petanque, Role.STEWARD)
    people.block(by=town.fay, other=town.eve)
    request = people.ask_to_join(by=town.eve, community=town.petanque, answers="To play")
    letter = acts.write_to_stewards(by=town.gil, request=request, text="Tell us more")
    assert list(last_deed().to.all()) == [town.eve]
    assert not Thread.objects.visible_to(town.fay).filter(pk=letter.thread_id).exists()
    assert Thread.objects.visible_to(town.gil).filter(pk=letter.thread_id).exists()


def test_a_day_after_it_was_removed_nothing_of_a_message_is_left(town):
    opening = acts.start(by=town.ana, community=town.petanque, title="Too hasty", text="I regret @bo")
    acts.edit(by=town.ana, message=opening, text="I regret it, @bo", title="Too hasty still")
    kept = acts.answer(by=town.bo, thread=opening.thread, text="No harm done")
    acts.remove(by=town.ana, message=opening)
    assert erase_removed() == 0
    with clock.clock_at(clock.now() + timedelta(days=1, minutes=1)):
        assert (erase_removed(), erase_removed()) == (1, 0)
    opening = Message.objects.select_related("thread").get(pk=opening.pk)
    assert (opening.text, opening.html, opening.thread.title) == ("", "", "")
    assert (opening.revisions.count(), opening.mentions.count()) == (0, 0)
    assert Message.objects.get(pk=kept.pk).text == "No harm done"


def test_html_of_an_older_sanitiser_is_made_anew(town):
    message = acts.start(by=town.ana, community=town.petanque, text="**Hello**")
    Message.objects.filter(pk=message.pk).update(html="", sanitiser="0")
    assert (refresh_html(), refresh_html()) == (1, 0)
    assert Message.objects.get(pk=message.pk).html == "<p><strong>Hello</strong></p>"


def test_an_applicant_writes_while_waiting_and_no_more_after_a_refusal(town):
    request = people.ask_to_join(by=town.eve, community=town.petanque, answers="I play")
    acts.write_to_stewards(by=town.eve, request=request, text="Hello")
    people.decline_request(by=town.gil, request=request)
    with pytest.raises(CannotSpeakHere):
        acts.write_to_stewards(by=town.eve, request=request, text="But why?")
    assert acts.write_to_stewards(by=town.gil, request=request, text="See you at the fête").position == 1


def test_who_was_let_in_and_shown_out_writes_to_the_stewards_no_more(town):
    request = people.ask_to_join(by=town.eve, community=town.petanque, answers="I play")
    people.accept_request(by=town.gil, request=request)
    assert acts.write_to_stewards(by=town.eve, request=request, text="Thank you").position == 0
    people.part_with(by=town.gil, community=town.petanque, person=town.eve)
    with pytest.raises(CannotSpeakHere):
        acts.write_to_stewards(by=town.eve, request=request, text="But why?")
