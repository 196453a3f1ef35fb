"""What one has begun to write."""

import pytest

from comvir.conversation import acts, desk
from comvir.conversation.models import Draft
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
