"""The hub, held to the W3C recommendation of WebSub (23 January 2018), requirement by requirement.

The subscriber is `subscriber.py`, which knows nothing of the hub's code. Sections are those of the recommendation.
"""

import pytest

from comvir.conversation import acts
from comvir.feeds.desk import revoke_key
from comvir.feeds.models import Intent, Subscription
from comvir.people import acts as people
from tests.feeds.conftest import HOUSE, key_of, later, post, read, subscribe
from tests.feeds.subscriber import Behaviour, open_subscriber

pytestmark = pytest.mark.django_db
NEWS = "/c/le-marche/news.atom"


# 4: discovery


def test_the_news_names_its_hub_and_itself_in_its_headers_and_inside(market):
    response = read(NEWS)
    assert response["Link"] == f'<{HOUSE}/hub>; rel="hub", <{HOUSE}{NEWS}>; rel="self"'
    body = response.content.decode()
    assert f'href="{HOUSE}/hub"' in body and f'href="{HOUSE}{NEWS}"' in body


# 5.1: subscriber sends subscription request


def test_a_sound_request_is_accepted_before_it_is_verified(market, subscriber):
    assert subscribe(subscriber, NEWS).status_code == 202
    assert (subscriber.heard, Subscription.objects.count(), Intent.objects.count()) == ([], 0, 1)


def test_callbacks_keep_the_parameters_they_came_with(market, subscriber, works):
    said = {"hub.mode": "subscribe", "hub.topic": HOUSE + NEWS, "hub.callback": f"{subscriber.callback}?mine=7"}
    assert post(said).status_code == 202
    works.round()
    assert subscriber.verifications[0].asked["mine"] == "7"
    acts.start(by=market.opened_by, community=market, text="Fish")
    works.round()
    assert subscriber.deliveries[0].asked == {"mine": "7"}


def test_unknown_parameters_are_ignored(market, subscriber, works):
    assert subscribe(subscriber, NEWS, future="whatever").status_code == 202
    works.round()
    assert Subscription.objects.count() == 1


def test_a_second_request_takes_the_place_of_the_first(market, subscribed, works):
    subscribe(subscribed, NEWS, secret="another", lease_seconds="7200")
    works.round()
    assert [(one.secret, one.callback) for one in Subscription.objects.all()] == [("another", subscribed.callback)]


def test_until_it_is_verified_the_earlier_subscription_stays(market, subscribed, works):
    subscribed.verifying = Behaviour(status=404, echo=False)
    subscribe(subscribed, NEWS, secret="of a stranger")
    works.round()
    assert [one.secret for one in Subscription.objects.all()] == ["between us"]


@pytest.mark.parametrize(
    ("lease", "given"),
    [("", 864_000), ("7200", 7200), ("1", 3600), ("99999999", 2_592_000)],
)
def test_leases_have_bounds_and_are_told(market, subscriber, works, lease, given):
    subscribe(subscriber, NEWS, **({"lease_seconds": lease} if lease else {}))
    works.round()
    assert subscriber.verifications[0].asked["hub.lease_seconds"] == str(given)
    one = Subscription.objects.get()
    assert abs((one.until - one.since).total_seconds() - given) < 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"hub.mode": "publish"}, 400),
        ({"hub.mode": ""}, 400),
        ({"hub.callback": ""}, 400),
        ({"hub.callback": "ftp://example.org/"}, 422),
        ({"hub.callback": "https://example.org/#part"}, 400),
        ({"hub.callback": "http://127.0.0.1/"}, 422),
        ({"hub.callback": "http://[::1]/"}, 422),
        ({"hub.callback": "http://169.254.169.254/latest"}, 422),
        ({"hub.callback": "http://0x7f.1/"}, 422),
        ({"hub.callback": "http://localhost/"}, 422),
        ({"hub.callback": "https://example.org:22/"}, 422),
        ({"hub.callback": "https://me:secret@example.org/"}, 422),
        ({"hub.callback": "https://example.org/" + "a" * 1000}, 400),
        ({"hub.callback": "https://example.org/é"}, 400),
        ({"hub.callback": "https://example.org/\x00"}, 400),
        ({"hub.callback": "https://["}, 422),
        ({"hub.lease_seconds": "a week"}, 400),
        ({"hub.lease_seconds": "-5"}, 400),
        ({"hub.secret": "é" * 100}, 400),
        ({"hub.topic": "https://elsewhere.example/news.atom"}, 404),
        ({"hub.topic": HOUSE + "/c/le-marche/"}, 404),
        ({"hub.topic": HOUSE + NEWS + "?utm=1"}, 404),
        ({"hub.topic": HOUSE + "/c/no-such-circle/news.atom"}, 404),
        ({"hub.topic": HOUSE + "/c/petanque-du-dimanche/news.atom"}, 404),
        ({"hub.topic": HOUSE + "/news/AAAAAAAAAAAAAAAAAAAAAA.atom"}, 404),
        ({"hub.topic": "http://[broken"}, 404),
        ({"hub.topic": HOUSE + "/" + "a" * 1500}, 400),
    ],
)
def test_what_is_not_sound_is_refused_in_words_and_leaves_nothing(market, change, status):
    said = {"hub.mode": "subscribe", "hub.topic": HOUSE + NEWS, "hub.callback": "https://example.org/callback"}
    response = post({**said, **change})
    assert (response.status_code, response["Content-Type"]) == (status, "text/plain; charset=utf-8")
    assert len(response.content) > 10 and Intent.objects.count() == 0


