"""Reading a thread, answering in it, opening one."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comvir.conversation import acts, desk
from comvir.conversation.models import Draft, Message, Thread
from comvir.people import acts as people
from comvir.people.models import Person
from tests.people import belong, person


def text_of(response) -> str:
    return response.content.decode()


def without_tokens(response) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text_of(response))


def talk(town, answers: int = 0) -> Thread:
    """A thread of Ana's, with this many answers of Bo's and Chloe's in turn."""
    thread = acts.start(by=town.ana, community=town.petanque, title="Sunday", text="Who comes on Sunday?").thread
    for number in range(answers):
        acts.answer(by=(town.bo, town.chloe)[number % 2], thread=thread, text=f"Answer number {number + 1}.")
    return Thread.objects.get(pk=thread.pk)


def queries(browser, address: str) -> int:
    browser.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize("address", ["/t/{}/", "/t/{}/row", "/t/{}/?reply=1"])
@pytest.mark.parametrize("who", ["eve", "fay", None])
def test_a_thread_one_may_not_see_is_like_one_that_does_not_exist(town, as_seen_by, address, who):
    thread = talk(town, 2)
    browser = as_seen_by(getattr(town, who) if who else None)
    kept, absent = browser.get(address.format(thread.pk)), browser.get(address.format(99_999))
    assert (kept.status_code, absent.status_code) == (404, 404)
    assert without_tokens(kept) == without_tokens(absent)


def test_answering_where_one_does_not_belong_is_not_found_and_says_nothing(town, as_seen_by):
    thread = talk(town)
    assert as_seen_by(town.eve).post(f"/t/{thread.pk}/", {"text": "Hello"}).status_code == 404
    assert Message.objects.filter(thread=thread).count() == 1


def test_an_answer_is_said_and_shown_at_its_place(town, as_seen_by):
    thread = talk(town, 1)
    first = Message.objects.get(thread=thread, position=1)
    browser = as_seen_by(town.dan)
    said = browser.post(f"/t/{thread.pk}/", {"text": "I do, **really**", "in_reply_to": first.pk})
    message = Message.objects.latest("pk")
    assert (said.status_code, said["Location"]) == (303, f"/t/{thread.pk}/#m{message.pk}")
    assert (message.author, message.in_reply_to, message.position) == (town.dan, first, 2)
    page = text_of(browser.get(f"/t/{thread.pk}/"))
    assert "<strong>really</strong>" in page
    assert "In reply to Bo" in page


@pytest.mark.parametrize(("text", "sentence"), [("  ", "The message is empty."), ("x" * 20_001, "too long")])
def test_a_refused_answer_keeps_what_was_typed(town, as_seen_by, text, sentence):
    thread = talk(town)
    refused = as_seen_by(town.bo).post(f"/t/{thread.pk}/", {"text": text})
    page = text_of(refused)
    assert refused.status_code == 400
    assert sentence in page
    assert f'aria-invalid="true" aria-describedby="answer-error">\n{text}</textarea>' in page
    assert Message.objects.filter(thread=thread).count() == 1


def test_htmx_gets_the_row_and_an_emptied_form(town, as_seen_by):
    thread = talk(town)
    browser = as_seen_by(town.bo)
    said = browser.post(f"/t/{thread.pk}/", {"text": "I do"}, headers={"hx-request": "true"})
    page = text_of(said)
    message = Message.objects.latest("pk")
    assert said.status_code == 200
    assert page.startswith(f'<li id="m{message.pk}"')
    assert 'hx-swap-oob="true"' in page
    assert ">\n</textarea>" in page
    assert "<html" not in page
    refused = browser.post(f"/t/{thread.pk}/", {"text": ""}, headers={"hx-request": "true"})
    assert (refused.status_code, "<html" in text_of(refused)) == (400, False)
    assert "The message is empty." in text_of(refused)


