"""Kept pages: sent again while they are true, and never a moment longer.

The oracle is the house without them: after every act the kept answer must be what a page made at that moment says.
"""

from __future__ import annotations

import gzip
import io
import re
import string
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.middleware import csrf
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from comvir.config import kept as keeping
from comvir.config.bridge import environ_of
from comvir.config.kept import Kept
from comvir.config.ledger import ConnectionLedger
from comvir.config.wsgi import application
from comvir.conversation import acts, desk
from comvir.conversation.models import Message
from comvir.journal.reading import catch_up
from comvir.memory.readers import standing
from comvir.notifications import desk as notices
from comvir.notifications.readers import notices as notices_reader
from comvir.people import acts as people
from comvir.people.models import Community, Person
from tests.people import belong, person

pytestmark = pytest.mark.django_db

TOKEN = re.compile(rb'(?<=name="csrfmiddlewaretoken" value=")(?:\w{64}|\w{32})')
SINCE = re.compile(rb'data-since="\d+"|name="upto" value="\d+"')


class Visitor:
    """Somebody's browser before a keeper: asks for pages as the server would, without an event loop."""

    def __init__(self, keeper: Kept, somebody: Person | None = None) -> None:
        self.keeper = keeper
        self.browser = Client(headers={"accept-language": "en"})
        if somebody is not None:
            self.browser.force_login(somebody.account)

    def get(self, path: str, *more: tuple[bytes, bytes]) -> SimpleNamespace:
        cookies = "; ".join(f"{name}={crumb.value}" for name, crumb in self.browser.cookies.items())
        headers = [(b"host", b"testserver"), (b"accept-language", b"en"), *more]
        headers += [(b"cookie", cookies.encode())] if cookies else []
        path, _, query = path.partition("?")
        scope = {
            "type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": headers,
            "http_version": "1.1", "scheme": "http", "server": ("testserver", 80), "client": ("127.0.0.1", 1),
        }  # fmt: skip
        sent: list[dict] = []

        async def send(message):
            sent.append(message)

        _run(self.keeper(scope, None, send))
        answer = SimpleNamespace(
            status=sent[0]["status"], headers=sent[0]["headers"], body=b"".join(part["body"] for part in sent[1:])
        )
        return answer

    def plain(self, path: str) -> bytes:
        """The page as the house makes it now, without what differs each time."""
        return _same(self.browser.get(path, headers={"host": "testserver"}).content)


def _run(work) -> None:
    # Nothing in it ever waits, so no loop is needed; under one, Django would refuse to ask the database.
    with pytest.raises(StopIteration):
        work.send(None)


def _same(page: bytes) -> bytes:
    return SINCE.sub(b"", TOKEN.sub(b"", page))


async def django_pages(scope, receive, send):
    """Django behind the keeper, as the bridge runs it."""
    told = {}

    def start_response(status, headers, exc_info=None):
        told.update(status=int(status[:3]), headers=[(n.lower().encode(), v.encode("latin-1")) for n, v in headers])

    answered = application(environ_of(scope, io.BytesIO()), start_response)
    body = b"".join(answered)
    answered.close()
    await send({"type": "http.response.start", "status": told["status"], "headers": told["headers"]})
    await send({"type": "http.response.body", "body": body, "more_body": False})


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch):
    # Between requests Django looks whether its connection is still good: here a test's transaction is open on it.
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)


@pytest.fixture
def keeper():
    return Kept(django_pages, ConnectionLedger())


@pytest.fixture
def said(town):
    opening = acts.start(by=town.ana, community=town.petanque, text="The plane tree fell", title="The tree")
    acts.answer(by=town.bo, thread=opening.thread, text="I saw it too")
    return opening


def in_public(town) -> Message:
    """What Fay says where everybody can read."""
    market = people.open_community(
        by=town.fay, name="Market", theme="neighbourhood", visibility="public", join_mode="open"
    )
    return acts.start(by=town.fay, community=market, text="Open on Saturday")


def test_a_page_is_sent_again_while_nothing_moves(town, said, keeper):
    chloe = Visitor(keeper, town.chloe)
    address = f"/t/{said.thread_id}/"
    chloe.get(address)  # whose the session is, is known from now on
    first, second = chloe.get(address), chloe.get(address)
    assert keeper.sent == 1
    assert (first.status, _same(first.body)) == (second.status, _same(second.body))
    names = [name for name, _ in first.headers if name != b"set-cookie"]
    assert sorted(names) == sorted(name for name, _ in second.headers if name != b"set-cookie")
    assert b"comvir-kept" not in dict(first.headers) and b"comvir-kept" not in dict(second.headers)