def test_only_a_form_is_read_and_only_a_short_one(market, client):
    assert client.post("/hub", b"{}", content_type="application/json").status_code == 415
    assert post({"hub.secret": "a" * 20_000}).status_code == 413
    assert client.get("/hub").status_code == 405


def test_a_private_topic_is_refused_like_one_that_does_not_exist(town, subscriber):
    hidden = subscribe(subscriber, "/c/petanque-du-dimanche/news.atom")
    never = subscribe(subscriber, "/c/no-such-circle/news.atom")
    assert (hidden.status_code, hidden.content) == (never.status_code, never.content)


def test_one_host_is_not_asked_again_and_again(market, subscriber):
    with open_subscriber() as other:
        answers = [
            post({"hub.mode": "subscribe", "hub.topic": HOUSE + NEWS, "hub.callback": f"{subscriber.callback}/{n}"})
            for n in range(21)
        ]
        assert [answer.status_code for answer in answers] == [202] * 20 + [429]
        assert answers[-1]["Retry-After"] == "600"
        assert other.heard == []


# 5.2: validation, and its denial at any time


def test_when_the_news_may_no_longer_be_had_the_callback_is_told(town, subscriber, works):
    address = key_of(town.ana, "/c/petanque-du-dimanche/")
    assert subscribe(subscriber, address).status_code == 202
    works.round()
    people.leave(by=town.ana, community=town.petanque)
    works.round()
    told = subscriber.verifications[-1].asked
    assert (told["hub.mode"], told["hub.topic"]) == ("denied", HOUSE + address)
    assert "hub.challenge" not in told and told["hub.reason"]
    assert (Subscription.objects.count(), Intent.objects.count()) == (0, 0)


def test_a_circle_that_closes_itself_takes_its_public_news_along(town, market, subscribed, works):
    people.change_community(
        by=town.fay, community=market, name=market.name, summary="", place="", rhythm="", visibility="listed",
        join_mode="request", questions="",
    )  # fmt: skip
    acts.start(by=town.fay, community=market, text="Among ourselves")
    works.round()
    assert (Subscription.objects.count(), subscribed.deliveries) == (0, [])
    assert subscribed.verifications[-1].asked["hub.mode"] == "denied"


@pytest.mark.parametrize("how", ["closed", "parted", "left"])
def test_losing_sight_of_the_news_ends_its_subscription(town, market, subscriber, works, how):
    address = key_of(town.chloe, "/c/petanque-du-dimanche/")
    subscribe(subscriber, address)
    works.round()
    assert Subscription.objects.count() == 1
    if how == "closed":
        revoke_key(by=town.chloe, key=town.chloe.feed_keys.get())
    elif how == "parted":
        people.part_with(by=town.gil, community=town.petanque, person=town.chloe)
    else:
        people.leave(by=town.chloe, community=town.petanque)
    acts.start(by=town.bo, community=town.petanque, text="After she left")
    works.round()
    assert (Subscription.objects.count(), subscriber.deliveries) == (0, [])


# 5.3: verification of intent


def test_the_callback_is_asked_whether_it_means_it(market, subscriber, works):
    subscribe(subscriber, NEWS, lease_seconds="7200")
    works.round()
    (heard,) = subscriber.verifications
    assert {name: heard.asked[name] for name in ("hub.mode", "hub.topic", "hub.lease_seconds")} == {
        "hub.mode": "subscribe", "hub.topic": HOUSE + NEWS, "hub.lease_seconds": "7200",
    }  # fmt: skip
    assert len(heard.asked["hub.challenge"]) >= 32
    assert Subscription.objects.get().callback == subscriber.callback


def test_challenges_differ(market, subscriber, works):
    for _ in range(2):
        subscribe(subscriber, NEWS)
        works.round()
    first, second = (one.asked["hub.challenge"] for one in subscriber.verifications)
    assert first != second


@pytest.mark.parametrize(
    "lie",
    [
        Behaviour(echo=False, body=b"yes"),
        Behaviour(echo=False),
        Behaviour(echo=True, body=b" "),
        Behaviour(status=404),
        Behaviour(status=301, location="https://example.org/"),
        Behaviour(status=302, location="/callback?again=1"),
        Behaviour(echo=True, endless=True),
    ],
    ids=["wrong", "nothing", "more", "not found", "moved", "moved here", "endless"],
)
def test_anything_but_the_challenge_is_no(market, subscriber, works, lie):
    subscriber.verifying = lie
    subscribe(subscriber, NEWS)
    works.round()
    assert (len(subscriber.heard), Subscription.objects.count(), Intent.objects.count()) == (1, 0, 0)


def test_a_callback_that_is_down_is_asked_three_times(market, subscriber, works):
    subscriber.verifying = Behaviour(status=503, echo=False)
    subscribe(subscriber, NEWS)
    works.round()
    for minutes in (1, 7, 60):
        with later(minutes=minutes):
            works.round()
    assert (len(subscriber.heard), Intent.objects.count()) == (3, 0)


def test_unsubscribing_is_verified_too(market, subscribed, works):
    subscribed.verifying = Behaviour(status=404, echo=False)
    assert subscribe(subscribed, NEWS, mode="unsubscribe").status_code == 202
    works.round()
    assert Subscription.objects.count() == 1
    subscribed.verifying = Behaviour()
    subscribe(subscribed, NEWS, mode="unsubscribe")
    works.round()
    assert subscribed.verifications[-1].asked["hub.mode"] == "unsubscribe"
    assert Subscription.objects.count() == 0
