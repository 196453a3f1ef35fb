"""Huddles: started, read, widened, left; and never known of from outside."""

import pytest

from comvir.conversation import acts as conversation
from comvir.people import acts
from comvir.people.models import Huddle, HuddleMember
from tests.http.test_circles import queries_of

PETANQUE = "/c/petanque-du-dimanche/"


@pytest.fixture
def address(town) -> str:
    return f"{PETANQUE}huddles/{town.huddle.pk}/"


def text_of(response) -> str:
    return response.content.decode()


def test_a_huddle_is_like_nothing_to_those_who_are_not_in_it(town, as_seen_by, address):
    conversation.start(by=town.bo, community=town.petanque, huddle=town.huddle, text="Between us")
    for somebody in (town.chloe, town.gil, town.nina, town.eve):
        client = as_seen_by(somebody)
        kept, absent = client.get(address), client.get(f"{PETANQUE}huddles/999/")
        assert (kept.status_code, kept.content) == (404, absent.content)
        assert client.post(f"{address}people", {"person": "chloe"}).status_code == 404
        assert client.post(f"{address}leave").status_code == 404
    assert "La bande à Ana" not in text_of(as_seen_by(town.gil).get(f"{PETANQUE}huddles/"))


def test_those_in_it_read_write_and_see_who_is_there(town, as_seen_by, address):
    conversation.start(by=town.bo, community=town.petanque, huddle=town.huddle, text="Between us")
    page = text_of(as_seen_by(town.ana).get(address))
    assert "Between us" in page and f'action="{address}write"' in page
    assert "/p/ana/" in page and "/p/bo/" in page and "/p/chloe/" not in page
    assert "Between us" not in text_of(as_seen_by(town.ana).get(PETANQUE))


def test_starting_one_with_whom_one_chose(town, as_seen_by):
    chosen = [str(town.ana.pk), str(town.dan.pk)]
    response = as_seen_by(town.chloe).post(f"{PETANQUE}huddles/", {"name": "The cake", "others": chosen})
    huddle = Huddle.objects.get(name="The cake")
    assert response["Location"] == f"{PETANQUE}huddles/{huddle.pk}/"
    assert {stay.person for stay in huddle.members.all()} == {town.chloe, town.ana, town.dan}


def test_a_number_no_database_holds_is_nobody(town, as_seen_by):
    response = as_seen_by(town.chloe).post(f"{PETANQUE}huddles/", {"name": "The cake", "others": ["9" * 40]})
    assert (response.status_code, Huddle.objects.filter(name="The cake").exists()) == (400, False)


def test_a_huddle_without_a_name_is_refused_and_the_choice_is_kept(town, as_seen_by):
    response = as_seen_by(town.chloe).post(f"{PETANQUE}huddles/", {"name": "", "others": [str(town.ana.pk)]})
    page = text_of(response)
    assert response.status_code == 400
    assert "The name is missing." in page and page.count("checked") == 1
    assert Huddle.objects.count() == 1


def test_nobody_from_outside_nor_shut_out_is_asked_in(town, as_seen_by):
    acts.block(by=town.dan, other=town.chloe)
    chloe = as_seen_by(town.chloe)
    assert ">Dan<" not in text_of(chloe.get(f"{PETANQUE}huddles/"))
    for somebody in (town.eve, town.dan):
        response = chloe.post(f"{PETANQUE}huddles/", {"name": "The cake", "others": [str(somebody.pk)]})
        assert response.status_code == 400
    assert Huddle.objects.count() == 1


def test_a_newcomer_waits_to_be_welcomed_before_starting_one(town, as_seen_by):
    nina = as_seen_by(town.nina)
    assert "as soon as somebody here has welcomed you" in text_of(nina.get(f"{PETANQUE}huddles/"))
    assert nina.post(f"{PETANQUE}huddles/", {"name": "Mine"}).status_code == 404
    assert Huddle.objects.count() == 1


def test_adding_somebody_who_then_reads_what_was_said_before(town, as_seen_by, address):
    conversation.start(by=town.bo, community=town.petanque, huddle=town.huddle, text="Between us")
    assert as_seen_by(town.ana).post(f"{address}people", {"person": "chloe"}).status_code == 303
    assert "Between us" in text_of(as_seen_by(town.chloe).get(address))


def test_adding_an_outsider_is_refused_in_a_sentence(town, as_seen_by, address):
    response = as_seen_by(town.ana).post(f"{address}people", {"person": "eve"})
    assert (response.status_code, "Choose again." in text_of(response)) == (400, True)
    assert HuddleMember.objects.filter(person=town.eve).count() == 0


def test_who_leaves_no_longer_reads(town, as_seen_by, address):
    bo = as_seen_by(town.bo)
    assert bo.post(f"{address}leave")["Location"] == f"{PETANQUE}huddles/"
    assert bo.get(address).status_code == 404
    assert as_seen_by(town.ana).get(address).status_code == 200


def test_the_list_makes_the_same_queries_for_three_huddles_and_for_fifteen(town, as_seen_by):
    ana = as_seen_by(town.ana)
    everyone = [town.bo, town.chloe, town.dan]

    def gather_more(numbers: range) -> None:
        for number in numbers:
            acts.gather_huddle(by=town.ana, community=town.petanque, name=f"Huddle {number}", others=everyone)

    gather_more(range(3))
    few = queries_of(ana, f"{PETANQUE}huddles/")
    gather_more(range(3, 15))
    assert queries_of(ana, f"{PETANQUE}huddles/") == few
