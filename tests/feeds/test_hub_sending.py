"""The hub sends what is new (section 7 of WebSub): to the willing, the slow, the dead and the lying."""

from datetime import timedelta

import pytest

from comvir.conversation import acts
from comvir.feeds import hub as at_work
from comvir.feeds.models import Delivery, Subscription
from comvir.feeds.readers import hub as outbox
from comvir.journal.reading import catch_up
from comvir.lib import clock
from comvir.people import acts as people
from tests.feeds.conftest import HOUSE, key_of, later, let_in, read, subscribe
from tests.feeds.subscriber import Behaviour, is_signed, links, open_subscriber

pytestmark = pytest.mark.django_db
NEWS = "/c/le-marche/news.atom"


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
