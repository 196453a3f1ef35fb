"""Hearing of news at once: asking a hub, being asked back, taking only what it signed."""

import hmac
from datetime import timedelta
from hashlib import sha256
from urllib.parse import parse_qs, urlencode

import pytest
from django.test import Client

from comvir.conversation.models import Thread
from comvir.intake import acts, delivery, parsing, reading
from comvir.intake.models import Wire
from comvir.journal.models import Deed
from comvir.lib import clock
from tests.intake.papers import HUB, numbered, rss
from tests.lib.outside import page

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TOPIC = "https://town.example/rss"


@pytest.fixture(autouse=True)
def _house_with_an_address(settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://house.example"]


@pytest.fixture
def start():
    return clock.now()


@pytest.fixture
def heard(web, wire, start) -> Wire:
    """The wire once it was read, and its hub asked."""
    web.ways["/hub"] = page(b"", status="202 Accepted")
    web.ways["/rss"] = page(rss(*numbered(1, 1), more=HUB.format(hub=web.url("/hub"), topic=TOPIC)))
    return read(wire, start)


def read(wire: Wire, at) -> Wire:
    with clock.clock_at(at):
        reading.read_wire(Wire.objects.select_related("community", "person").get(pk=wire.pk))
    return Wire.objects.get(pk=wire.pk)


def wishes(web) -> list[dict[str, list[str]]]:
    return [parse_qs(asked.split("\r\n\r\n", 1)[1]) for asked in web.asked if asked.startswith("POST /hub ")]


def ask_back(wire: Wire, at, **other):
    said = {"mode": "subscribe", "topic": TOPIC, "challenge": "abc<b>", "lease_seconds": "864000", **other}
    query = urlencode({f"hub.{name}": value for name, value in said.items() if value is not None})
    with clock.clock_at(at):
        return Client().get(f"/wires/{wire.token}/?{query}")


def bring(wire: Wire, data: bytes, signature: str | None = None, **headers):
    if signature is None:
        signature = f"sha256={hmac.new(wire.secret.encode(), data, sha256).hexdigest()}"
    return Client().post(
        f"/wires/{wire.token}/",
        data,
        content_type="application/rss+xml",
        headers={"X-Hub-Signature": signature, **headers},
    )


def titles() -> list[str]:
    return list(Thread.objects.order_by("pk").values_list("title", flat=True))


def test_a_hub_that_is_named_is_asked(web, heard, start):
    assert (heard.hub, heard.topic, heard.asked_at, heard.lease_until) == (web.url("/hub"), TOPIC, start, None)
    assert wishes(web) == [
        {
            "hub.callback": [f"https://house.example/wires/{heard.token}/"],
            "hub.mode": ["subscribe"],
            "hub.topic": [TOPIC],
            "hub.lease_seconds": ["864000"],
            "hub.secret": [heard.secret],
        }
    ]
    assert len(heard.token) >= 43 and len(heard.secret) >= 43 and heard.token != heard.secret


@pytest.mark.parametrize(
    ("link", "named"),
    [
        ('<{hub}>; rel="hub", <https://a.example/x>; rel=self', "https://a.example/x"),
        ("</hub>; rel=hub", "/rss"),
        ('<{hub}>; title="a"; rel="other hub"', "/rss"),
    ],
)
def test_a_hub_in_the_head_of_an_answer_counts_too(web, wire, start, link, named):
    web.ways["/rss"] = page(rss(), f"Link: {link.format(hub=web.url('/hub'))}")
    after = read(wire, start)
    assert after.hub == web.url("/hub")
    assert after.topic == (named if "://" in named else web.url(named))


@pytest.mark.parametrize("hub", ["http://127.0.0.1/", "file:///etc", "javascript:x", "http://localhost/", "hub\\"])
def test_a_hub_inside_is_never_asked(web, wire, start, hub):
    web.ways["/rss"] = page(rss(more=HUB.format(hub=hub, topic=TOPIC)))
    after = read(wire, start)
    assert after.failures == 0 and after.trouble == ""
    assert [asked.split(" ")[0] for asked in web.asked] == ["GET"]


def test_a_house_without_an_address_of_its_own_asks_nobody(web, wire, start, settings):
    settings.CSRF_TRUSTED_ORIGINS = []
    web.ways["/rss"] = page(rss(more=HUB.format(hub=web.url("/hub"), topic=TOPIC)))
    read(wire, start)
    assert wishes(web) == []


def test_the_challenge_is_echoed_to_who_was_asked_and_once(heard, start):
    answer = ask_back(heard, start + HOUR)
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"abc<b>", "text/plain; charset=utf-8")
    assert answer["X-Content-Type-Options"] == "nosniff"
    heard.refresh_from_db()
    assert (heard.lease_until, heard.asked_at) == (start + HOUR + 10 * DAY, None)
    assert ask_back(heard, start + 2 * HOUR).status_code == 404


@pytest.mark.parametrize(
    "other",
    [
        {"topic": "https://town.example/other"},
        {"topic": None},
        {"mode": "unsubscribe"},
        {"mode": "publish"},
        {"mode": None},
        {"challenge": None},
        {"challenge": ""},
        {"challenge": "a" * 1001},
    ],
)
def test_another_question_is_not_answered(heard, start, other):
    assert ask_back(heard, start + HOUR, **other).status_code == 404
    heard.refresh_from_db()
    assert heard.lease_until is None


