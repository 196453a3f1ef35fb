"""What one has begun to write."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comvir.conversation import acts, desk
from comvir.conversation.housekeeping import say_due
from comvir.conversation.models import Draft, Message
from comvir.lib import clock
from comvir.people import acts as people


def kept() -> list[tuple[str, str]]:
    return list(Draft.objects.order_by("pk").values_list("by__name", "text"))


def test_what_is_typed_is_kept_without_a_word_for_a_script_and_with_one_for_a_button(town, as_seen_by):
    browser = as_seen_by(town.ana)
    told = {"circle": town.petanque.slug, "title": "T", "text": "Half a sen"}
    quiet = browser.post("/drafts/keep", {**told, "quietly": "yes"})
    assert (quiet.status_code, quiet.content) == (204, b"")
    aloud = browser.post("/drafts/keep", {**told, "text": "Half a sentence"}, follow=True)
    assert aloud.redirect_chain == [("/drafts/", 303)]
    assert "It is kept. Nobody but you sees it." in aloud.content.decode()
    assert "Half a sentence" in aloud.content.decode()
    assert kept() == [("Ana", "Half a sentence")]


def test_each_place_has_its_own(town, as_seen_by):
    thread = acts.start(by=town.bo, community=town.petanque, title="Sunday", text="Hello").thread
    browser = as_seen_by(town.ana)
    browser.post("/drafts/keep", {"circle": town.petanque.slug, "text": "To the circle"})
    browser.post("/drafts/keep", {"circle": town.petanque.slug, "huddle": town.huddle.pk, "text": "To the huddle"})
    browser.post("/drafts/keep", {"thread": thread.pk, "text": "To Bo"})
    page = browser.get("/drafts/").content.decode()
    for words, address in (
        ("To the circle", "/c/petanque-du-dimanche/write"),
        ("To the huddle", f"/c/petanque-du-dimanche/huddles/{town.huddle.pk}/write"),
        ("To Bo", f"/t/{thread.pk}/#answer"),
    ):
        assert words in page
        assert f'href="{address}"' in page


@pytest.mark.parametrize(
    "told",
    [
        {"circle": "petanque-du-dimanche"},
        {"circle": "cordes-et-vents"},
        {"circle": "nowhere"},
        {"thread": "1"},
        {"thread": "x"},
        {},
    ],
)
def test_nothing_is_kept_where_one_cannot_write(town, as_seen_by, told):
    acts.start(by=town.ana, community=town.petanque, text="Hello")
    assert as_seen_by(town.eve).post("/drafts/keep", {**told, "text": "Hm"}).status_code == 404
    assert kept() == []


def test_a_reader_of_an_open_circle_keeps_no_answer(town, as_seen_by):
    market = people.open_community(by=town.fay, name="Market", theme="neighbourhood", visibility="public")
    thread = acts.start(by=town.fay, community=market, text="Hello").thread
    assert as_seen_by(town.eve).post("/drafts/keep", {"thread": thread.pk, "text": "Hm"}).status_code == 404


def test_one_sees_and_throws_away_only_ones_own(town, as_seen_by):
    draft = desk.keep_draft(by=town.ana, community=town.petanque, text="A secret plan")
    assert "A secret plan" in as_seen_by(town.ana).get("/drafts/").content.decode()
    assert "A secret plan" not in as_seen_by(town.bo).get("/drafts/").content.decode()
    assert as_seen_by(town.bo).post(f"/drafts/{draft.pk}/discard").status_code == 404
    assert kept() == [("Ana", "A secret plan")]
    assert as_seen_by(town.ana).post(f"/drafts/{draft.pk}/discard").status_code == 303
    assert kept() == []


def test_a_thread_one_no_longer_sees_lends_its_draft_no_title(town, as_seen_by):
    thread = acts.start(by=town.bo, community=town.petanque, title="Hidden matters", text="Hello").thread
    desk.keep_draft(by=town.ana, community=town.petanque, thread=thread, text="Perhaps")
    assert "Hidden matters" in as_seen_by(town.ana).get("/drafts/").content.decode()
    people.block(by=town.bo, other=town.ana)
    page = as_seen_by(town.ana).get("/drafts/").content.decode()
    assert "Perhaps" in page
    assert ("Hidden matters" in page, f"/t/{thread.pk}/" in page) == (False, False)


def test_emptying_the_field_drops_the_draft(town, as_seen_by):
    browser = as_seen_by(town.ana)
    browser.post("/drafts/keep", {"circle": town.petanque.slug, "text": "Half"})
    browser.post("/drafts/keep", {"circle": town.petanque.slug, "text": " ", "quietly": "yes"})
    assert kept() == []
    assert "No draft is waiting." in browser.get("/drafts/").content.decode()


def test_the_title_of_a_removed_opening_is_not_kept_by_a_draft(town, as_seen_by):
    opening = acts.start(by=town.ana, community=town.petanque, title="Too hasty", text="I regret")
    browser = as_seen_by(town.bo)
    browser.post("/drafts/keep", {"thread": opening.thread_id, "text": "Half"})
    assert "Too hasty" in browser.get("/drafts/").content.decode()
    acts.remove(by=town.ana, message=opening)
    assert "Too hasty" not in browser.get("/drafts/").content.decode()


# All the fields


def text_of(response) -> str:
    return response.content.decode()


TOLD = {
    "usual": "", "kind": "flash", "where": "other", "place": "The “lower” path", "when": "date",
    "seen_at": "half of a da", "until": "sunday", "source_kind": "link", "source_url": "javascript:",
    "choices": "Red\r\nBlue", "several": "on", "closes_at": "",
}  # fmt: skip


@pytest.mark.parametrize("place", ["circle", "huddle", "thread"])
def test_all_that_was_typed_comes_back(town, as_seen_by, place):
    thread = acts.start(by=town.bo, community=town.petanque, text="Hello").thread
    circle = f"/c/{town.petanque.slug}"
    told, addresses = {
        "circle": ({"circle": town.petanque.slug}, [f"{circle}/", f"{circle}/write"]),
        "huddle": (
            {"circle": town.petanque.slug, "huddle": town.huddle.pk},
            [f"{circle}/huddles/{town.huddle.pk}/", f"{circle}/huddles/{town.huddle.pk}/write"],
        ),
        "thread": ({"thread": thread.pk}, [f"/t/{thread.pk}/"]),
    }[place]
    browser = as_seen_by(town.ana)
    assert browser.post("/drafts/keep", {**TOLD, **told, "text": "A tree", "quietly": "yes"}).status_code == 204
    for address in addresses:
        page = text_of(browser.get(address))
        for kept in (
            'value="flash" id="w-kind_1" checked', '<option value="other" selected>', "The “lower” path",
            'value="half of a da"', '<option value="link" selected>', 'value="javascript:"', "Red\nBlue</textarea>",
            'name="several" id="w-several" checked',
        ):  # fmt: skip
            assert kept in page, f"{kept} is not on {address}"


def test_fields_as_they_came_make_no_draft_and_one_changed_does(town, as_seen_by):
    browser = as_seen_by(town.ana)
    came = {"circle": town.petanque.slug, "usual": "Here", "kind": "", "where": "usual", "when": "now", "text": "",
            "until": "tomorrow", "source_kind": "eyes", "place": "", "choices": "", "quietly": "yes"}  # fmt: skip
    browser.post("/drafts/keep", came)
    assert Draft.objects.count() == 0
    browser.post("/drafts/keep", {**came, "kind": "question"})
    assert Draft.objects.get().more == {"fields": {"kind": "question"}}


def test_fields_of_any_size_and_sort_are_kept_within_bounds(town, as_seen_by):
    browser = as_seen_by(town.ana)
    told = {"circle": town.petanque.slug, "text": "x", "place": "é\x00" * 9000, "picture": ["9" * 30, "x"] * 40}
    assert browser.post("/drafts/keep", {**told, "quietly": "yes"}).status_code == 204
    assert Draft.objects.get().more == {"fields": {"place": "é" * 2000}}
    Draft.objects.update(more={"fields": {"picture": ["x", "9" * 30, "77"], "where": "mars", "kind": "rumour"}})
    assert browser.get("/c/petanque-du-dimanche/write").status_code == 200
    assert browser.get("/c/petanque-du-dimanche/").status_code == 200


# Later


def due_in(days: float) -> str:
    return timezone.localtime(clock.now() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def put(browser, town, **told):
    told = {"circle": town.petanque.slug, "text": "See you there", "due_at": due_in(1), **told}
    return browser.post("/drafts/later", told)


def test_a_message_for_later_waits_on_the_list_and_nowhere_else(town, as_seen_by):
    browser = as_seen_by(town.ana)
    assert put(browser, town, kind="fact").status_code == 303
    page = text_of(browser.get("/drafts/"))
    assert "It will be said on" in page
    assert page.index("To be said later") < page.index("See you there") < page.index("Say it now")
    assert "See you there" not in text_of(browser.get("/c/petanque-du-dimanche/"))
    for other in (town.bo, town.gil):
        assert "See you there" not in text_of(as_seen_by(other).get("/drafts/"))
    assert "It will be said" in text_of(browser.get("/"))
    assert Message.objects.count() == 0


def test_now_is_when_it_was_written_and_the_evening_that_of_the_day_it_is_said(town, as_seen_by):
    written = datetime(2026, 6, 3, 7, 20, tzinfo=UTC)
    with clock.clock_at(written):
        put(as_seen_by(town.ana), town, kind="flash", until="today", due_at="2026-06-05T10:00")
    with clock.clock_at(datetime(2026, 6, 5, 8, 0, tzinfo=UTC)):
        assert say_due() == 1
    message = Message.objects.get()
    assert message.content_reference_time == written
    assert message.valid_until == datetime(2026, 6, 5, 21, 59, tzinfo=UTC)


@pytest.mark.parametrize("place", ["circle", "thread"])
@pytest.mark.parametrize(
    ("told", "field", "sentence"),
    [
        ({"due_at": ""}, "w-due_at", "The day is missing."),
        ({"due_at": "2020-01-01T10:00"}, "w-due_at", "Choose a moment to come."),
        ({"due_at": "2999-01-01T10:00"}, "w-due_at", "Choose a moment within a year."),
        ({"due_at": "2027-02-29T10:00"}, "w-due_at", "There is no such day."),
        ({"where": "other"}, "w-place", "The place is missing."),
        ({"text": ""}, "id_text", "The message is empty."),
    ],
)
def test_what_cannot_be_put_away_comes_back_with_the_reason(town, as_seen_by, place, told, field, sentence):
    thread = acts.start(by=town.bo, community=town.petanque, text="Hello").thread
    where = {"thread": str(thread.pk), "circle": ""} if place == "thread" else {}
    refused = put(as_seen_by(town.ana), town, **where, **{"source_name": "Josette", "source_kind": "person", **told})
    page = text_of(refused)
    assert (refused.status_code, Draft.objects.count()) == (400, 0)
    assert re.search(rf'id="{field}_error">.*?<span>{sentence}', page)
    assert 'value="Josette"' in page
    assert (told.get("text", "See you there") in page, told.get("due_at", "") in page) == (True, True)


def test_an_answer_is_put_away_and_said(town, as_seen_by):
    opening = acts.start(by=town.bo, community=town.petanque, title="Sunday", text="Hello")
    browser = as_seen_by(town.ana)
    put(browser, town, circle="", thread=str(opening.thread_id), in_reply_to=str(opening.pk))
    assert "Answer in “Sunday”" in text_of(browser.get("/drafts/"))
    said = browser.post(f"/drafts/{Draft.objects.get().pk}/say")
    message = Message.objects.latest("pk")
    assert (said.status_code, said["Location"]) == (303, f"/m/{message.pk}/")
    assert (message.thread, message.in_reply_to, Draft.objects.count()) == (opening.thread, opening, 0)


def test_what_waits_is_changed_and_said_when_the_new_time_comes(town, as_seen_by):
    browser = as_seen_by(town.ana)
    put(browser, town, title="A title")
    address = f"/drafts/{Draft.objects.get().pk}/"
    page = text_of(browser.get(address))
    assert ("See you there</textarea>" in page, 'value="A title"' in page) == (True, True)
    assert 'data-draft="' not in page
    sent = {"text": "See you at four", "title": "", "due_at": due_in(2), "later": "yes"}
    assert browser.post(address, sent)["Location"] == "/drafts/"
    with clock.clock_at(clock.now() + timedelta(days=1, minutes=1)):
        assert say_due() == 0
    with clock.clock_at(clock.now() + timedelta(days=2)):
        assert say_due() == 1
    assert [message.text for message in Message.objects.all()] == ["See you at four"]


def test_what_waits_is_said_from_its_page_once(town, as_seen_by):
    browser = as_seen_by(town.ana)
    put(browser, town)
    desk.keep_draft(by=town.ana, community=town.petanque, text="Half a thought")
    address = f"/drafts/{Draft.objects.exclude(due_at=None).get().pk}/"
    assert browser.post(address, {"text": "See you now"}).status_code == 303
    assert browser.post(address, {"text": "See you now"}).status_code == 404
    assert [message.text for message in Message.objects.all()] == ["See you now"]
    assert kept() == [("Ana", "Half a thought")]


def test_throwing_away_what_waits_leaves_what_is_begun(town, as_seen_by):
    browser = as_seen_by(town.ana)
    put(browser, town)
    desk.keep_draft(by=town.ana, community=town.petanque, text="Half a thought")
    browser.post(f"/drafts/{Draft.objects.exclude(due_at=None).get().pk}/discard")
    assert kept() == [("Ana", "Half a thought")]


def test_what_could_not_be_said_is_shown_whole_with_the_reason(town, as_seen_by):
    browser = as_seen_by(town.ana)
    town.ana.account.language = "en"
    town.ana.account.save()
    long = "word " * 200 + "end"
    put(browser, town, text=long)
    people.leave(by=town.ana, community=town.petanque)
    with clock.clock_at(clock.now() + timedelta(days=2)):
        assert say_due() == 1
    page = text_of(browser.get("/drafts/"))
    assert "Could not be said" in page
    assert "One joins the circle before writing in it." in page
    assert long in page
    assert "It could not be said." in text_of(browser.get("/"))
    pk = Draft.objects.get().pk
    assert browser.get(f"/drafts/{pk}/").status_code == 404
    assert browser.post(f"/drafts/{pk}/say").status_code == 404
    assert browser.post(f"/drafts/{pk}/discard").status_code == 303


def test_what_could_not_be_said_can_be_mended(town, as_seen_by):
    browser, poll = as_seen_by(town.ana), {"choices": "Red\nBlue", "closes_at": due_in(1.5)}
    put(browser, town, **poll)
    with clock.clock_at(clock.now() + timedelta(days=2)):
        say_due()
        address = f"/drafts/{Draft.objects.get().pk}/"
        assert "It could not be said:" in text_of(browser.get(address))
        again = browser.post(f"{address}say")
        assert (again.status_code, "within 90 days, or none." in text_of(again)) == (400, True)
        assert browser.post(address, {"text": "See you", "choices": "Red\nBlue", "closes_at": ""}).status_code == 303
    assert (Message.objects.count(), Draft.objects.count()) == (1, 0)


def test_nothing_is_put_away_in_the_private_thread_of_a_request(town, as_seen_by):
    request = people.ask_to_join(by=town.eve, community=town.petanque, answers="I play")
    thread = acts.write_to_stewards(by=town.gil, request=request, text="Since when?").thread
    assert put(as_seen_by(town.eve), town, circle="", thread=str(thread.pk)).status_code == 404
    assert 'formaction="/drafts/later"' not in text_of(as_seen_by(town.eve).get(f"/t/{thread.pk}/"))


def test_the_list_costs_as_much_for_many_as_for_few(town, as_seen_by):
    def queries() -> int:
        browser.get("/drafts/")
        with CaptureQueriesContext(connection) as seen:
            browser.get("/drafts/")
        return len(seen)

    browser = as_seen_by(town.ana)
    put(browser, town)
    few = queries()
    for number in range(8):
        put(browser, town, text=f"Number {number}")
    assert queries() == few
