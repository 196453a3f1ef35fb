"""The demonstration: anybody may be anybody, at the machine itself only."""

import pytest

from comvir.people.models import Account, House
from tests.http.counting import queries_of
from tests.people import belong, person

HERE = {"HTTP_HOST": "localhost:8000", "REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture
def demo(town):
    House.objects.create(name="Saint-Jean", is_demo=True)
    return town


def who_is(browser) -> str | None:
    account = Account.objects.filter(pk=browser.session.get("_auth_user_id")).first()
    return account.person.name if account else None


def test_one_click_makes_one_somebody(demo, as_seen_by):
    browser = as_seen_by(None)
    page = browser.get("/demo/", **HERE).content.decode()
    assert [f"Be {name}" in page for name in ("Ana", "Gil", "Fay", "Eve")] == [True] * 4
    assert browser.post("/demo/", {"handle": "ana"}, **HERE).headers["Location"] == "/"
    assert who_is(browser) == "Ana"
    assert "Demo: Ana" in browser.get("/me/", **HERE).content.decode()
    browser.post("/demo/", {"handle": "gil"}, **HERE)
    assert who_is(browser) == "Gil"
    browser.post("/demo/", {}, **HERE)
    assert who_is(browser) is None


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"HTTP_HOST": "testserver"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_X_REAL_IP": "127.0.0.1"},
        {"comvir.relayed": True},
        {"REMOTE_ADDR": ""},
    ],
    ids=lambda elsewhere: "-".join(elsewhere),
)
def test_from_anywhere_else_it_does_not_exist(demo, as_seen_by, elsewhere):
    browser = as_seen_by(None)
    where = {**HERE, **elsewhere}
    gone = browser.get("/demos/", **where)
    for answer in (browser.get("/demo/", **where), browser.post("/demo/", {"handle": "ana"}, **where)):
        assert (answer.status_code, answer.content) == (404, gone.content)
    assert who_is(browser) is None
    assert "Be someone else" not in browser.get("/help/", **where).content.decode()


def test_a_house_where_people_live_has_no_demonstration(town, as_seen_by):
    House.objects.create(name="Saint-Jean", is_demo=False)
    browser = as_seen_by(None)
    assert browser.get("/demo/", **HERE).status_code == 404
    assert browser.post("/demo/", {"handle": "ana"}, **HERE).status_code == 404
    assert who_is(browser) is None


@pytest.mark.parametrize("host", ["127.0.0.1:8150", "localhost"])
def test_the_names_of_the_machine_itself(demo, as_seen_by, host):
    assert as_seen_by(None).get("/demo/", **{**HERE, "HTTP_HOST": host}).status_code == 200


def test_somebody_without_an_account_cannot_be_played(demo, as_seen_by):
    assert as_seen_by(None).post("/demo/", {"handle": "nobody"}, **HERE).status_code == 404


def test_the_cast_takes_as_many_queries_however_many_they_are(demo, as_seen_by):
    browser = as_seen_by(None)
    few = queries_of(browser, "/demo/", **HERE)
    for name in ("Lucie", "Marcel", "Thuy"):
        belong(person(name), demo.petanque)
    assert queries_of(browser, "/demo/", **HERE) == few
