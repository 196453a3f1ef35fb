"""Telling what a message is and speaks of: one line is enough, the rest is folded away, filled in, and forgiving."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comvir.conversation import acts
from comvir.conversation.context import PLAIN, Context
from comvir.conversation.models import Message, Thread
from comvir.lib import clock
from comvir.people.models import Community

WRITE = "/c/petanque-du-dimanche/write"
# A Wednesday, 9:20 in the town's own time.
NOW = datetime(2026, 6, 3, 7, 20, tzinfo=UTC)
PLACE = "Boulodrome des Platanes"
# What a browser sends of a form nobody unfolded.
UNTOUCHED = {
    "usual": PLACE, "latitude": "", "longitude": "", "kind": "", "where": "usual", "place": "", "when": "now",
    "seen_time": "", "seen_at": "", "source_kind": "eyes", "source_name": "", "source_url": "", "until": "tomorrow",
    "until_at": "", "choices": "", "closes_at": "", "due_at": "", "pictures_description": "Photo of ",
}  # fmt: skip


@pytest.fixture
def here(town):
    """The town, on that morning, with a usual place."""
    Community.objects.filter(pk=town.petanque.pk).update(place=PLACE)
    town.petanque.refresh_from_db()
    with clock.clock_at(NOW):
        yield town


def text_of(response) -> str:
    return response.content.decode()


def send(browser, address=WRITE, **told):
    return browser.post(address, {**UNTOUCHED, "title": "", "text": "A plane tree fell.", **told})


def said(response) -> Message:
    assert response.status_code == 303, text_of(response)[-3000:]
    return Message.objects.latest("pk")


def error_at(response, field: str) -> str:
    """The sentence at this field, tied to it."""
    page = text_of(response)
    error = re.search(rf'<p class="err" id="{field}_error">.*?<span>(.*?)\s*</span></p>', page)
    control = re.search(rf'<(?:input|select|textarea)[^>]*id="{field}"[^>]*>', page)
    assert error, f"nothing is said at {field}"
    assert control, f"{field} is not there"
    assert ('aria-invalid="true"' in control[0], f"{field}_error" in control[0]) == (True, True)
    return error[1]


def local(*moment: int) -> datetime:
    """A moment of that summer, two hours ahead of UTC."""
    return datetime(*moment, tzinfo=UTC) - timedelta(hours=2)


# What counts


def test_a_line_sent_without_unfolding_anything_says_nothing_of_itself(here, as_seen_by):
    assert said(send(as_seen_by(here.ana))).context == PLAIN


def test_a_flash_says_what_was_filled_in(here, as_seen_by):
    response = send(as_seen_by(here.ana), kind="flash")
    assert said(response).context == Context(
        kind="flash", place=PLACE, content_reference_time=NOW, valid_until=local(2026, 6, 4, 23, 59), source_kind="eyes"
    )
    told = text_of(as_seen_by(here.ana).get(response["Location"]))
    assert "Flash" in told


def test_of_a_question_only_what_was_changed_is_told(here, as_seen_by):
    browser = as_seen_by(here.ana)
    assert said(send(browser, kind="question")).context == Context(kind="question")
    told = {"kind": "question", "where": "other", "place": " The  beach "}
    assert said(send(browser, **told)).context == Context(kind="question", place="The beach")
    assert said(send(browser, source_kind="person", source_name="Josette")).context == Context(
        source_kind="person", source_name="Josette"
    )


def test_what_a_short_form_does_not_send_is_as_it_comes(here, as_seen_by):
    browser = as_seen_by(here.ana)
    browser.post(WRITE, {"text": "Hello"})
    assert Message.objects.latest("pk").context == PLAIN
    browser.post(WRITE, {"text": "Fire", "kind": "testimony", "usual": PLACE})
    told = Message.objects.latest("pk").context
    assert (told.place, told.content_reference_time, told.source_kind) == (PLACE, NOW, "eyes")


def test_nothing_in_particular_can_be_said_of_a_fact(here, as_seen_by):
    told = {"kind": "fact", "where": "none", "when": "none", "source_kind": "none"}
    assert said(send(as_seen_by(here.ana), **told)).context == Context(kind="fact")


@pytest.mark.parametrize(
    ("told", "seen"),
    [
        ({"when": "today", "seen_time": "08:05"}, local(2026, 6, 3, 8, 5)),
        ({"when": "date", "seen_at": "2026-05-31T15:00"}, local(2026, 5, 31, 15, 0)),
        ({"when": "date", "seen_at": "2026-05-31 15:00:30"}, local(2026, 5, 31, 15, 0)),
        ({"when": "date", "seen_at": "2024-02-29T12:00"}, datetime(2024, 2, 29, 11, 0, tzinfo=UTC)),
        # Twice on that night: the first is meant.
        ({"when": "date", "seen_at": "2025-10-26T02:30"}, datetime(2025, 10, 26, 0, 30, tzinfo=UTC)),
    ],
)
def test_times_are_those_of_the_readers_clock(here, as_seen_by, told, seen):
    assert said(send(as_seen_by(here.ana), **told)).content_reference_time == seen


def test_a_clock_of_ones_own_is_followed(here, as_seen_by):
    here.ana.time_zone = "America/Montreal"
    here.ana.save()
    message = said(send(as_seen_by(here.ana), kind="flash", when="today", seen_time="02:00", until="today"))
    assert message.content_reference_time == datetime(2026, 6, 3, 6, 0, tzinfo=UTC)
    assert message.valid_until == datetime(2026, 6, 4, 3, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "until"),
    [
        ({"until": "today"}, local(2026, 6, 3, 23, 59)),
        ({"until": "sunday"}, local(2026, 6, 7, 23, 59)),
        ({"until": "other", "until_at": "2026-06-05T18:00"}, local(2026, 6, 5, 18, 0)),
    ],
)
def test_a_flash_holds_until_the_evening_chosen(here, as_seen_by, told, until):
    assert said(send(as_seen_by(here.ana), kind="flash", **told)).valid_until == until


def test_a_point_is_kept_to_the_metre_with_the_name_one_gives_it(here, as_seen_by):
    told = {"where": "here", "latitude": "43.1765432", "longitude": "5.6054321", "place": "The lower path"}
    message = said(send(as_seen_by(here.ana), **told))
    assert (message.place, message.latitude, message.longitude) == ("The lower path", 43.17654, 5.60543)
    assert message.cell == "43.17,5.60"
    left = said(send(as_seen_by(here.ana), kind="fact", latitude="43.17", longitude="5.6"))
    assert (left.place, left.latitude) == (PLACE, None)


def test_a_document_is_one_and_a_link_another(here, as_seen_by):
    browser = as_seen_by(here.ana)
    told = {"kind": "resource", "source_kind": "link", "source_name": "The town hall’s poster"}
    assert said(send(browser, **told)).source_kind == "document"
    message = said(send(browser, **told, source_url="town.example/poster"))
    assert (message.source_kind, message.source_url) == ("link", "https://town.example/poster")


# What cannot be taken


@pytest.mark.parametrize(
    ("told", "field", "sentence"),
    [
        ({"kind": "rumour"}, None, "Choose one of the kinds, or none."),
        ({"where": "mars"}, "w-where", "Choose one of the answers."),
        ({"where": "other"}, "w-place", "The place is missing."),
        ({"where": "other", "place": "x" * 161}, "w-place", "This place is too long: 160 letters at most."),
        ({"where": "here"}, "w-place", "Your device did not say where it is."),
        ({"where": "here", "latitude": "91", "longitude": "5"}, "w-place", "This point is nowhere on earth."),
        ({"where": "here", "latitude": "nan", "longitude": "5"}, "w-place", "This point is nowhere on earth."),
        ({"where": "here", "latitude": "north", "longitude": "5"}, "w-place", "This point is nowhere on earth."),
        ({"where": "here", "latitude": "43", "longitude": ""}, "w-place", "This point is nowhere on earth."),
        ({"when": "soon"}, "w-when", "Choose one of the answers."),
        ({"when": "today"}, "w-seen_time", "The time is missing."),
        ({"when": "today", "seen_time": "25:00"}, "w-seen_time", "There is no such time."),
        ({"when": "today", "seen_time": "noon"}, "w-seen_time", "There is no such time."),
        ({"when": "today", "seen_time": "23:00"}, "w-seen_time", "This time has not come yet. When was it seen?"),
        ({"when": "date"}, "w-seen_at", "The day is missing."),
        ({"when": "date", "seen_at": "2026-06-02"}, "w-seen_at", "The time is missing."),
        ({"when": "date", "seen_at": "2025-02-29T12:00"}, "w-seen_at", "There is no such day."),
        ({"when": "date", "seen_at": "yesterday at noon"}, "w-seen_at", "There is no such day."),
        ({"when": "date", "seen_at": "+275760-09-13T00:00"}, "w-seen_at", "There is no such day."),
        ({"when": "date", "seen_at": "0001-01-01T00:00"}, "w-seen_at", "There is no such day."),
        ({"when": "date", "seen_at": "0999-01-01T00:00"}, "w-seen_at", "Check the date: it is too long ago."),
        ({"when": "date", "seen_at": "9999-12-31T23:59"}, "w-seen_at", "This time has not come yet."),
        ({"when": "date", "seen_at": "2026-03-29T02:30"}, "w-seen_at", "That hour did not exist"),
        ({"kind": "flash", "until": "forever"}, "w-until", "Choose one of the answers."),
        ({"kind": "flash", "until": "other"}, "w-until_at", "The day is missing."),
        ({"kind": "flash", "until": "other", "until_at": "2026-06-01T10:00"}, "w-until_at", "is over already."),
        ({"kind": "flash", "until": "other", "until_at": "2026-08-01T10:00"}, "w-until_at", "31 days at most."),
        ({"source_kind": "dream"}, "w-source_kind", "Choose how you know it, or leave it open."),
        ({"source_kind": "person", "source_name": "x" * 301}, "w-source_name", "300 letters at most."),
        ({"source_kind": "link", "source_url": "javascript:alert(1)"}, "w-source_url", "It begins with https://"),
        ({"source_kind": "link", "source_url": "nowhere"}, "w-source_url", "It begins with https://"),
        ({"choices": "Only one"}, "w-choices", "A poll has two to twelve different choices"),
        ({"choices": "a\nb", "closes_at": "2026-06-01T10:00"}, "w-closes_at", "Choose a moment to come"),
        ({"choices": "a\nb", "closes_at": "later"}, "w-closes_at", "There is no such day."),
        ({"text": " "}, "id_text", "The message is empty."),
        ({"title": "t" * 161}, "id_title", "This title is too long"),
    ],
)
def test_bad_input_is_told_at_its_field_and_all_that_was_typed_comes_back(here, as_seen_by, told, field, sentence):
    refused = send(as_seen_by(here.ana), **{"place": "", "text": "Here is my text", **told})
    page = text_of(refused)
    assert (refused.status_code, Thread.objects.count()) == (400, 0)
    assert sentence in (page if field is None else error_at(refused, field))
    for name, value in told.items():
        if name in ("kind", "where", "when", "until", "source_kind") or not value.strip():
            continue
        assert value.replace("\n", "\r\n") in page or value in page, f"{name} was lost"
    kept = re.findall(r'<option value="(\w+)" selected', page)
    for name in ("where", "when", "source_kind"):
        if name in told and told[name] in ("other", "here", "today", "date", "link", "person"):
            assert told[name] in kept


def test_a_refused_answer_unfolds_what_is_wrong(here, as_seen_by):
    thread = acts.start(by=here.bo, community=here.petanque, text="Who comes?").thread
    address, told = f"/t/{thread.pk}/", {"where": "other", "place": "x" * 161, "text": "I do"}
    refused = send(as_seen_by(here.ana), address, **told)
    assert refused.status_code == 400
    assert "160 letters at most" in error_at(refused, "w-place")
    page = text_of(refused)
    assert '<details class="precise" open>' in page
    assert re.search(r'id="answer-text"[^>]*>\nI do</textarea>', page)
    assert 'id="answer-error"' not in page
    assert Message.objects.count() == 1
    again = as_seen_by(here.ana).post(address, {**UNTOUCHED, **told}, headers={"hx-request": "true"})
    assert (again.status_code, "<html" in text_of(again)) == (400, False)
    assert "160 letters at most" in error_at(again, "w-place")


# The pages


def test_a_composer_of_one_line_comes_filled_in_and_folded(here, as_seen_by):
    thread = acts.start(by=here.bo, community=here.petanque, text="Who comes?").thread
    for address in ("/c/petanque-du-dimanche/", f"/t/{thread.pk}/"):
        page = text_of(as_seen_by(here.ana).get(address))
        assert '<details class="precise"><summary>' in page
        assert f'<option value="usual" selected>{PLACE}</option>' in page
        assert '<option value="now" selected>' in page
        assert '<option value="eyes" selected>' in page
        assert page.count('enctype="multipart/form-data"') == 1


def test_details_that_nobody_touched_cost_no_query(here, as_seen_by):
    browser = as_seen_by(here.ana)
    browser.get("/c/petanque-du-dimanche/")
    with CaptureQueriesContext(connection) as seen:
        browser.get("/c/petanque-du-dimanche/")
    assert [query["sql"] for query in seen if "conversation_picture" in query["sql"]] == []


def test_the_page_counts_who_will_hear_a_flash(here, as_seen_by):
    assert "A flash goes out at once to the 6 members." in text_of(as_seen_by(here.ana).get(WRITE))
    address = f"/c/petanque-du-dimanche/huddles/{here.huddle.pk}/write"
    assert "A flash goes out at once to the 2 members." in text_of(as_seen_by(here.ana).get(address))


def test_a_preview_shows_the_context_and_says_nothing(here, as_seen_by):
    page = text_of(send(as_seen_by(here.ana), kind="flash", choices="Red\nBlue", preview="yes"))
    aside = page[page.index('id="preview"') :]
    for words in ("Flash", PLACE, "Today, 9:20", "Seen on the spot", "Not yet verified", "Red", "Blue"):
        assert words in aside
    assert Thread.objects.count() == 0
    plain = text_of(send(as_seen_by(here.ana), preview="yes"))
    assert ("Not yet verified</strong>" in plain, "Seen on the spot" in plain) == (False, False)
    assert send(as_seen_by(here.ana), kind="rumour", preview="yes").status_code == 400


def test_who_wrote_a_flash_is_told_how_it_stands(here, as_seen_by):
    page = as_seen_by(here.ana).post(WRITE, {**UNTOUCHED, "text": "Fire", "kind": "flash"}, follow=True)
    assert "The flash is out. It stays “not yet verified” until others confirm." in text_of(page)


@pytest.mark.parametrize("day", [6, 7])
def test_sunday_evening_is_not_offered_when_it_is_today_or_tomorrow(here, as_seen_by, day):
    offered = 'value="sunday"'
    assert offered in text_of(as_seen_by(here.ana).get(WRITE))
    with clock.clock_at(NOW.replace(day=day)):
        assert offered not in text_of(as_seen_by(here.ana).get(WRITE))
        assert offered not in text_of(as_seen_by(here.ana).get("/c/petanque-du-dimanche/"))


# Quoting


def test_a_message_one_may_see_is_quoted_and_another_is_not(here, as_seen_by):
    seen = acts.start(by=here.bo, community=here.petanque, text="Bring water")
    hidden = acts.start(by=here.fay, community=here.music, text="Rehearsal")
    browser = as_seen_by(here.ana)
    assert said(send(browser, quotes=str(seen.pk))).quotes == seen
    for odd in (str(hidden.pk), "999999", "x", "9" * 30, "-1"):
        assert said(send(browser, quotes=odd)).quotes is None
    assert f'name="quotes" value="{seen.pk}"' in text_of(browser.get(f"{WRITE}?quote={seen.pk}"))
