"""What the tests of news by RSS share."""

import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from comvir.feeds import issues, outside
from comvir.feeds.desk import make_key, token_of
from comvir.feeds.hub import Hub
from comvir.feeds.readers import hub as outbox
from comvir.feeds.topics import read_topic
from comvir.journal.reading import catch_up
from comvir.lib import clock
from comvir.lib.fetch import Policy
from comvir.memory.readers import standing
from comvir.people import acts as people
from comvir.people.models import Community, Person
from tests.feeds.subscriber import open_subscriber

HOUSE = "http://testserver"


@pytest.fixture(autouse=True)
def _nothing_kept():
    issues.forget_all()
    cache.clear()
    yield
    issues.forget_all()


@pytest.fixture
def market(town) -> Community:
    """A circle everyone can read, Fay's; Ana belongs to it too."""
    made = people.open_community(by=town.fay, name="Le marché", theme="neighbourhood", visibility="public",
                                 join_mode="open")  # fmt: skip
    people.join(by=town.ana, community=made)
    return made


@pytest.fixture
def subscriber(monkeypatch):
    """A subscriber on this machine, where the hub may go for the length of the test."""
    with open_subscriber() as one:
        let_in(monkeypatch, one)
        yield one


def let_in(monkeypatch, *subscribers) -> None:
    allowed = frozenset(("127.0.0.1", one.port) for one in subscribers)
    monkeypatch.setattr(outside, "policy", Policy(allowed=allowed))


class Works:
    """The hub, step by step in the thread of the test: its readers, then what it sends, until nobody is out."""

    def __init__(self) -> None:
        self.hub = Hub()

    def round(self) -> None:
        catch_up(standing)
        catch_up(outbox)
        # Thrice at rest: what came back, and what was crossed out, may leave something else to do.
        for _ in range(3):
            self.hub.step()
            while self.hub.is_out:
                time.sleep(0.001)
                self.hub.step()


@pytest.fixture
def works():
    running = Works()
    yield running
    running.hub.stop()


def key_of(person: Person, page: str) -> str:
    """The path of the person's own address for a page's list, in Atom."""
    return f"/news/{token_of(make_key(by=person, topic=read_topic(page)))}.atom"


def read(path: str, **headers: str):
    """The list at a path, as any reader on the web gets it."""
    return Client(headers={"accept-language": "fr"}).get(path, headers=headers)


def subscribe(subscriber, path: str, mode: str = "subscribe", **more: str):
    said = {"hub.mode": mode, "hub.topic": HOUSE + path, "hub.callback": subscriber.callback}
    return post({**said, **{f"hub.{name}": value for name, value in more.items()}})


def post(said: dict[str, str]):
    from urllib.parse import urlencode

    return Client(enforce_csrf_checks=True).post(
        "/hub", urlencode(said), content_type="application/x-www-form-urlencoded"
    )


@pytest.fixture
def subscribed(market, subscriber, works):
    """A subscriber who has shown that it wants the market's news, with a secret."""
    assert subscribe(subscriber, "/c/le-marche/news.atom", secret="between us").status_code == 202
    works.round()
    subscriber.heard.clear()
    return subscriber


def later(**time: float):
    return clock.clock_at(clock.now() + timedelta(**time))