def test_nobody_gets_the_page_of_somebody_else(town, said, keeper):
    address = f"/t/{said.thread_id}/"
    ana, eve, stranger = Visitor(keeper, town.ana), Visitor(keeper, town.eve), Visitor(keeper)
    for _ in range(3):
        assert b"plane tree" in ana.get(address).body
        assert eve.get(address).status == 404
        assert stranger.get(address).status == 404
    assert keeper.sent == 1


def test_forms_of_a_kept_page_work(town, keeper):
    circle = people.open_community(
        by=town.fay, name="Market", theme="neighbourhood", visibility="public", join_mode="open"
    )
    opening = acts.start(by=town.fay, community=circle, text="Open on Saturday")
    strict = Visitor(keeper, town.fay)
    strict.browser.handler.enforce_csrf_checks = True
    address = f"/t/{opening.thread_id}/"
    strict.browser.get(address)
    for _ in range(3):
        page = strict.get(address)
    assert keeper.sent >= 1
    token = TOKEN.search(page.body).group().decode()
    answer = strict.browser.post(address, {"text": "And on Sunday", "csrfmiddlewaretoken": token})
    assert answer.status_code == 303


@given(st.text(string.ascii_letters + string.digits, min_size=32, max_size=32))
def test_a_token_is_one_that_django_reads_as_its_secret(secret):
    assert csrf._does_token_match(keeping.masked(secret), secret)
    assert keeping.masked(secret) != keeping.masked(secret)


def test_who_comes_without_a_cookie_gets_one_that_fits_the_form(town, keeper):
    circle = people.open_community(
        by=town.fay, name="Market", theme="neighbourhood", visibility="public", join_mode="open"
    )
    opening = acts.start(by=town.fay, community=circle, text="Open on Saturday")
    stranger = Visitor(keeper)
    pages = [stranger.get(f"/t/{opening.thread_id}/") for _ in range(2)]
    assert keeper.sent == 1
    cookies = [dict(page.headers)[b"set-cookie"].decode().split(";")[0].strip() for page in pages]
    assert cookies[0] != cookies[1] and all(one.startswith(f"{settings.CSRF_COOKIE_NAME}=") for one in cookies)
    browser = Client(enforce_csrf_checks=True)
    browser.cookies.load(cookies[1])
    token = TOKEN.search(pages[1].body).group().decode()
    assert browser.post("/me/look", {"theme": "dark", "csrfmiddlewaretoken": token}).status_code == 303


def test_a_kept_page_is_sent_gzipped_to_who_takes_it(town, said, keeper):
    ana = Visitor(keeper, town.ana)
    address = f"/t/{said.thread_id}/"
    takes = (b"accept-encoding", b"gzip, br")
    made = ana.get(address, takes)
    plain = [ana.get(address) for _ in range(2)][-1]
    small = ana.get(address, takes)
    assert keeper.sent == 2
    for answer in (made, small):
        headers = dict(answer.headers)
        assert (headers[b"content-encoding"], headers[b"content-length"]) == (b"gzip", b"%d" % len(answer.body))
        assert _same(gzip.decompress(answer.body)) == _same(plain.body)
        assert len(answer.body) < len(plain.body) / 2
    assert b"content-encoding" not in dict(plain.headers)


def test_a_page_put_out_while_it_is_asked_for_is_sent_all_the_same(town, said, monkeypatch):
    keeper = Kept(django_pages, ConnectionLedger())
    ana, address = Visitor(keeper, town.ana), f"/t/{said.thread_id}/"
    for _ in range(2):
        ana.get(address)
    look = keeper._ledger.look

    async def look_while_others_come(*reader):
        keeper._pages.clear()
        return await look(*reader)

    monkeypatch.setattr(keeper._ledger, "look", look_while_others_come)
    assert (ana.get(address).status, keeper.sent) == (200, 1)


