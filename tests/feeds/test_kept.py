"""What is kept of a list is always true: a reader that asks again is told 304 exactly when nothing changed."""

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db import close_old_connections, connection, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comvir.conversation import acts
from comvir.conversation.models import Message, Thread
from comvir.feeds import issues
from comvir.feeds.desk import revoke_key
from comvir.journal.reading import catch_up
from comvir.lib.refusals import Refusal
from comvir.memory.readers import standing
from comvir.people import acts as people
from comvir.web.unchanged import Unchanged
from tests.feeds.conftest import key_of, read

pytestmark = pytest.mark.django_db
NEWS = "/c/le-marche/news.atom"


def again(path: str, etag: str):
    return Client().get(path, headers={"if-none-match": etag})


@pytest.mark.parametrize("form", ["atom", "rss", "json"])
def test_unchanged_is_304_with_the_same_etag_and_no_body(town, market, form):
    path = f"/c/le-marche/news.{form}"
    first = read(path)
    second = again(path, first["ETag"])
    assert first["ETag"].startswith('"')
    assert (second.status_code, second.content, second["ETag"]) == (304, b"", first["ETag"])
    acts.start(by=town.fay, community=market, text="Fish")
    assert again(path, first["ETag"]).status_code == 200
    assert again(path, '"of somebody else"').status_code == 200


def test_asking_again_is_one_small_question_and_elsewhere_two(town, market):
    etag = read(NEWS)["ETag"]
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert again(NEWS, etag).status_code == 304
    assert len(caught) == 1
    acts.start(by=town.bo, community=town.petanque, text="Elsewhere")
    with CaptureQueriesContext(connection) as caught:
        assert again(NEWS, etag).status_code == 304
    assert len(caught) == 2


def test_it_is_the_same_after_the_memory_of_the_process_is_gone(town, market):
    acts.start(by=town.fay, community=market, text="Fish")
    etag = read(NEWS)["ETag"]
    issues.forget_all()
    assert again(NEWS, etag).status_code == 304


def test_what_is_kept_has_a_limit(town, market, monkeypatch):
    monkeypatch.setattr(issues, "MOST_ISSUES", 2)
    for form in ("atom", "rss", "json"):
        read(f"/c/le-marche/news.{form}")
    assert len(issues._kept) == 2
    assert issues._bytes == sum(len(issue.body) for issue in issues._kept.values())


ACTS = st.sampled_from(
    [
        "said", "answered", "edited", "corrected", "removed", "restored", "vouched", "disputed", "took back", "read",
        "elsewhere", "in the huddle", "renamed", "blocked", "unblocked", "left", "came", "described",
    ]
)  # fmt: skip


def act(town, market, what: str, pick: int) -> None:
    """One act in the small town, on one of its messages; an act refused changes nothing."""
    said = list(Message.objects.order_by("pk"))
    one = said[pick % len(said)] if said else None
    thread = list(Thread.objects.order_by("pk"))[pick % len(said)] if one and one.position == 0 else None
    fay, ana, bo = town.fay, town.ana, town.bo
    page = {"handle": "fay", "about": "", "languages": "", "time_zone": ""}
    match what:
        case "said":
            acts.start(by=fay, community=market, text=f"Stall {pick}")
        case "answered" if one:
            acts.answer(by=ana, thread=thread or one.thread, text=f"Yes {pick}")
        case "edited" if one:
            acts.edit(by=one.author, message=one, text=f"Again {pick}")
        case "corrected" if one:
            acts.edit(by=one.author, message=one, text=f"Rather {pick}", correction=True)
        case "removed" if one:
            acts.remove(by=one.author, message=one)
        case "restored" if one:
            acts.restore(by=one.author, message=one)
        case "vouched" if one:
            acts.attest(by=ana, message=one, stance="saw")
        case "disputed" if one:
            acts.attest(by=ana, message=one, stance="dispute", words="Not so")
        case "took back" if one:
            acts.take_back(by=ana, message=one)
        case "read":
            catch_up(standing)
        case "elsewhere":
            acts.start(by=bo, community=town.petanque, text="On the square")
        case "in the huddle":
            acts.start(by=bo, community=town.petanque, huddle=town.huddle, text="Between us")
        case "renamed":
            people.describe(by=fay, name=f"Fay {pick}", **page)
        case "described":
            people.describe(by=fay, **{**page, "about": f"At stall {pick}"}, name=fay.name)
        case "blocked":
            people.block(by=ana, other=bo)
        case "unblocked":
            people.unblock(by=ana, other=bo)
        case "left":
            people.leave(by=ana, community=town.petanque)
        case "came":
            people.accept_invitation(by=ana, invitation=people.invite(by=town.gil, community=town.petanque, uses=1))