def test_the_words_of_somebody_blocked_are_absent_both_ways(town, as_seen_by):
    thread = talk(town)
    rude = acts.answer(by=town.bo, thread=thread, text="Something bitter from Bo")
    acts.answer(by=town.dan, thread=thread, text="Dan to him", in_reply_to=rude)
    people.block(by=town.chloe, other=town.bo)
    page = text_of(as_seen_by(town.chloe).get(f"/t/{thread.pk}/"))
    assert "Dan to him" in page
    assert ("bitter" in page, "In reply to" in page) == (False, False)
    assert as_seen_by(town.chloe).get(f"/m/{rude.pk}/").status_code == 404
    assert as_seen_by(town.chloe).get(f"/m/{rude.pk}/row").status_code == 404
    assert "bitter" in text_of(as_seen_by(town.dan).get(f"/t/{thread.pk}/"))


def test_a_thread_of_somebody_blocked_is_not_found(town, as_seen_by):
    thread = talk(town)
    people.block(by=town.ana, other=town.chloe)
    assert as_seen_by(town.chloe).get(f"/t/{thread.pk}/").status_code == 404


def test_a_long_thread_costs_no_more_queries_than_a_short_one(town, as_seen_by):
    short, long = talk(town, 3), talk(town, 18)
    browser = as_seen_by(town.dan)
    few = queries(browser, f"/t/{short.pk}/")
    assert queries(browser, f"/t/{long.pk}/") == few
    assert few <= 14


def test_what_one_has_not_read_is_marked_and_led_to(town, as_seen_by):
    thread = talk(town, 3)
    browser = as_seen_by(town.dan)
    assert "not read" not in text_of(browser.get(f"/t/{thread.pk}/"))
    last = Message.objects.get(thread=thread, position=3)
    browser.post(f"/t/{thread.pk}/seen", {"message": last.pk})
    new = [acts.answer(by=who, thread=thread, text="Later") for who in (town.bo, town.dan, town.chloe)]
    page = text_of(browser.get(f"/t/{thread.pk}/"))
    rows = {int(row[0]): "not read" in row[1] for row in re.findall(r'<li id="m(\d+)"(.*?)</li>', page, re.S)}
    assert [pk for pk, unread in rows.items() if unread] == [new[0].pk, new[2].pk]
    assert f'href="/t/{thread.pk}/#m{new[0].pk}">Go to the first unread' in page
    assert "not read" in text_of(browser.get(f"/m/{new[2].pk}/row"))
    assert "not read" not in text_of(as_seen_by(town.gil).get(f"/t/{thread.pk}/"))


def test_an_open_page_is_told_where_to_look_for_what_changes(town, as_seen_by):
    thread = talk(town, 3)
    page = text_of(as_seen_by(town.dan).get(f"/t/{thread.pk}/"))
    assert f'data-live="thread={thread.pk}"' in page
    assert 'data-live-url="/m/{message}/row" data-live-changed="Changed: {words}" data-live-new' in page


def test_answers_come_twenty_at_a_time_and_every_one_is_reached(town, as_seen_by):
    thread = talk(town, 45)
    browser = as_seen_by(town.dan)
    address, seen = f"/t/{thread.pk}/", []
    while address:
        page = text_of(browser.get(address))
        seen.append([int(said) for said in re.findall(r"Answer number (\d+)\.", page)])
        later = re.search(r'href="(\?after=\d+)#answers"', page)
        address = f"/t/{thread.pk}/{later[1]}" if later else ""
    assert seen == [list(range(1, 21)), list(range(21, 41)), list(range(41, 46))]
    latest = re.search(r'href="(\?before=\d+)#answer"', text_of(browser.get(f"/t/{thread.pk}/")))
    page = text_of(browser.get(f"/t/{thread.pk}/{latest[1]}"))
    assert [int(said) for said in re.findall(r"Answer number (\d+)\.", page)] == list(range(26, 46))
    # Every page hears what changes on it; only the last takes in what is new.
    first = text_of(browser.get(f"/t/{thread.pk}/"))
    assert ("data-live=" in page, "data-live=" in first) == (True, True)
    assert ("data-live-new" in page, "data-live-new" in first) == (True, False)


