"""The first day of a house."""

import pytest
from allauth.account.models import EmailAddress

from comvir.people import keys
from comvir.people.models import Account, House, Person

SAID = {"name": "Josette", "email": "Josette@Example.org", "house": "Amicale de Saint-Jean"}


@pytest.fixture
def key(db) -> str:
    return keys.make_key(keys.FIRST_STEWARD, minutes=60)


def test_the_key_founds_the_house_once(key, as_seen_by):
    browser = as_seen_by(None)
    assert browser.get(f"/first/{key}/").status_code == 200
    assert Account.objects.count() == 0
    answer = browser.post(f"/first/{key}/", SAID)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/c/new")
    house, josette = House.objects.get(), Person.objects.get()
    assert (house.name, house.language, house.is_demo, house.founded_at is None) == (SAID["house"], "en", False, False)
    assert (josette.name, josette.account.email) == ("Josette", "josette@example.org")
    assert EmailAddress.objects.get().verified
    assert browser.get("/me/").status_code == 200
    other = as_seen_by(None)
    assert [other.get(f"/first/{key}/").status_code, other.post(f"/first/{key}/", SAID).status_code] == [404, 404]
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ({"name": " "}, "Your name is missing."),
        ({"email": "josette"}, "There may be an @ missing."),
        ({"house": ""}, "The house has no name yet."),
    ],
)
def test_what_is_missing_is_said_and_the_key_still_works(key, as_seen_by, missing, sentence):
    browser = as_seen_by(None)
    answer = browser.post(f"/first/{key}/", {**SAID, **missing})
    assert (answer.status_code, sentence in answer.content.decode()) == (400, True)
    assert (House.objects.count(), Account.objects.count()) == (0, 0)
    assert browser.post(f"/first/{key}/", SAID).status_code == 303


def test_a_wrong_key_is_a_page_that_does_not_exist(key, as_seen_by):
    assert as_seen_by(None).get("/first/wrong/").status_code == 404


def test_a_key_is_of_no_use_in_a_house_that_has_been_founded(key, as_seen_by):
    as_seen_by(None).post(f"/first/{key}/", SAID)
    late = keys.make_key(keys.FIRST_STEWARD, minutes=60)
    assert as_seen_by(None).get(f"/first/{late}/").status_code == 404
    assert as_seen_by(None).post(f"/first/{late}/", {**SAID, "house": "Mine now"}).status_code == 404
    assert House.objects.get().name == SAID["house"]


@pytest.mark.parametrize("address", ["/", "/in/"])
def test_an_empty_house_says_so_and_lets_nobody_in(db, as_seen_by, address, mailoutbox):
    browser = as_seen_by(None)
    assert "This house has no one yet" in browser.get(address).content.decode()
    browser.post("/in/", {"email": "lucie@example.org"})
    assert mailoutbox == []
