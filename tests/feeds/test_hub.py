"""The hub, held to the W3C recommendation of WebSub (23 January 2018), requirement by requirement.

The subscriber is `subscriber.py`, which knows nothing of the hub's code. Sections are those of the recommendation.
"""

from datetime import timedelta

import pytest

from comvir.conversation import acts
from comvir.feeds import hub as at_work
from comvir.feeds.desk import revoke_key
from comvir.feeds.models import Delivery, Intent, Subscription
from comvir.feeds.readers import hub as outbox
from comvir.journal.reading import catch_up
from comvir.lib import clock
from comvir.people import acts as people
from tests.feeds.conftest import HOUSE, key_of, let_in, post, read, subscribe
from tests.feeds.subscriber import Behaviour, is_signed, links, open_subscriber

pytestmark = pytest.mark.django_db
NEWS = "/c/le-marche/news.atom"


@pytest.fixture
def subscribed(market, subscriber, works):
    """A subscriber who has shown that it wants the market's news, with a secret."""
    assert subscribe(subscriber, NEWS, secret="between us").status_code == 202
    works.round()
    subscriber.heard.clear()
    return subscriber


def later(**time: float):
    return clock.clock_at(clock.now() + timedelta(**time))


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


# 7: content distribution


def test_the_news_is_sent_whole_with_its_type_and_its_links(town, market, subscribed, works):
    acts.start(by=town.fay, community=market, text="Fish")
    works.round()
    (heard,) = subscribed.deliveries
    assert heard.body == read(NEWS).content
    assert heard.headers["content-type"] == read(NEWS)["Content-Type"]
    assert links(heard) == {"hub": f"{HOUSE}/hub", "self": HOUSE + NEWS}
    assert Delivery.objects.count() == 0


def test_it_is_signed_with_the_secret_and_only_with_one(town, market, subscribed, works):
    with open_subscriber() as other:
        acts.start(by=town.fay, community=market, text="Fish")
        works.round()
        (heard,) = subscribed.deliveries
        assert heard.headers["x-hub-signature"].startswith("sha256=")
        assert is_signed(heard, "between us") and not is_signed(heard, "of a stranger")
        assert other.heard == []


def test_without_a_secret_there_is_no_signature(town, market, subscriber, works):
    subscribe(subscriber, NEWS)
    works.round()
    acts.start(by=town.fay, community=market, text="Fish")
    works.round()
    assert "x-hub-signature" not in subscriber.deliveries[0].headers


def test_ten_messages_that_wait_are_one_delivery_and_no_change_is_none(town, market, subscribed, works):
    for n in range(10):
        acts.start(by=town.fay, community=market, text=f"Stall {n}")
    works.round()
    works.round()
    assert [one.body for one in subscribed.deliveries] == [read(NEWS).content]
    acts.start(by=town.bo, community=town.petanque, text="Elsewhere")
    people.block(by=town.bo, other=town.dan)
    works.round()
    assert len(subscribed.deliveries) == 1


def test_what_was_said_between_the_asking_and_the_echo_is_sent(town, market, subscriber, works):
    subscribe(subscriber, NEWS)
    acts.start(by=town.fay, community=market, text="Meanwhile")
    works.round()
    assert [b"Meanwhile" in one.body for one in subscriber.deliveries] == [True]


def test_a_standing_that_turns_is_sent(town, market, subscribed, works):
    said = acts.start(by=town.fay, community=market, text="Smoke")
    works.round()
    acts.attest(by=town.ana, message=said, stance="dispute", words="It is steam")
    works.round()
    assert b"disputed" in subscribed.deliveries[-1].body


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_answer_of_the_two_hundreds_is_a_success(town, market, subscribed, works, status):
    subscribed.receiving = Behaviour(status=status, echo=False)
    acts.start(by=town.fay, community=market, text="Fish")
    works.round()
    assert (len(subscribed.deliveries), Delivery.objects.count()) == (1, 0)
    assert Subscription.objects.get().failing_since is None


def test_who_is_gone_is_not_sent_anything_any_more(town, market, subscribed, works):
    subscribed.receiving = Behaviour(status=410, echo=False)
    acts.start(by=town.fay, community=market, text="Fish")
    works.round()
    acts.start(by=town.fay, community=market, text="More fish")
    works.round()
    assert (len(subscribed.deliveries), Subscription.objects.count(), Delivery.objects.count()) == (1, 0, 0)


