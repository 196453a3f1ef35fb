"""Polls on their pages: voting, changing, taking back, closing; counts to who has voted; never who."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comvir.conversation import acts
from comvir.conversation.models import Poll, Vote
from comvir.lib import clock
from comvir.people import acts as people


def text_of(response) -> str:
    return response.content.decode()


def ask(town, *choices: str, by=None, several: bool = False, closes_at=None, text="Which day?") -> Poll:
    wish = acts.PollWish(choices or ("Sunday", "<b>Monday</b>"), several, closes_at)
    return acts.start(by=by or town.ana, community=town.petanque, text=text, beside=acts.Beside(poll=wish)).poll


def choices_of(poll: Poll) -> list[int]:
    return list(poll.choices.order_by("place").values_list("pk", flat=True))


def box(browser, poll: Poll) -> str:
    page = text_of(browser.get(f"/m/{poll.message_id}/", follow=True))
    return page[page.index('<section class="poll"') : page.index("</section>", page.index('<section class="poll"'))]


def cast(browser, poll: Poll, *choices: int, **more):
    return browser.post(f"/m/{poll.message_id}/vote", {"choice": [str(choice) for choice in choices], **more})


def test_a_poll_is_asked_for_in_lines_and_shown_under_its_message(town, as_seen_by):
    told = {"text": "Which colour?", "choices": "Red\r\n\r\n Blue \nGreen", "several": "on"}
    as_seen_by(town.ana).post("/c/petanque-du-dimanche/write", told)
    poll = Poll.objects.get()
    assert ([choice.words for choice in poll.choices.order_by("place")], poll.several) == (
        ["Red", "Blue", "Green"],
        True,
    )
    shown = box(as_seen_by(town.bo), poll)
    assert (shown.count('type="checkbox"'), shown.count('type="radio"')) == (3, 0)


def test_one_votes_changes_and_takes_it_back_without_a_script(town, as_seen_by):
    poll, browser = ask(town), as_seen_by(town.bo)
    sunday, monday = choices_of(poll)
    before = box(browser, poll)
    assert ('class="bar"' in before, "The counts are shown to those who have voted." in before) == (False, True)
    voted = cast(browser, poll, sunday)
    assert (voted.status_code, voted["Location"]) == (303, f"/t/{poll.message.thread_id}/#m{poll.message_id}")
    after = box(browser, poll)
    assert re.findall(r'class="w-(\d+)"', after) == ["100", "0"]
    assert (f'value="{sunday}" checked' in after, "1 person voted" in after) == (True, True)
    cast(browser, poll, monday)
    cast(as_seen_by(town.dan), poll, sunday)
    cast(as_seen_by(town.gil), poll, sunday)
    assert re.findall(r'class="w-(\d+)"', box(browser, poll)) == ["65", "35"]
    cast(browser, poll, none="yes")
    assert "It is taken back." in text_of(browser.get("/"))
    cast(browser, poll, sunday)
    assert "Your vote counts. Nobody is told who voted for what." in text_of(browser.get("/"))
    cast(browser, poll, none="yes")
    assert 'class="bar"' not in box(browser, poll)
    assert sorted(Vote.objects.values_list("person__name", flat=True)) == ["Dan", "Gil"]


def test_nobody_is_named_in_the_box(town, as_seen_by):
    poll = ask(town, by=town.gil)
    for person in (town.bo, town.chloe, town.dan):
        cast(as_seen_by(person), poll, choices_of(poll)[0])
    shown = box(as_seen_by(town.bo), poll)
    assert "3 people voted" in shown
    assert [name for name in ("Bo", "Chloe", "Dan") if name in re.sub(r"<[^>]*>", " ", shown)] == []


def test_what_choices_say_is_words(town, as_seen_by):
    assert "&lt;b&gt;Monday&lt;/b&gt;" in box(as_seen_by(town.bo), ask(town))


@pytest.mark.parametrize(
    ("sent", "status", "sentence"),
    [
        ({}, 400, "Choose one of the answers of the poll."),
        ({"choice": "x"}, 400, "Choose one of the answers of the poll."),
        ({"choice": "999999"}, 400, "Choose one of the answers of the poll."),
        ({"choice": "9" * 40}, 400, "Choose one of the answers of the poll."),
        ("all", 400, "This poll takes one answer."),
    ],
)
def test_a_vote_that_cannot_count_is_asked_for_again(town, as_seen_by, sent, status, sentence):
    poll = ask(town)
    sent = {"choice": choices_of(poll)} if sent == "all" else sent
    refused = as_seen_by(town.bo).post(f"/m/{poll.message_id}/vote", sent)
    assert (refused.status_code, Vote.objects.count()) == (status, 0)
    assert sentence in text_of(refused)
    assert text_of(refused).count('type="radio"') == 2


def test_a_poll_that_is_over_shows_what_came_of_it_to_all(town, as_seen_by):
    poll = ask(town)
    cast(as_seen_by(town.bo), poll, choices_of(poll)[0])
    page = text_of(as_seen_by(town.ana).get(f"/m/{poll.message_id}/poll/close"))
    assert 'id="outcome"' in page
    closed = as_seen_by(town.ana).post(f"/m/{poll.message_id}/poll/close", {"outcome": "On Sunday <3"})
    assert closed.status_code == 303
    shown = box(as_seen_by(town.dan), poll)
    assert ("Over" in shown, "On Sunday &lt;3" in shown, "<form" in shown) == (True, True, False)
    assert re.findall(r'class="w-(\d+)"', shown) == ["100", "0"]
    late = cast(as_seen_by(town.dan), poll, choices_of(poll)[0])
    assert (late.status_code, "This poll is over." in text_of(late)) == (409, True)
    assert as_seen_by(town.gil).post(f"/m/{poll.message_id}/poll/close", {"outcome": "No"}).status_code == 409


def test_an_outcome_too_long_comes_back_with_a_sentence_at_it(town, as_seen_by):
    poll = ask(town)
    refused = as_seen_by(town.ana).post(f"/m/{poll.message_id}/poll/close", {"outcome": "x" * 501})
    page = text_of(refused)
    assert (refused.status_code, "x" * 501 in page) == (400, True)
    assert '<p class="err" id="outcome-error">' in page
    assert Poll.objects.get().closed_at is None


def test_only_the_asker_and_stewards_close_it(town, as_seen_by):
    poll = ask(town)
    address = f"/m/{poll.message_id}/poll/close"
    for person, shown in ((town.ana, True), (town.gil, True), (town.bo, False)):
        assert (address in box(as_seen_by(person), poll)) == shown
    assert as_seen_by(town.bo).post(address, {}).status_code == 403
    assert as_seen_by(town.eve).post(address, {}).status_code == 404
    assert as_seen_by(town.gil).post(address, {}).status_code == 303


def test_when_it_closes_is_said_and_then_kept(town, as_seen_by):
    poll = ask(town, closes_at=clock.now() + timedelta(days=1))
    assert "Closes <time" in box(as_seen_by(town.bo), poll)
    with clock.clock_at(clock.now() + timedelta(days=1, seconds=1)):
        assert "Over" in box(as_seen_by(town.bo), poll)
        assert cast(as_seen_by(town.bo), poll, choices_of(poll)[0]).status_code == 409


def test_a_visitor_of_an_open_circle_reads_the_poll_and_does_not_vote(town, as_seen_by):
    market = people.open_community(by=town.fay, name="Market", theme="neighbourhood", visibility="public")
    wish = acts.Beside(poll=acts.PollWish(("Eight", "Nine")))
    poll = acts.start(by=town.fay, community=market, text="When?", beside=wish).poll
    for visitor in (as_seen_by(None), as_seen_by(town.eve)):
        shown = box(visitor, poll)
        assert ("Eight" in shown, "<form" in shown) == (True, False)
    assert cast(as_seen_by(town.eve), poll, choices_of(poll)[0]).status_code == 403
    assert cast(as_seen_by(None), poll, choices_of(poll)[0]).status_code == 302


def test_a_removed_question_takes_its_poll_away(town, as_seen_by):
    poll = ask(town)
    acts.remove(by=town.ana, message=poll.message)
    assert 'class="poll"' not in text_of(as_seen_by(town.bo).get(f"/t/{poll.message.thread_id}/"))
    assert cast(as_seen_by(town.bo), poll, choices_of(poll)[0]).status_code == 404


def test_many_polls_on_a_page_cost_as_much_as_one(town, as_seen_by):
    def thread(count: int) -> str:
        opening = acts.start(by=town.bo, community=town.petanque, text="Let us decide")
        for number in range(count):
            wish = acts.PollWish(("Yes", "No", f"Maybe {number}"))
            acts.answer(by=town.ana, thread=opening.thread, text="So?", beside=acts.Beside(poll=wish))
        return f"/t/{opening.thread_id}/"

    def queries(address: str) -> int:
        browser.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert 'class="poll"' in text_of(browser.get(address))
        return len(seen)

    browser = as_seen_by(town.dan)
    assert queries(thread(1)) == queries(thread(12))