def test_a_page_in_the_middle_says_where_it_is_and_leads_to_both_ends(town, as_seen_by):
    thread = talk(town, 45)
    browser = as_seen_by(town.dan)
    page = text_of(browser.get(f"/t/{thread.pk}/?after=20"))
    assert "Answers 21–40 of 45" in page
    assert ('href="?#answers"' in page, 'href="?before=46#answer"' in page) == (True, True)
    assert "Answers 1–3" not in text_of(browser.get(f"/t/{talk(town, 3).pk}/"))
    Thread.objects.filter(pk=thread.pk).update(last_position=1204)
    assert "Answers 21–40 of 1,204" in text_of(browser.get(f"/t/{thread.pk}/?after=20"))


def test_a_long_thread_is_turned_to_a_day(town, as_seen_by):
    thread = talk(town, 45)
    for message in Message.objects.filter(thread=thread):
        day = datetime(2026, 5, 1, 12, tzinfo=UTC) + timedelta(days=message.position // 10)
        Message.objects.filter(pk=message.pk).update(happened_at=day)
    browser = as_seen_by(town.dan)

    def numbers(day: str) -> list[int]:
        page = text_of(browser.get(f"/t/{thread.pk}/?on={day}"))
        return [int(said) for said in re.findall(r"Answer number (\d+)\.", page)]

    assert 'name="on" type="date"' in text_of(browser.get(f"/t/{thread.pk}/"))
    assert 'name="on"' not in text_of(browser.get(f"/t/{talk(town, 39).pk}/"))
    assert numbers("2026-05-01") == list(range(1, 21))
    assert numbers("2026-05-03") == list(range(20, 40))
    assert numbers("2020-01-01") == list(range(1, 21))
    assert numbers("2026-05-06") == list(range(26, 46))
    assert "Nothing was said on that day or after." in text_of(browser.get(f"/t/{thread.pk}/?on=2026-05-06"))


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "0001-01-01", "9999-12-31", "<b>", "2026-05-01T10:00"])
def test_a_day_that_is_none_is_said_at_its_field(town, as_seen_by, day):
    thread = talk(town, 2)
    page = text_of(as_seen_by(town.dan).get(f"/t/{thread.pk}/", {"on": day}))
    assert "There is no such day. It is written as 2026-06-07." in page
    assert 'aria-invalid="true" aria-describedby="on-error"' in page
    assert ("Answer number 1." in page, "<b>" in page.replace("<b>strong", "")) == (True, False)


def test_a_day_begins_at_midnight_where_the_reader_is(town, as_seen_by):
    thread = talk(town, 3)
    late = datetime(2026, 5, 1, 22, 30, tzinfo=UTC)  # half past midnight in Paris, still the first in London
    Message.objects.filter(thread=thread).update(happened_at=late - timedelta(days=3))
    Message.objects.filter(thread=thread, position=3).update(happened_at=late)
    page = text_of(as_seen_by(town.dan).get(f"/t/{thread.pk}/?on=2026-05-02"))
    assert [int(said) for said in re.findall(r"Answer number (\d+)\.", page)] == [3]


@pytest.mark.parametrize(
    "said", ["after=-1", "after=x", "before=99999999999999", "reply=zz", "reply=99999", "before=0"]
)
def test_an_odd_query_is_no_trouble(town, as_seen_by, said):
    thread = talk(town, 2)
    assert as_seen_by(town.dan).get(f"/t/{thread.pk}/?{said}").status_code == 200


def test_every_message_is_led_to_on_a_page_that_shows_it(town, as_seen_by):
    thread = talk(town, 45)
    browser = as_seen_by(town.dan)
    for message in Message.objects.filter(thread=thread, position__in=[0, 1, 20, 21, 45]):
        there = browser.get(f"/m/{message.pk}/")
        assert there.status_code == 302
        address, anchor = there["Location"].split("#")
        assert f'id="{anchor}"' in text_of(browser.get(address))