def test_a_page_whose_tokens_differ_is_gzipped_as_one_that_unpacks(town, said):
    async def two_tokens(scope, receive, send):
        field = b'<input name="csrfmiddlewaretoken" value="%s">'
        body = b"a" + field % (b"x" * 64) + b"b" + field % (b"y" * 64) + b"c"
        headers = [(b"content-type", b"text/html"), (b"comvir-kept", b"p0 a0 t1")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    answer = Visitor(Kept(two_tokens, ConnectionLedger())).get("/t/1/", (b"accept-encoding", b"gzip"))
    assert gzip.decompress(answer.body).count(b"x" * 64) == 2


def test_a_session_that_ended_opens_nothing(town, said, keeper):
    ana = Visitor(keeper, town.ana)
    address = f"/t/{said.thread_id}/"
    for _ in range(3):
        ana.get(address)
    assert keeper.sent == 1
    Session.objects.all().delete()
    assert ana.get(address).status == 404


def test_pages_with_news_of_their_own_or_parts_of_pages_are_not_kept(town, said, keeper):
    ana = Visitor(keeper, town.ana)
    address = f"/t/{said.thread_id}/"
    for _ in range(3):
        ana.get(address, (b"hx-request", b"true"))
    ana.browser.cookies["messages"] = "something"
    for _ in range(3):
        ana.get(address)
    assert keeper.sent == 0


def test_old_pages_and_too_many_pages_go(town, said, keeper, monkeypatch):
    ana = Visitor(keeper, town.ana)
    address = f"/t/{said.thread_id}/"
    now = [1000.0]
    monkeypatch.setattr(keeping.time, "monotonic", lambda: now[0])
    ana.get(address)
    ana.get(address)
    now[0] += keeping.KEPT_SECONDS + 1
    ana.get(address)
    assert keeper.sent == 0
    small = Kept(django_pages, ConnectionLedger(), most_bytes=10)
    bo = Visitor(small, town.bo)
    for _ in range(3):
        bo.get(address)
    assert (small.sent, small._bytes, len(small._pages)) == (0, 0, 0)


def test_a_standing_the_reader_has_not_read_yet_is_not_kept(town, said, keeper):
    bo = Visitor(keeper, town.bo)
    flash = acts.start(by=town.ana, community=town.petanque, text="It fell")
    address = f"/t/{flash.thread_id}/"
    bo.get(address)
    acts.attest(by=town.chloe, message=flash, stance="saw")
    bo.get(address)
    bo.get(address)
    assert keeper.sent == 0
    catch_up(standing)
    bo.get(address)
    assert _same(bo.get(address).body) == bo.plain(address)
    assert keeper.sent == 1


DEEDS = {
    "answer": lambda town, said, n: acts.answer(by=town.bo, thread=said.thread, text=f"And {n} @chloe"),
    "answer elsewhere": lambda town, said, n: acts.start(by=town.ana, community=town.petanque, text=f"Else {n}"),
    "edit": lambda town, said, n: acts.edit(by=town.ana, message=said, text=f"The tree {n}", title=f"Title {n}"),
    "correct": lambda town, said, n: acts.edit(by=town.ana, message=said, text=f"No, {n}", correction=True),
    "attest": lambda town, said, n: acts.attest(by=town.gil, message=said, stance="saw", words=f"From {n}"),
    "dispute": lambda town, said, n: acts.attest(by=town.dan, message=said, stance="dispute", words=f"Not {n}"),
    "rename": lambda town, said, n: people.describe(
        by=town.bo, name=f"Bo {n}", handle="bo", about="", languages="fr", time_zone=""
    ),
    "change circle": lambda town, said, n: people.change_community(
        by=town.gil, community=Community.objects.get(pk=town.petanque.pk), name=f"Pétanque {n}", summary="", place="",
        rhythm="", visibility="listed", join_mode="request", questions="",
    ),
    "newcomer": lambda town, said, n: belong(person(f"New{n}"), town.petanque),
    "draft": lambda town, said, n: desk.keep_draft(
        by=town.chloe, community=town.petanque, thread=said.thread, text=f"Half {n}"
    ),
    "block": lambda town, said, n: people.block(by=town.chloe, other=belong(person(f"Rude{n}"), town.petanque)),
    "read": lambda town, said, n: notices.seen(
        by=town.chloe, thread_id=said.thread_id,
        message_id=Message.objects.filter(thread=said.thread).latest("position").pk,
        position=Message.objects.filter(thread=said.thread).latest("position").position,
    ),
    "language": lambda town, said, n: type(town.chloe.account).objects.filter(pk=town.chloe.account.pk).update(
        language="fr" if n % 2 else "en"
    ),
    "nothing": lambda town, said, n: None,
}  # fmt: skip


@trying(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(st.sampled_from(sorted(DEEDS)), min_size=4, max_size=8))
def test_whatever_is_done_the_next_page_is_the_one_the_house_would_make_now(town, said, deeds):
    keeper = Kept(django_pages, ConnectionLedger())
    chloe = Visitor(keeper, town.chloe)
    addresses = [f"/t/{said.thread_id}/", f"/c/{Community.objects.get(pk=town.petanque.pk).slug}/"]
    for number, deed in enumerate(deeds):
        for _ in range(2):
            for address in addresses:
                chloe.get(address)
        said.refresh_from_db()
        DEEDS[deed](town, said, next(NUMBERS))
        catch_up(standing)
        catch_up(notices_reader)
        for address in addresses:
            assert _same(chloe.get(address).body) == chloe.plain(address), (deed, number, address)
    assert keeper.sent > 0


NUMBERS = iter(range(10**9))