def test_a_question_nobody_asked_for_is_not_answered(town, heard, wire, start):
    assert ask_back(heard, start + 2 * DAY).status_code == 404
    assert Client().get(f"/wires/{heard.token}/").status_code == 404
    assert Client().get("/wires/no-such-token/?hub.mode=subscribe&hub.challenge=x").status_code == 404
    acts.leave_out(by=town.gil, wire=wire)
    assert ask_back(heard, start + HOUR).status_code == 404


@pytest.mark.parametrize(
    ("seconds", "lease"),
    [("3600", HOUR), ("1", timedelta(minutes=5)), ("999999999", 90 * DAY), ("soon", 10 * DAY), (None, 10 * DAY)],
)
def test_a_lease_is_as_long_as_the_hub_says_within_reason(heard, start, seconds, lease):
    ask_back(heard, start, lease_seconds=seconds)
    heard.refresh_from_db()
    assert heard.lease_until == start + lease


def test_a_hub_that_says_no_is_left_alone_for_a_while(web, heard, start):
    assert ask_back(heard, start + HOUR, mode="denied", challenge=None).status_code == 200
    read(heard, start + 2 * HOUR)
    assert len(wishes(web)) == 1
    read(heard, start + 8 * HOUR)
    assert len(wishes(web)) == 2


def test_a_lease_is_renewed_before_its_end_and_the_hub_asked_seldom(web, heard, start):
    ask_back(heard, start)
    for days in (1, 5, 8.9):
        assert read(heard, start + days * DAY).next_at == start + days * DAY + 3 * HOUR
    assert len(wishes(web)) == 1
    read(heard, start + 9.1 * DAY)
    read(heard, start + 9.2 * DAY)
    assert len(wishes(web)) == 2
    ask_back(heard, start + 9.2 * DAY)
    heard.refresh_from_db()
    assert heard.lease_until == start + 19.2 * DAY


def test_a_hub_that_is_dead_or_moves_harms_no_reading(web, wire, start):
    for way in (page(b"", status="500 No"), page(b"", "Location: http://10.0.0.1/", status="307 There"), b""):
        web.ways["/hub"] = way
        web.ways["/rss"] = page(rss(*numbered(1, 1), more=HUB.format(hub=web.url("/hub"), topic=TOPIC)))
        start += 7 * HOUR
        assert read(wire, start).trouble == ""
    assert (len(wishes(web)), titles()) == (3, ["News 1"])


def test_what_a_hub_signed_is_there_at_once(heard):
    answer = bring(heard, rss(*numbered(1, 3)))
    assert (answer.status_code, answer.content, titles()) == (202, b"", ["News 1", "News 2", "News 3"])
    assert bring(heard, rss(*numbered(1, 3))).status_code == 202
    assert titles() == ["News 1", "News 2", "News 3"]


@pytest.mark.parametrize("method", ["sha384", "sha512"])
def test_stronger_signatures_are_taken_too(heard, method):
    data = rss(*numbered(2, 2))
    assert (
        bring(heard, data, f"{method}={hmac.new(heard.secret.encode(), data, method).hexdigest()}").status_code == 202
    )
    assert titles() == ["News 1", "News 2"]


def test_what_a_hub_did_not_sign_is_refused(heard, web):
    data, deeds = rss(*numbered(2, 2)), Deed.objects.count()
    right = hmac.new(heard.secret.encode(), data, sha256).hexdigest()
    weak = hmac.new(heard.secret.encode(), data, "sha1").hexdigest()
    for signature in (
        "", "sha256=", "sha256", f"sha256={right[:-1]}", f"sha256={'0' * 64}", right, f"sha1={weak}", f"md5={right}",
        f"sha256={hmac.new(b'', data, sha256).hexdigest()}", "sha256=\u00e9", f"sha256=sha256={right}",
    ):  # fmt: skip
        assert bring(heard, data, signature).status_code == 403, signature
    assert bring(heard, data + b" ", f"sha256={right}").status_code == 403
    assert (titles(), Deed.objects.count()) == (["News 1"], deeds)
    assert Client().post("/wires/no-such-token/", data, content_type="text/xml").status_code == 404


def test_signed_and_no_news_is_forgotten(heard):
    for data in (b"", b"hello", b"<html></html>", rss()):
        assert bring(heard, data).status_code == 202
    assert titles() == ["News 1"]


def test_after_it_is_left_out_the_hub_is_told_so(town, heard):
    acts.leave_out(by=town.gil, wire=heard)
    assert bring(heard, rss(*numbered(2, 2))).status_code == 410
    assert titles() == ["News 1"]


def test_a_delivery_that_finds_no_room_is_to_come_again(heard, monkeypatch):
    monkeypatch.setattr(delivery, "SHORT_WAIT", 0.01)
    held = [parsing._places.acquire(blocking=False) for _ in range(parsing.MOST_AT_ONCE)]
    try:
        answer = bring(heard, rss(*numbered(2, 2)))
    finally:
        for _ in filter(None, held):
            parsing._places.release()
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")


def test_a_delivery_too_large_is_refused(heard, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert bring(heard, rss(*numbered(2, 90))).status_code == 413
    assert titles() == ["News 1"]


def test_only_the_two_ways_of_the_recommendation(heard):
    for method in ("put", "delete", "head", "patch"):
        assert getattr(Client(), method)(f"/wires/{heard.token}/").status_code == 405
