"""Coming in openly or on request, the letters with the stewards, leaving."""

import re

from comvir.conversation import acts as conversation
from comvir.journal.models import Deed
from comvir.people import acts
from comvir.people.access import role_in
from comvir.people.models import JoinRequest, Role

PETANQUE = "/c/petanque-du-dimanche/"


def text_of(response) -> str:
    return response.content.decode()


def ask(town) -> JoinRequest:
    return acts.ask_to_join(by=town.eve, community=town.petanque, answers="Because of <b>you</b>")


def test_one_walks_into_an_open_circle_and_lands_where_one_says_hello(town, as_seen_by):
    market = acts.open_community(by=town.fay, name="Market", theme="neighbourhood", join_mode="open")
    eve = as_seen_by(town.eve)
    assert "Come in" in text_of(eve.get("/c/market/join"))
    response = eve.post("/c/market/join", follow=True)
    assert role_in(town.eve, market) is Role.NEWCOMER
    assert "You are in." in text_of(response) and "Say hello to the circle" in text_of(response)
    deeds = Deed.objects.count()
    assert eve.post("/c/market/join")["Location"] == "/c/market/"
    assert Deed.objects.count() == deeds


def test_a_circle_by_invitation_says_so_and_lets_nobody_in(town, as_seen_by):
    closed = acts.open_community(by=town.fay, name="Closed", theme="tribe")
    eve = as_seen_by(town.eve)
    assert "One comes into this circle with an invitation." in text_of(eve.get("/c/closed/join"))
    response = eve.post("/c/closed/join")
    assert response.status_code == 403
    assert "Ask someone you know there." in text_of(response)
    assert role_in(town.eve, closed) is None


def test_an_applicant_answers_each_question(town, as_seen_by):
    town.petanque.questions = "Why us?\nSince when?"
    town.petanque.save()
    eve = as_seen_by(town.eve)
    assert "Since when?" in text_of(eve.get(f"{PETANQUE}join"))
    response = eve.post(f"{PETANQUE}join", {"answer_0": "To play", "answer_1": ""})
    asked = JoinRequest.objects.get()
    assert response["Location"] == f"{PETANQUE}requests/{asked.pk}/"
    assert asked.answers == "Why us?\nTo play"
    assert eve.post(f"{PETANQUE}join", {"answer_0": "Again"})["Location"] == response["Location"]
    assert JoinRequest.objects.count() == 1


def test_answers_too_long_are_kept_and_refused_in_a_sentence(town, as_seen_by):
    response = as_seen_by(town.eve).post(f"{PETANQUE}join", {"answers": "so long " * 600})
    assert response.status_code == 400
    assert "This is too long: 4000 letters at most." in text_of(response) and "so long so long" in text_of(response)
    assert JoinRequest.objects.count() == 0


def test_the_request_is_read_by_its_author_and_the_stewards_alone(town, as_seen_by):
    asked = ask(town)
    address = f"{PETANQUE}requests/{asked.pk}/"
    for somebody in (town.eve, town.gil):
        page = text_of(as_seen_by(somebody).get(address))
        assert "Because of &lt;b&gt;you&lt;/b&gt;" in page
    for somebody in (town.ana, town.nina, town.fay):
        client = as_seen_by(somebody)
        kept, absent = client.get(address), client.get(f"{PETANQUE}requests/999/")
        assert kept.status_code == absent.status_code == 404
        assert kept.content == absent.content
    assert as_seen_by(town.eve).get(f"/c/{town.music.slug}/requests/{asked.pk}/").status_code == 404


def test_the_table_lists_who_waits(town, as_seen_by):
    gil = as_seen_by(town.gil)
    assert "Nobody is waiting for an answer." in text_of(gil.get(f"{PETANQUE}requests/"))
    asked = ask(town)
    assert f"{PETANQUE}requests/{asked.pk}/" in text_of(gil.get(f"{PETANQUE}requests/"))


