"""The circles one belongs to, opening one, its conversation, its front page, its charter, its settings."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comvir.conversation import acts as conversation
from comvir.conversation import desk
from comvir.people import acts
from comvir.people.models import Community

PETANQUE = "/c/petanque-du-dimanche/"
FOUR = {"theme": "outings", "name": "Boules", "place": "", "rhythm": "", "door": "link"}


def text_of(response) -> str:
    return response.content.decode()


def queries_of(client, address: str) -> int:
    """How many queries a page makes once it has been seen."""
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def settings_of(community: Community, **changed: str) -> dict[str, str]:
    fields = ("name", "summary", "place", "rhythm", "visibility", "join_mode", "questions")
    return {field: getattr(community, field) for field in fields} | changed


@pytest.mark.parametrize(
    "below", ["", "about", "m/", "requests/", "settings", "settings/charter", "invite", "huddles/", "leave", "join"]
)
def test_a_hidden_circle_answers_an_outsider_like_a_circle_that_is_not(town, as_seen_by, below):
    eve = as_seen_by(town.eve)
    hidden, absent = eve.get(f"/c/{town.music.slug}/{below}"), eve.get(f"/c/no-such-circle/{below}")
    assert hidden.status_code == absent.status_code == 404
    assert hidden.content == absent.content


def test_the_list_says_the_last_title_and_nothing_of_a_discreet_place(town, as_seen_by):
    support = acts.open_community(by=town.ana, name="Passerelles", theme="support", visibility="hidden")
    conversation.start(by=town.ana, community=support, text="Very private words")
    conversation.start(by=town.bo, community=town.petanque, text="Who comes on Sunday?")
    page = text_of(as_seen_by(town.ana).get("/c/"))
    assert "Who comes on Sunday?" in page
    assert "Passerelles" in page and "A discreet place" in page
    assert "Very private words" not in page
    assert "Cordes et vents" not in page


def test_the_list_takes_a_title_away_with_its_message(town, as_seen_by):
    opening = conversation.start(by=town.ana, community=town.petanque, text="Said too fast")
    conversation.remove(by=town.ana, message=opening)
    assert "Said too fast" not in text_of(as_seen_by(town.bo).get("/c/"))


def test_who_belongs_nowhere_sees_circles_one_may_know_of(town, as_seen_by):
    page = text_of(as_seen_by(town.eve).get("/c/"))
    assert "You are in no circle yet" in page
    assert "Pétanque du dimanche" in page and "One asks to come in, and a steward answers." in page
    assert "Cordes et vents" not in page
    assert "Open a circle" not in text_of(as_seen_by(None).get("/c/"))


def test_the_list_makes_the_same_queries_for_three_circles_and_for_fifteen(town, as_seen_by):
    ana = as_seen_by(town.ana)

    def open_more(names: range) -> None:
        for number in names:
            mine = acts.open_community(by=town.ana, name=f"Mine {number}", theme="music")
            conversation.start(by=town.ana, community=mine, text=f"Words {number}")
            acts.open_community(by=town.eve, name=f"Other {number}", theme="music")

    open_more(range(3))
    few = queries_of(ana, "/c/")
    open_more(range(3, 15))
    assert queries_of(ana, "/c/") == few


@pytest.mark.parametrize(
    ("door", "join_mode", "visibility"),
    [
        ("link", "invitation", "listed"),
        ("asks", "request", "listed"),
        ("open", "open", "listed"),
        ("public", "request", "public"),
        ("hidden", "invitation", "hidden"),
    ],
)
def test_four_answers_open_a_circle(town, as_seen_by, door, join_mode, visibility):
    answers = {**FOUR, "place": "The square", "rhythm": "On Sundays", "door": door}
    response = as_seen_by(town.eve).post("/c/new", answers)
    assert (response.status_code, response["Location"]) == (303, "/c/boules/invite")
    circle = Community.objects.get(slug="boules")
    assert (circle.opened_by, circle.join_mode, circle.visibility) == (town.eve, join_mode, visibility)
    assert (circle.theme, circle.place, circle.rhythm) == ("outings", "The square", "On Sundays")


def test_a_missing_name_is_told_at_its_field_and_the_rest_is_kept(town, as_seen_by):
    answers = {**FOUR, "theme": "support", "name": " ", "place": "Behind <the> church", "door": "hidden"}
    response = as_seen_by(town.eve).post("/c/new", answers)
    page = text_of(response)
    assert response.status_code == 400
    assert "The name is missing." in page
    assert "Behind &lt;the&gt; church" in page
    assert re.search(r'value="support"[^>]*checked', page) and re.search(r'value="hidden"[^>]*checked', page)
    assert Community.objects.count() == 2


def test_a_name_too_long_is_refused_in_a_sentence(town, as_seen_by):
    response = as_seen_by(town.eve).post("/c/new", {**FOUR, "name": "b" * 81})
    assert response.status_code == 400
    assert "This is too long: 80 letters at most." in text_of(response)


def test_members_read_and_write_and_the_draft_is_there(town, as_seen_by):
    conversation.start(by=town.bo, community=town.petanque, text="Who comes on Sunday?")
    desk.keep_draft(by=town.ana, community=town.petanque, text="I had begun")
    page = text_of(as_seen_by(town.ana).get(PETANQUE))
    assert "Who comes on Sunday?" in page and "I had begun" in page
    assert f'action="{PETANQUE}write"' in page
    assert "Stewards’ table" not in page


def test_a_newcomer_is_invited_to_say_hello_and_cannot_invite(town, as_seen_by):
    page = text_of(as_seen_by(town.nina).get(PETANQUE))
    assert "Say hello to the circle" in page
    assert f'href="{PETANQUE}invite"' not in page
    assert as_seen_by(town.nina).get(f"{PETANQUE}invite").status_code == 404


def test_a_member_sees_who_awaits_a_welcome_and_a_first_answer(town, as_seen_by):
    thread = conversation.start(by=town.nina, community=town.petanque, text="Hello from Nina").thread
    page = text_of(as_seen_by(town.ana).get(PETANQUE))
    assert "To welcome" in page and "Awaiting a first answer" in page
    conversation.answer(by=town.bo, thread=thread, text="Welcome")
    assert "Awaiting a first answer" not in text_of(as_seen_by(town.ana).get(PETANQUE))


def test_a_huddle_is_named_beside_the_conversation_only_to_those_in_it(town, as_seen_by):
    assert "La bande à Ana" in text_of(as_seen_by(town.bo).get(PETANQUE))
    assert "La bande à Ana" not in text_of(as_seen_by(town.gil).get(PETANQUE))


def test_an_outsider_gets_the_front_page_without_words_nor_names(town, as_seen_by):
    conversation.start(by=town.bo, community=town.petanque, text="Who comes on Sunday?")
    for somebody in (town.eve, None):
        page = text_of(as_seen_by(somebody).get(PETANQUE))
        assert "Pétanque du dimanche" in page and "Ask to come in" in page
        assert "Who comes on Sunday?" not in page
        assert "Gil" not in page and "Ana" not in page


def test_an_applicant_sees_that_the_request_waits(town, as_seen_by):
    asked = acts.ask_to_join(by=town.eve, community=town.petanque, answers="")
    page = text_of(as_seen_by(town.eve).get(PETANQUE))
    assert "Your request is with the stewards." in page
    assert f"{PETANQUE}requests/{asked.pk}/" in page


def test_anyone_reads_a_public_circle_and_members_write_in_it(town, as_seen_by):
    market = acts.open_community(by=town.fay, name="Market", theme="neighbourhood", visibility="public")
    conversation.start(by=town.fay, community=market, text="Open on Saturday")
    page = text_of(as_seen_by(None).get("/c/market/"))
    assert "Open on Saturday" in page
    assert "<textarea" not in page and "Members" not in page and "Stewards:" not in page


def test_the_conversation_makes_the_same_queries_for_three_threads_and_for_fifteen(town, as_seen_by):
    ana, people = as_seen_by(town.ana), [town.ana, town.bo, town.chloe, town.dan, town.nina]

    def say_more(numbers: range) -> None:
        for number in numbers:
            conversation.start(by=people[number % 5], community=town.petanque, text=f"Words {number}")

    say_more(range(3))
    few = queries_of(ana, PETANQUE)
    say_more(range(3, 15))
    assert queries_of(ana, PETANQUE) == few


def test_each_thread_is_on_one_page_and_the_last_page_ends(town, as_seen_by):
    for number in range(23):
        conversation.start(by=town.ana, community=town.petanque, text=f"Words {number:02}.")
    ana = as_seen_by(town.ana)
    first = text_of(ana.get(PETANQUE))
    older = re.search(r'href="(\?before=[^"]+)"', first)[1].replace("&amp;", "&")
    second = text_of(ana.get(f"{PETANQUE}{older}"))
    on_first, on_second = (re.findall(r"Words \d\d\.", page) for page in (first, second))
    assert on_first == [f"Words {number:02}." for number in range(22, 2, -1)]
    assert on_second == ["Words 02.", "Words 01.", "Words 00."]
    assert "You have seen everything." in second and "You have seen everything." not in first


@pytest.mark.parametrize(
    "mark", ["nonsense", "2026-99-99T00:00:00.000000Z-1", "2026-01-01T00:00:00.000000Z-" + "9" * 30]
)
def test_a_mark_nobody_gave_shows_the_first_page(town, as_seen_by, mark):
    conversation.start(by=town.ana, community=town.petanque, text="Words")
    assert "Words" in text_of(as_seen_by(town.ana).get(PETANQUE, {"before": mark}))


def test_a_circle_of_its_first_day_says_so(town, as_seen_by):
    assert "This circle has just opened. Say hello." in text_of(as_seen_by(town.ana).get(PETANQUE))


def test_earlier_charters_stay_to_be_read(town, as_seen_by):
    acts.write_charter(by=town.gil, community=town.petanque, text="Be **kind**")
    acts.write_charter(by=town.gil, community=town.petanque, text="Be kind and on time")
    eve = as_seen_by(town.eve)
    page = text_of(eve.get(f"{PETANQUE}about"))
    assert "Be kind and on time" in page and "Version 1" in page and "Gil" not in page
    old = text_of(eve.get(f"{PETANQUE}about/1/"))
    assert "<strong>kind</strong>" in old and "This is an earlier version." in old
    assert eve.get(f"{PETANQUE}about/3/").status_code == 404
    assert "Written by Gil" in text_of(as_seen_by(town.ana).get(f"{PETANQUE}about"))


def test_a_steward_changes_the_circle(town, as_seen_by):
    answers = settings_of(town.petanque, summary="We play and talk", questions="Why us?")
    assert as_seen_by(town.gil).post(f"{PETANQUE}settings", answers).status_code == 303
    town.petanque.refresh_from_db()
    assert (town.petanque.summary, town.petanque.question_list) == ("We play and talk", ["Why us?"])


def test_a_hidden_circle_on_request_is_refused_at_its_field_and_kept_as_typed(town, as_seen_by):
    answers = settings_of(town.petanque, visibility="hidden", join_mode="open", summary="New words")
    response = as_seen_by(town.gil).post(f"{PETANQUE}settings", answers)
    assert response.status_code == 400
    assert "joined by invitation only" in text_of(response) and 'value="New words"' in text_of(response)
    assert Community.objects.get(pk=town.petanque.pk).visibility == "listed"


def test_settings_are_for_stewards(town, as_seen_by):
    for somebody in (town.ana, town.nina, town.eve):
        for page in ("settings", "settings/charter", "requests/"):
            assert as_seen_by(somebody).get(f"{PETANQUE}{page}").status_code == 404
    assert as_seen_by(town.ana).post(f"{PETANQUE}settings", settings_of(town.petanque, name="Mine")).status_code == 404
    assert Community.objects.get(pk=town.petanque.pk).name == "Pétanque du dimanche"


def test_an_empty_charter_is_refused(town, as_seen_by):
    gil = as_seen_by(town.gil)
    assert gil.post(f"{PETANQUE}settings/charter", {"text": " "}).status_code == 400
    assert gil.post(f"{PETANQUE}settings/charter", {"text": "Be kind"}).status_code == 303
    assert [charter.version for charter in town.petanque.charters.all()] == [1]


def test_the_charter_is_not_signed_to_who_does_not_meet_its_writer(town, as_seen_by):
    acts.write_charter(by=town.gil, community=town.petanque, text="We are kind.")
    pages = [f"{PETANQUE}about", f"{PETANQUE}about/1/"]
    assert ["by Gil" in text_of(as_seen_by(town.ana).get(page)) for page in pages] == [True, True]
    acts.block(by=town.gil, other=town.ana)
    assert ["by Gil" in text_of(as_seen_by(town.ana).get(page)) for page in pages] == [False, False]


def test_answers_of_somebody_blocked_are_not_counted(town, as_seen_by):
    thread = conversation.start(by=town.ana, community=town.petanque, text="Who comes?").thread
    conversation.answer(by=town.bo, thread=thread, text="I do")
    conversation.answer(by=town.chloe, thread=thread, text="And I")
    assert "2 answers" in text_of(as_seen_by(town.dan).get(PETANQUE))
    acts.block(by=town.dan, other=town.bo)
    for address in (PETANQUE, "/", f"/t/{thread.pk}/row"):
        assert "1 answer<" in text_of(as_seen_by(town.dan).get(address))