def test_a_visitor_reads_an_open_circle_and_is_shown_the_door_not_the_pen(town, as_seen_by):
    market = people.open_community(by=town.fay, name="Market", theme="neighbourhood", visibility="public")
    thread = acts.start(by=town.fay, community=market, text="Stalls at eight").thread
    page = text_of(as_seen_by(None).get(f"/t/{thread.pk}/"))
    assert "Stalls at eight" in page
    assert (f"/in/?next=/t/{thread.pk}/" in page, "<textarea" in page, "/p/fay/" in page) == (True, False, False)
    assert as_seen_by(None).post(f"/t/{thread.pk}/", {"text": "Me"}).status_code == 303
    assert as_seen_by(town.eve).post(f"/t/{thread.pk}/", {"text": "Me"}).status_code == 403
    assert Message.objects.filter(thread=thread).count() == 1


def test_reading_changes_nothing(town, as_seen_by):
    thread = talk(town, 2)
    browser = as_seen_by(town.ana)
    browser.get(f"/t/{thread.pk}/")
    with CaptureQueriesContext(connection) as seen:
        browser.get(f"/t/{thread.pk}/")
    assert [query["sql"] for query in seen if not query["sql"].lstrip().upper().startswith("SELECT")] == []


def test_a_huddle_reads_its_threads_and_nobody_else_does(town, as_seen_by):
    thread = acts.start(by=town.ana, community=town.petanque, huddle=town.huddle, text="Between us").thread
    assert "Between us" in text_of(as_seen_by(town.bo).get(f"/t/{thread.pk}/"))
    for outside in (town.chloe, town.gil, town.eve):
        assert as_seen_by(outside).get(f"/t/{thread.pk}/").status_code == 404


def test_the_private_thread_of_a_request_is_answered_to_all_its_stewards(town, as_seen_by):
    request = people.ask_to_join(by=town.eve, community=town.petanque, answers="I play")
    thread = acts.write_to_stewards(by=town.gil, request=request, text="Since when?").thread
    assert as_seen_by(town.eve).post(f"/t/{thread.pk}/", {"text": "Since May"}).status_code == 303
    assert "Since May" in text_of(as_seen_by(town.gil).get(f"/t/{thread.pk}/"))
    assert as_seen_by(town.ana).get(f"/t/{thread.pk}/").status_code == 404


# Writing


def test_a_thread_is_opened_and_read(town, as_seen_by):
    browser = as_seen_by(town.ana)
    assert "The members of the circle" in text_of(browser.get("/c/petanque-du-dimanche/write"))
    said = browser.post("/c/petanque-du-dimanche/write", {"title": "", "text": "A plane tree fell."})
    thread = Thread.objects.latest("pk")
    assert (said.status_code, said["Location"]) == (303, f"/t/{thread.pk}/")
    page = text_of(browser.get(said["Location"]))
    assert re.search(r'<h1 class="said prose" id="title">A plane tree fell\.</h1>', page)
    assert page.count("<h1") == 1


def test_a_huddle_names_its_readers_and_keeps_its_words(town, as_seen_by):
    address = f"/c/petanque-du-dimanche/huddles/{town.huddle.pk}/write"
    page = text_of(as_seen_by(town.ana).get(address))
    assert "Only the huddle: Ana, Bo" in page
    assert as_seen_by(town.ana).post(address, {"text": "Between us"}).status_code == 303
    assert Thread.objects.latest("pk").huddle == town.huddle
    for outside in (town.chloe, town.eve):
        assert as_seen_by(outside).get(address).status_code == 404


def test_a_preview_shows_and_says_nothing(town, as_seen_by):
    before = Thread.objects.count()
    typed = {"title": "Sunday", "text": "With *Ana* and @bo", "preview": "yes"}
    page = text_of(as_seen_by(town.ana).post("/c/petanque-du-dimanche/write", typed))
    assert "<em>Ana</em>" in page
    assert 'href="/p/bo/"' in page
    assert "With *Ana* and @bo</textarea>" in page
    assert Thread.objects.count() == before


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": "", "text": " "}, "The message is empty."),
        ({"title": "t" * 161, "text": "Here is my text"}, "This title is too long"),
    ],
)
def test_a_refused_opening_keeps_what_was_typed(town, as_seen_by, typed, sentence):
    refused = as_seen_by(town.ana).post("/c/petanque-du-dimanche/write", typed)
    assert refused.status_code == 400
    assert sentence in text_of(refused)
    assert typed["title"] in text_of(refused)
    assert f"{typed['text']}</textarea>" in text_of(refused)
    assert Thread.objects.count() == 0