def test_both_sides_write_to_each_other(town, as_seen_by):
    asked = ask(town)
    address = f"{PETANQUE}requests/{asked.pk}/"
    assert as_seen_by(town.eve).post(address, {"text": "May I come on Sunday?"}).status_code == 303
    assert as_seen_by(town.gil).post(address, {"text": "Do come"}).status_code == 303
    page = text_of(as_seen_by(town.eve).get(address))
    assert page.index("May I come on Sunday?") < page.index("Do come")
    refused = as_seen_by(town.eve).post(address, {"text": " "})
    assert (refused.status_code, "The message is empty." in text_of(refused)) == (400, True)
    assert as_seen_by(town.ana).post(address, {"text": "Me too"}).status_code == 404


def test_a_steward_lets_in(town, as_seen_by):
    asked = ask(town)
    response = as_seen_by(town.gil).post(f"{PETANQUE}requests/{asked.pk}/answer", {"outcome": "accept"}, follow=True)
    assert role_in(town.eve, town.petanque) is Role.NEWCOMER
    assert "Welcome Eve" in text_of(response)
    assert "You are in." in text_of(as_seen_by(town.eve).get(f"{PETANQUE}requests/{asked.pk}/"))


def test_two_answers_at_once_make_one(town, as_seen_by):
    asked, gil = ask(town), as_seen_by(town.gil)
    address = f"{PETANQUE}requests/{asked.pk}/answer"
    assert gil.post(address, {"outcome": "decline"}).status_code == 303
    second = gil.post(address, {"outcome": "accept"})
    assert second.status_code == 409
    assert "Another steward has already answered this request." in text_of(second)
    assert role_in(town.eve, town.petanque) is None
    assert "did not let you in this time" in text_of(as_seen_by(town.eve).get(PETANQUE))


def test_an_answer_nobody_offered_changes_nothing(town, as_seen_by):
    asked = ask(town)
    as_seen_by(town.gil).post(f"{PETANQUE}requests/{asked.pk}/answer", {"outcome": "burn"})
    asked.refresh_from_db()
    assert asked.outcome == "waiting"


def test_nobody_answers_their_own_request(town, as_seen_by):
    asked = ask(town)
    for somebody in (town.eve, town.ana):
        address = f"{PETANQUE}requests/{asked.pk}/answer"
        assert as_seen_by(somebody).post(address, {"outcome": "accept"}).status_code == 404
    assert role_in(town.eve, town.petanque) is None


def test_leaving_is_confirmed_and_what_was_said_stays(town, as_seen_by):
    conversation.start(by=town.ana, community=town.petanque, text="I was there")
    ana = as_seen_by(town.ana)
    assert "Leave the circle" in text_of(ana.get(f"{PETANQUE}leave"))
    assert role_in(town.ana, town.petanque) is Role.MEMBER
    assert ana.post(f"{PETANQUE}leave")["Location"] == "/c/"
    assert role_in(town.ana, town.petanque) is None
    assert "I was there" in text_of(as_seen_by(town.bo).get(PETANQUE))
    assert "I was there" not in text_of(ana.get(PETANQUE))


def test_the_only_steward_is_asked_to_name_another_first(town, as_seen_by):
    response = as_seen_by(town.gil).post(f"{PETANQUE}leave")
    assert response.status_code == 409
    assert "You are the only steward." in text_of(response)
    assert role_in(town.gil, town.petanque) is Role.STEWARD


def test_the_letters_make_the_same_queries_for_three_and_for_fifteen(town, as_seen_by):
    from tests.http.test_circles import queries_of

    asked, gil = ask(town), as_seen_by(town.gil)
    address = f"{PETANQUE}requests/{asked.pk}/"

    def write_more(count: int) -> None:
        for _ in range(count):
            conversation.write_to_stewards(by=town.eve, request=asked, text="Hello")

    write_more(3)
    few = queries_of(gil, address)
    write_more(12)
    assert queries_of(gil, address) == few
    assert len(re.findall('<li id="m', text_of(gil.get(address)))) == 15
