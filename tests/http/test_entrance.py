"""Coming in: an address, a code, a name; and what strangers cannot learn from it."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from comvir.conversation.models import Message, Thread
from comvir.lib import clock
from comvir.people import keys
from comvir.people.models import Account, GhostAddress, Membership, Person, Role

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')


@pytest.fixture(autouse=True)
def _counts_start_anew():
    cache.clear()


def code_of(letter) -> str:
    return re.search(r"(\d{3}) (\d{3})", letter.subject).expand(r"\1\2")


def ask(browser: Client, email: str, **more):
    return browser.post("/in/", {"email": email, **more})


def come_in(browser: Client, email: str, **more):
    ask(browser, email, **more)
    return browser.post("/in/code", {"code": code_of(mail.outbox[-1]), "remember": "on"})


def who_is(browser: Client) -> str | None:
    account = Account.objects.filter(pk=browser.session.get("_auth_user_id")).first()
    return account.email if account else None


def ghost(community, name: str, email: str, *words: str) -> Person:
    """Somebody an archive brought, with what they wrote."""
    now = clock.now()
    somebody = Person.objects.create(handle=f"{name.lower()}-archive", name=name, arrived_at=now)
    Membership.objects.create(community=community, person=somebody, role=Role.GHOST, joined_at=now)
    GhostAddress.objects.create(person=somebody, community=community, email=email)
    for word in words:
        thread = Thread.objects.create(
            community=community, audience="community", title=word, starter=somebody, started_at=now, last_at=now
        )
        Message.objects.create(
            thread=thread, position=0, author=somebody, text=word, happened_at=now, written_at=now, community=community
        )
    return somebody


def test_who_is_known_comes_in_with_a_code(town, as_seen_by):
    browser = as_seen_by(None)
    assert ask(browser, "Ana@Example.org ").headers["Location"] == "/in/code"
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [
        (["ana@example.org"], f"Your code: {code_of(mail.outbox[0])[:3]} {code_of(mail.outbox[0])[3:]}")
    ]
    typed = f" {code_of(mail.outbox[0])[:3]}-{code_of(mail.outbox[0])[3:]} "
    answer = browser.post("/in/code", {"code": typed, "remember": "on"})
    assert (answer.status_code, answer.headers["Location"], who_is(browser)) == (302, "/", "ana@example.org")


def test_a_first_time_is_the_same_then_asks_for_a_name(town, as_seen_by):
    browser = as_seen_by(None)
    before = Account.objects.count()
    ask(browser, "lucie@example.org")
    assert Account.objects.count() == before
    answer = browser.post("/in/code", {"code": code_of(mail.outbox[0]), "remember": "on"})
    assert (answer.headers["Location"], Account.objects.count()) == ("/in/name", before + 1)
    assert browser.get("/c/").headers["Location"] == "/in/name"
    assert browser.post("/in/name", {"name": "Lucie Martin"}).headers["Location"] == "/"
    lucie = Account.objects.get(email="lucie@example.org")
    assert (lucie.person.name, lucie.person.handle, lucie.language) == ("Lucie Martin", "lucie-martin", "en")
    assert list(EmailAddress.objects.filter(user=lucie).values_list("email", "verified", "primary")) == [
        ("lucie@example.org", True, True)
    ]


def test_a_name_is_needed(town, as_seen_by):
    browser = as_seen_by(None)
    come_in(browser, "lucie@example.org")
    answer = browser.post("/in/name", {"name": "  "})
    assert (answer.status_code, b"The name is missing." in answer.content) == (400, True)


def test_nothing_tells_a_known_address_from_an_unknown_one(town, as_seen_by):
    """Same answers byte for byte, at every step before the code; and the same letter but for its code."""

    def walk(email: str):
        browser = as_seen_by(None)
        pages = [ask(browser, email), browser.get("/in/code"), browser.post("/in/code", {"code": "000000"})]
        pages += [browser.post("/in/code", {"another": "1"}), browser.get("/in/code")]
        clock_time = re.compile(rb"sent at \d+:\d+")
        name = email.partition("@")[0].encode()
        seen = [(page.status_code, page.headers.get("Location"), TOKEN.sub(b"", page.content)) for page in pages]
        letters = [re.sub(r"\d{3} \d{3}", "######", letter.subject + letter.body) for letter in mail.outbox]
        mail.outbox.clear()
        kept = sorted(browser.session.keys())
        return (
            [(status, place, clock_time.sub(b"", body.replace(name, b"NAME"))) for status, place, body in seen],
            letters,
            kept,
        )

    assert walk("ana@example.org") == walk("nobody@example.org")


def test_an_address_without_its_sign_is_sent_back_with_what_was_typed(town, as_seen_by):
    answer = ask(as_seen_by(None), "lucie.example.org")
    assert answer.status_code == 400
    assert b"There may be an @ missing." in answer.content
    assert b'value="lucie.example.org"' in answer.content
    assert mail.outbox == []


def test_only_the_latest_code_opens(town, as_seen_by):
    browser = as_seen_by(None)
    ask(browser, "ana@example.org")
    first = code_of(mail.outbox[0])
    browser.post("/in/code", {"another": "1"})
    assert len(mail.outbox) == 2
    if first == code_of(mail.outbox[1]):
        pytest.skip("one in a million")
    answer = browser.post("/in/code", {"code": first})
    assert answer.status_code == 400
    assert "That isn’t the latest code. Look for the most recent e-mail, sent at" in answer.content.decode()
    assert who_is(browser) is None
    browser.post("/in/code", {"code": code_of(mail.outbox[1])})
    assert who_is(browser) == "ana@example.org"


def test_a_code_too_old_sends_a_new_one(town, as_seen_by, monkeypatch):
    browser = as_seen_by(None)
    ask(browser, "ana@example.org")
    old = code_of(mail.outbox[0])
    import time

    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 31 * 60)
    answer = browser.post("/in/code", {"code": old})
    assert (answer.status_code, len(mail.outbox), who_is(browser)) == (400, 2, None)
    assert "That code is over thirty minutes old. A new one is on its way." in answer.content.decode()
    browser.post("/in/code", {"code": code_of(mail.outbox[1])})
    assert who_is(browser) == "ana@example.org"


def test_five_wrong_codes_end_it(town, as_seen_by):
    browser = as_seen_by(None)
    ask(browser, "ana@example.org")
    right = code_of(mail.outbox[0])
    wrong = "111111" if right != "111111" else "222222"
    answers = [browser.post("/in/code", {"code": wrong}).status_code for _ in range(5)]
    assert answers == [400, 400, 400, 400, 303]
    assert browser.post("/in/code", {"code": right}).headers["Location"] == "/in/"
    assert who_is(browser) is None


def test_thirty_tries_a_day_are_all_an_address_gets(town, as_seen_by, settings):
    """However many browsers and codes: the thirty-first try is not even looked at, right or wrong."""
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "request_login_code": "100/m/ip"}
    for _ in range(10):
        browser = as_seen_by(None)
        ask(browser, "ana@example.org")
        right = code_of(mail.outbox[-1])
        wrong = "111111" if right != "111111" else "222222"
        assert [browser.post("/in/code", {"code": wrong}).status_code for _ in range(3)] == [400] * 3
    assert browser.post("/in/code", {"code": right}).status_code == 429
    assert who_is(browser) is None


def test_a_code_opens_only_in_the_browser_that_asked(town, as_seen_by):
    ask(as_seen_by(None), "ana@example.org")
    other = as_seen_by(None)
    ask(other, "bo@example.org")
    other.post("/in/code", {"code": code_of(mail.outbox[0])})
    assert who_is(other) is None


def test_too_many_codes_for_one_address_are_refused_in_a_sentence(town, as_seen_by):
    for email in ("ana@example.org", "nobody@example.org"):
        answers = [ask(as_seen_by(None), email) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [303] * 5 + [429]
        assert "That was a lot at once." in answers[-1].content.decode()


def test_one_network_asks_for_25_codes_in_five_minutes(town, as_seen_by):
    answers = [ask(as_seen_by(None), f"someone{n}@example.org").status_code for n in range(26)]
    assert answers == [303] * 25 + [429]


@pytest.mark.parametrize(
    ("asked", "reached"),
    [
        ("/c/petanque/", "/c/petanque/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_one_goes_on_only_to_pages_of_this_house(town, as_seen_by, asked, reached):
    assert come_in(as_seen_by(None), "ana@example.org", next=asked).headers["Location"] == reached


def test_somebody_new_goes_on_after_giving_a_name(town, as_seen_by):
    browser = as_seen_by(None)
    come_in(browser, "lucie@example.org", next="/i/figue-phare-1/")
    assert browser.post("/in/name", {"name": "Lucie"}).headers["Location"] == "/i/figue-phare-1/"


def test_who_does_not_want_to_be_remembered_is_not(town, as_seen_by):
    browser = as_seen_by(None)
    ask(browser, "ana@example.org")
    browser.post("/in/code", {"code": code_of(mail.outbox[0])})
    assert browser.session.get_expire_at_browser_close()
    browser = as_seen_by(None)
    come_in(browser, "bo@example.org")
    assert not browser.session.get_expire_at_browser_close()


def test_proving_an_address_gives_the_past_back(town, as_seen_by):
    old_lucie = ghost(town.petanque, "Lucie", "Lucie@Example.org", "In 2009", "In 2010")
    other = ghost(town.petanque, "Paul", "paul@example.org", "Mine")
    browser = as_seen_by(None)
    come_in(browser, "lucie@example.org")
    page = browser.post("/in/name", {"name": "Lucie"}, follow=True)
    assert "2 messages from the archive are yours again." in page.content.decode()
    old_lucie.refresh_from_db()
    other.refresh_from_db()
    assert (old_lucie.same_as.name, other.same_as) == ("Lucie", None)


def test_a_past_imported_later_comes_back_at_the_next_visit(town, as_seen_by):
    ghost(town.petanque, "Ana", "ana@example.org", "Long ago")
    browser = as_seen_by(None)
    come_in(browser, "ana@example.org")
    assert "1 message from the archive is yours again." in browser.get("/me/").content.decode()


def test_a_further_address_gives_its_past_back_at_once(town, as_seen_by):
    ghost(town.petanque, "Ana", "ana@old.example", "Long ago")
    browser = as_seen_by(None)
    come_in(browser, "ana@example.org")
    browser.post("/in/addresses", {"action_add": "1", "email": "ana@old.example"})
    browser.post("/in/addresses/code", {"action": "verify", "code": code_of(mail.outbox[-1])})
    page = browser.get("/me/").content.decode()
    assert "This address is yours: codes can go there too." in page
    assert "1 message from the archive is yours again." in page


def test_signing_out_is_a_post(town, as_seen_by):
    browser = as_seen_by(town.ana)
    assert browser.get("/in/out").status_code == 405
    assert who_is(browser) == "ana@example.org"
    assert browser.post("/in/out").headers["Location"] == "/in/"
    assert who_is(browser) is None


def test_a_link_from_the_host_opens_once(town, as_seen_by):
    key = keys.make_key(keys.ENTER, "ana@example.org", minutes=15)
    browser = as_seen_by(None)
    page = browser.get(f"/in/key/{key}/")
    assert (page.status_code, who_is(browser)) == (200, None)
    assert browser.post(f"/in/key/{key}/").headers["Location"] == "/"
    assert who_is(browser) == "ana@example.org"
    again = as_seen_by(None)
    assert [again.get(f"/in/key/{key}/").status_code, again.post(f"/in/key/{key}/").status_code] == [410, 410]
    assert who_is(again) is None


def test_a_link_for_somebody_new_makes_their_account(town, as_seen_by):
    key = keys.make_key(keys.ENTER, "lucie@example.org", minutes=15)
    browser = as_seen_by(None)
    assert browser.post(f"/in/key/{key}/").headers["Location"] == "/in/name"
    assert EmailAddress.objects.get(email="lucie@example.org").verified


def test_a_link_too_old_opens_nothing(town, as_seen_by, monkeypatch):
    key = keys.make_key(keys.ENTER, "ana@example.org", minutes=15)
    later = clock.now() + timedelta(minutes=16)
    monkeypatch.setattr(clock, "now", lambda: later)
    browser = as_seen_by(None)
    assert (browser.post(f"/in/key/{key}/").status_code, who_is(browser)) == (410, None)


def test_a_closed_account_stays_outside(town, as_seen_by):
    Account.objects.filter(email="ana@example.org").update(is_active=False)
    browser = as_seen_by(None)
    assert come_in(browser, "ana@example.org").headers["Location"] == "/in/closed"
    assert who_is(browser) is None


def test_a_further_address_opens_the_same_account(town, as_seen_by):
    browser = as_seen_by(None)
    come_in(browser, "ana@example.org")
    browser.post("/in/addresses", {"action_add": "1", "email": "ana@work.example"})
    assert mail.outbox[-1].to == ["ana@work.example"]
    assert not EmailAddress.objects.filter(email="ana@work.example").exists()
    browser.post("/in/addresses/code", {"action": "verify", "code": code_of(mail.outbox[-1])})
    other = as_seen_by(None)
    come_in(other, "ana@work.example")
    assert who_is(other) == "ana@example.org"


def test_an_address_of_somebody_else_cannot_be_taken_and_nothing_says_it_is(town, as_seen_by):
    browser = as_seen_by(None)
    come_in(browser, "bo@example.org")
    come_in(as_seen_by(None), "ana@example.org")
    taken = browser.post("/in/addresses", {"action_add": "1", "email": "ana@example.org"}).headers["Location"]
    free = browser.post("/in/addresses", {"action_add": "1", "email": "free@example.org"}).headers["Location"]
    assert taken == free == "/in/addresses/code"
    other = as_seen_by(None)
    come_in(other, "ana@example.org")
    assert who_is(other) == "ana@example.org"


def test_the_second_step_is_asked_of_who_turned_it_on(town, as_seen_by):
    import time

    from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value

    TOTP.activate(town.ana.account, "JBSWY3DPEHPK3PXP")
    browser = as_seen_by(None)
    assert come_in(browser, "ana@example.org").headers["Location"] == "/in/second"
    assert (browser.get("/in/second").status_code, who_is(browser)) == (200, None)
    assert browser.post("/in/second", {"code": "000000"}).status_code == 200
    assert who_is(browser) is None
    browser.post("/in/second", {"code": format_hotp_value(hotp_value("JBSWY3DPEHPK3PXP", int(time.time()) // 30))})
    assert who_is(browser) == "ana@example.org"


def test_the_other_devices_can_be_signed_out(town, as_seen_by):
    here, there = as_seen_by(None), as_seen_by(None)
    come_in(here, "ana@example.org")
    come_in(there, "ana@example.org")
    assert here.get("/in/devices").content.decode().count("<li><div><b>") == 2
    here.post("/in/devices")
    assert here.get("/me/").status_code == 200
    assert there.get("/me/").headers["Location"].startswith("/in/")


@pytest.mark.parametrize(
    "name", ["account_signup", "account_reset_password", "account_set_password", "account_change_password"]
)
def test_there_is_no_password_anywhere(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize(
    "address",
    [
        "/in/addresses",
        "/in/devices",
        "/in/passkeys",
        "/in/passkeys/add",
        "/in/second/on",
        "/me/",
        "/me/profile",
        "/me/blocks",
    ],
)
def test_every_page_about_coming_in_is_ours(town, as_seen_by, address):
    browser = as_seen_by(None)
    come_in(browser, "ana@example.org")
    page = browser.get(address)
    assert page.status_code == 200
    assert 'class="skip"' in page.content.decode()
    assert "Two-Factor" not in page.content.decode()