@pytest.mark.parametrize(
    "fault",
    [
        Behaviour(status=500, echo=False),
        Behaviour(status=403, echo=False),
        Behaviour(status=302, location="/callback?again=1", echo=False),
        Behaviour(status=307, location="https://example.org/", echo=False),
        Behaviour(status=200, endless=True, echo=False),
    ],
    ids=["broken", "forbidden", "moved", "moved with body", "endless"],
)
def test_failures_are_tried_again_and_redirections_never_followed(town, market, subscribed, works, fault):
    subscribed.receiving = fault
    acts.start(by=town.fay, community=market, text="Fish")
    works.round()
    works.round()
    assert [one.path for one in subscribed.deliveries] == ["/callback"]
    assert Delivery.objects.get().tries == 1
    subscribed.receiving = Behaviour(status=204, echo=False)
    with later(seconds=11):
        works.round()
    assert (len(subscribed.deliveries), Delivery.objects.count()) == (2, 0)
    assert Subscription.objects.get().failing_since is None


def test_after_six_failures_the_delivery_is_dropped_and_the_subscription_waits_for_news(
    town, market, subscribed, works
):
    subscribed.receiving = Behaviour(status=500, echo=False)
    acts.start(by=town.fay, community=market, text="Fish")
    moment = clock.now()
    for wait in (0, 10, 60, 300, 1800, 7200, 21600):
        moment += timedelta(seconds=wait + 1)
        with clock.clock_at(moment):
            works.round()
    assert (len(subscribed.deliveries), Delivery.objects.count(), Subscription.objects.count()) == (7, 0, 1)
    subscribed.receiving = Behaviour(status=204, echo=False)
    with clock.clock_at(moment):
        acts.start(by=town.fay, community=market, text="More fish")
        works.round()
    assert (len(subscribed.deliveries), Subscription.objects.get().failing_since) == (8, None)


def test_the_dead_are_given_up_after_three_days(town, market, subscribed, works):
    Subscription.objects.update(failing_since=clock.now() - timedelta(days=4))
    subscribed.receiving = Behaviour(status=500, echo=False)
    acts.start(by=town.fay, community=market, text="Fish")
    works.round()
    Delivery.objects.update(tries=len(at_work.BACK_OFF), due_at=clock.now())
    works.round()
    assert (Subscription.objects.count(), Delivery.objects.count()) == (0, 0)


def test_nothing_is_sent_after_the_lease(town, market, subscribed, works):
    with later(days=11):
        acts.start(by=town.fay, community=market, text="Fish")
        works.round()
        at_work.tidy()
    assert (subscribed.deliveries, Subscription.objects.count()) == ([], 0)


def test_asking_again_before_the_end_lengthens_the_lease(market, subscribed, works):
    first = Subscription.objects.get().until
    with later(days=5):
        subscribe(subscribed, NEWS)
        works.round()
    assert timedelta(days=4, hours=23) < Subscription.objects.get().until - first < timedelta(days=5, hours=1)


def test_private_news_goes_to_who_has_its_address_and_holds_what_its_owner_sees(town, subscriber, works):
    address = key_of(town.ana, "/c/petanque-du-dimanche/")
    subscribe(subscriber, address)
    works.round()
    people.block(by=town.ana, other=town.dan)
    acts.start(by=town.dan, community=town.petanque, text="From the one she blocked")
    acts.start(by=town.bo, community=town.petanque, text="From Bo")
    works.round()
    assert b"From Bo" in subscriber.deliveries[-1].body
    assert not any(b"she blocked" in one.body for one in subscriber.deliveries)


def test_a_slow_and_a_dead_subscriber_delay_nobody(town, market, subscribed, works, monkeypatch):
    with open_subscriber() as slow, open_subscriber() as other:
        let_in(monkeypatch, subscribed, slow, other)
        dead = Subscription.objects.get()
        Subscription.objects.update(prompt=True)
        for host, callback in (("slow.example", slow.callback), ("dead.example", "http://127.0.0.1:1/gone")):
            dead.pk, dead.host, dead.callback = None, host, callback
            dead.save(force_insert=True)
        slow.receiving = Behaviour(status=200, wait=4, echo=False)
        acts.start(by=town.fay, community=market, text="Fish")
        at_work_hub = works.hub
        catch_up(outbox)
        at_work_hub.step()
        subscribed.wait_for(lambda one: one.deliveries)
        slow.wait_for(lambda one: one.deliveries)
        assert at_work_hub.is_out
        acts.start(by=town.fay, community=market, text="More fish")
        catch_up(outbox)

        def again(one) -> bool:
            at_work_hub.step()
            return len(one.deliveries) == 2

        subscribed.wait_for(again, seconds=3.5)
        assert len(slow.deliveries) == 1
        slow.stopping.set()


def test_a_hub_that_is_killed_before_it_notes_sends_again(town, market, subscribed, works):
    acts.start(by=town.fay, community=market, text="Fish")
    catch_up(outbox)
    works.hub.step()
    subscribed.wait_for(lambda one: one.deliveries)
    assert Delivery.objects.count() == 1
    other = at_work.Hub()
    while Delivery.objects.exists():
        other.step()
    assert [one.body for one in subscribed.deliveries] == [read(NEWS).content] * 2
    other.stop()