def test_who_sees_the_front_page_only_cannot_write_there(town, as_seen_by):
    assert as_seen_by(town.eve).get("/c/petanque-du-dimanche/write").status_code == 403
    assert as_seen_by(town.eve).get("/c/cordes-et-vents/write").status_code == 404
    assert as_seen_by(None).get("/c/cordes-et-vents/write")["Location"] == "/in/?next=/c/cordes-et-vents/write"


def test_what_was_kept_is_found_again_in_the_form(town, as_seen_by):
    thread = talk(town)
    desk.keep_draft(by=town.bo, community=town.petanque, title="Half", text="I was say")
    desk.keep_draft(by=town.bo, community=town.petanque, thread=thread, text="Perhaps I")
    browser = as_seen_by(town.bo)
    assert "I was say</textarea>" in text_of(browser.get("/c/petanque-du-dimanche/write"))
    assert "Perhaps I</textarea>" in text_of(browser.get(f"/t/{thread.pk}/"))
    assert "Perhaps I" not in text_of(as_seen_by(town.dan).get(f"/t/{thread.pk}/"))
    browser.post(f"/t/{thread.pk}/", {"text": "Perhaps I come"})
    assert [draft.text for draft in Draft.objects.all()] == ["I was say"]


def test_a_newcomers_unanswered_thread_says_so_in_a_list(town, as_seen_by):
    thread = acts.start(by=town.nina, community=town.petanque, text="Hello, I am Nina").thread
    row = text_of(as_seen_by(town.ana).get(f"/t/{thread.pk}/row"))
    assert "Awaits a first answer" in row
    acts.answer(by=town.ana, thread=thread, text="Welcome")
    assert "1 answer<" in text_of(as_seen_by(town.ana).get(f"/t/{thread.pk}/row"))


def test_members_words_carry_the_language_of_their_circle(town, as_seen_by):
    thread = talk(town, 1)
    assert text_of(as_seen_by(town.dan).get(f"/t/{thread.pk}/")).count('lang="fr" dir="auto"') == 2
    english = people.open_community(by=town.fay, name="Strings", theme="music", language="en")
    belong(person("Hal"), english)
    thread = acts.start(by=town.fay, community=english, text="Tuning").thread
    assert 'lang="fr" dir' not in text_of(as_seen_by(town.fay).get(f"/t/{thread.pk}/"))


def test_words_from_an_archive_are_drawn_when_read_and_say_where_they_come_from(town, as_seen_by):
    thread = talk(town)
    opening = Message.objects.get(thread=thread, position=0)
    ghost = Person.objects.create(handle="b-1998", name="B. of 1998", same_as=town.bo, arrived_at=town.bo.arrived_at)
    quoted = "> " + "older words " * 60 + "\n\nI *agree* <script>alert(1)</script>"
    Message.objects.create(
        thread=thread, position=1, author=ghost, text=quoted, community=town.petanque, source_uri="mail:1",
        happened_at=opening.happened_at, written_at=opening.written_at,
    )  # fmt: skip
    page = text_of(as_seen_by(town.dan).get(f"/t/{thread.pk}/"))
    assert "<em>agree</em> &lt;script&gt;" in page
    assert "from an archive" in page
    assert "</summary><blockquote>" in page
    assert ('class="name" href="/p/bo/">Bo<' in page, "B. of 1998" in page) == (True, False)
    assert "/edit" in text_of(as_seen_by(town.bo).get(f"/t/{thread.pk}/"))
    people.block(by=town.bo, other=town.chloe)
    assert "agree" not in text_of(as_seen_by(town.chloe).get(f"/t/{thread.pk}/"))
