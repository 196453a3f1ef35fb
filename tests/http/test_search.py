"""The page one searches on."""

import pytest

from comvir.conversation import acts
from comvir.conversation.acts import Beside
from comvir.conversation.context import Context
from comvir.people import acts as people
from tests.http.counting import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def bo(town, as_seen_by):
    return as_seen_by(town.bo)


def test_what_was_found_is_shown_with_its_words_marked(town, bo):
    acts.start(by=town.ana, community=town.petanque, text="Un <i>platane</i> est tombé", title="L’allée")
    page = bo.get("/search/?q=platanes").content.decode()
    assert "Un &lt;i&gt;<mark>platane</mark>&lt;/i&gt; est tombé" in page
    assert "L’allée" in page


def test_the_page_is_kind_when_nothing_is_found(bo):
    page = bo.get("/search/", {"q": "<remorque>"}).content.decode()
    assert "Nothing for “&lt;remorque&gt;”. Try other words, or ask the circle." in page


def test_who_has_not_come_in_finds_what_is_public_only(town, client):
    acts.start(by=town.ana, community=town.petanque, text="mirabelle")
    assert "mirabelle</mark>" not in client.get("/search/?q=mirabelle").content.decode()


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("since=2026-13-45", "Write the day as 2026-06-07."),
        ("since=2026-05-02&until=2026-05-01", "This day comes before the first one."),
        ("person=zorro", "Nobody you know here has that name."),
        ("kind=gossip", "gossip"),
        ("q=" + "x" * 300, "This is too long: 200 letters at most."),
    ],
)
def test_what_cannot_be_looked_for_is_said_at_its_field(bo, asked, sentence):
    answer = bo.get(f"/search/?{asked}")
    assert answer.status_code == 400
    assert sentence in answer.content.decode()


@pytest.mark.parametrize("before", ["-1", "x", "9" * 40, "1.5", "٣"])
def test_a_mark_that_is_none_begins_at_the_top(town, bo, before):
    acts.start(by=town.ana, community=town.petanque, text="mirabelle")
    assert "<mark>mirabelle</mark>" in bo.get("/search/", {"q": "mirabelle", "before": before}).content.decode()


def test_pages_lead_on_and_keep_the_question(town, bo):
    for number in range(21):
        acts.start(by=town.ana, community=town.petanque, text=f"mirabelle {number}")
    page = bo.get("/search/?q=mirabelle&kind=").content.decode()
    assert "mirabelle</mark> 20" in page and "mirabelle</mark> 0<" not in page
    onward = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    later = bo.get(f"/search/{onward}").content.decode()
    assert "mirabelle</mark> 0<" in later and "mirabelle</mark> 20" not in later


def test_filters_by_person_and_kind(town, bo):
    acts.start(by=town.ana, community=town.petanque, text="mirabelle", beside=Beside(Context(kind="question")))
    acts.start(by=town.chloe, community=town.petanque, text="mirabelle aussi")
    by_ana = bo.get("/search/?q=mirabelle&person=ana").content.decode()
    assert by_ana.count("<mark>") == 1 and "aussi" not in by_ana
    questions = bo.get("/search/?kind=question").content.decode()
    assert "mirabelle" in questions and "aussi" not in questions


def test_a_title_goes_with_its_opening(town, bo):
    opening = acts.start(by=town.ana, community=town.petanque, text="Secret words", title="A secret title")
    acts.answer(by=town.chloe, thread=opening.thread, text="mirabelle")
    acts.remove(by=town.ana, message=opening)
    assert "A secret title" not in bo.get("/search/?q=mirabelle").content.decode()


def test_the_number_of_queries_does_not_grow(town, bo):
    acts.start(by=town.ana, community=town.petanque, text="mirabelle 0")
    few = queries_of(bo, "/search/?q=mirabelle")
    for number in range(12):
        acts.start(by=town.chloe, community=town.petanque, text=f"mirabelle {number}")
    assert queries_of(bo, "/search/?q=mirabelle") == few


@pytest.mark.parametrize("asked", ["since=0001-01-01", "until=9999-12-31", "until=0001-01-01", "since=9999-12-31"])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles"])
def test_days_at_the_ends_of_time_are_days(town, bo, zone, asked):
    people.describe(by=town.bo, name="Bo", handle="bo", about="", languages="fr", time_zone=zone)
    acts.start(by=town.ana, community=town.petanque, text="The plane tree fell")
    found = "plane" in bo.get(f"/search/?q=tree&{asked}").content.decode()
    assert found is (asked in ("since=0001-01-01", "until=9999-12-31"))