@given(steps=st.lists(st.tuples(ACTS, st.integers(0, 6)), min_size=1, max_size=8))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_any_acts_a_reader_is_told_of_change_exactly_when_there_is_one(town, market, steps):
    """The truth is what is made anew, with nothing kept; what is kept must agree with it, for each kind of list."""
    with transaction.atomic():
        issues.forget_all()
        key_of(town.ana, "/")
        paths = [
            NEWS,
            key_of(town.ana, "/c/le-marche/"),
            key_of(town.ana, "/"),
            key_of(town.ana, "/c/petanque-du-dimanche/"),
        ]
        etags = {path: read(path)["ETag"] for path in paths}
        for what, pick in steps:
            try:
                with transaction.atomic():
                    act(town, market, what, pick)
            except Refusal:
                pass
            for path in paths:
                told = again(path, etags[path])
                keeping = (issues._kept.copy(), issues._bytes)
                issues.forget_all()
                truth = read(path)
                issues._kept.update(keeping[0])
                issues._bytes = keeping[1]
                if truth.status_code == 404:
                    assert told.status_code == 404, (what, path)
                    continue
                assert told.status_code == (304 if truth["ETag"] == etags[path] else 200), (what, path)
                if told.status_code == 200:
                    assert told.content == truth.content, (what, path)
                etags[path] = truth["ETag"]
        transaction.set_rollback(True)
    for person in (town.ana, town.bo, town.fay):
        person.refresh_from_db()


class Front:
    """A reader before the door in front of Django's."""

    def __init__(self) -> None:
        self.asked_django = 0
        django = WSGIHandler()

        def counted(environ, start_response):
            self.asked_django += 1
            return django(environ, start_response)

        self.door = Unchanged(counted)

    def get(self, path: str, etag: str = "") -> tuple[str, dict[str, str], bytes]:
        environ = RequestFactory().get(path, headers={"if-none-match": etag} if etag else {}).environ
        told: list = []
        # As Django's own client does it: the connection is that of the test, not of the request.
        request_started.disconnect(close_old_connections)
        try:
            body = b"".join(self.door(environ, lambda status, headers: told.append((status, dict(headers)))))
        finally:
            request_started.connect(close_old_connections)
        return told[0][0], told[0][1], body


def test_in_front_of_django_unchanged_is_said_with_the_same_headers_and_whatever_else_goes_through(town, market):
    acts.start(by=town.fay, community=market, text="Fish")
    for path in (NEWS, key_of(town.ana, "/c/le-marche/"), key_of(town.ana, "/")):
        front = Front()
        status, headers, _body = front.get(path)
        assert (status[:3], front.asked_django) == ("200", 1)
        again_status, again_headers, again_body = front.get(path, f'W/"else", {headers["ETag"]}')
        assert (again_status[:3], again_body, front.asked_django) == ("304", b"", 1)
        dropped = {"Content-Type", "Content-Length", "Set-Cookie"}
        assert again_headers == {name: value for name, value in headers.items() if name not in dropped}
        assert front.get(path, '"else"')[0][:3] == "200"
        acts.answer(by=town.ana, thread=Thread.objects.get(title="Fish"), text="Coming")
        assert front.get(path, headers["ETag"])[0][:3] == "200"
        assert front.asked_django == 3


def test_in_front_of_django_too_a_key_that_was_closed_opens_nothing(town, market):
    front, path = Front(), key_of(town.ana, "/c/le-marche/")
    etag = front.get(path)[1]["ETag"]
    assert front.get(path, etag)[0][:3] == "304"
    revoke_key(by=town.ana, key=town.ana.feed_keys.get())
    assert front.get(path, etag)[0][:3] == "404"
    market_path = key_of(town.chloe, "/c/petanque-du-dimanche/")
    etag = front.get(market_path)[1]["ETag"]
    people.leave(by=town.chloe, community=town.petanque)
    assert front.get(market_path, etag)[0][:3] == "404"
