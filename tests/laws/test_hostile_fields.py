"""Every field of every door, filled with what no page of ours sends: refused or taken, never broken."""

import re

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.laws.matrix import ROLES, ROWS, Row, build_scene

pytestmark = pytest.mark.django_db

# What doors read from addresses.
ASKED = (
    "after", "before", "reply", "quote", "on", "was", "kind", "standing", "circle", "person", "place", "q", "since",
    "until", "order", "unsaid", "removed", "link", "next", "stance",
)  # fmt: skip
# What they read from forms, besides what their page shows.
SENT = (
    "text", "title", "words", "source_url", "source_name", "source_kind", "told_by", "stance", "choice", "choices",
    "closes_at", "due_at", "latitude", "longitude", "where", "when", "until", "until_at", "seen_at", "seen_time",
    "kind", "place", "usual", "picture", "description", "pictures_description", "level", "notice", "upto", "message",
    "in_reply_to", "quotes", "thread", "huddle", "circle", "outcome", "url", "rhythm", "weekday", "hour", "next", "so",
)  # fmt: skip
SEVERAL = {"picture", "choice", "notice"}
# All at once, since each costs a visit to every door; and, of a form that is otherwise right, one field at a time.
EVERYWHERE = ("a\0b", "9" * 18)
IN_TURN = ("²", "0001-01-01T00:00", "9999-12-31T23:59", "a\0b", "9" * 18, "1e309", "\ud800", "http://[")
FIELD = re.compile(r'<(?:input|textarea|select|button)[^>]*? name="([^"]+)"')


def one_of_each(method: str) -> list[Row]:
    """A row for each address and state that somebody may use so."""
    found = {}
    for row in ROWS:
        if getattr(row, method):
            found.setdefault((row.name, row.state if method == "post" else ""), row)
    return list(found.values())


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        whole = transaction.atomic()
        whole.__enter__()
        try:
            yield build_scene()
        finally:
            transaction.set_rollback(True)
            whole.__exit__(None, None, None)


@pytest.fixture(scope="module")
def browsers(scene) -> dict[str, Client]:
    found = {}
    for role in ROLES:
        found[role] = Client(raise_request_exception=False)
        if scene.roles[role] is not None:
            found[role].force_login(scene.roles[role].account)
    return found


def broken(ask, address: str, fine: dict, names: tuple[str, ...], value: str) -> bool:
    said = value.encode("utf-8", "surrogatepass")
    sent = {**fine, **{name: [said, b"1"] if name in SEVERAL else said for name in names}}
    with transaction.atomic():
        try:
            return ask(address, sent).status_code >= 500
        finally:
            transaction.set_rollback(True)


def who(roles: frozenset[str]) -> str:
    return next(role for role in ("author", "steward", *ROLES) if role in roles)


@pytest.mark.parametrize("row", one_of_each("get"), ids=lambda row: row.name)
def test_what_is_asked(scene, browsers, row):
    browser, address = browsers[who(row.get)], reverse(row.name, kwargs=row.where(scene))
    tries = [(ASKED, value) for value in EVERYWHERE]
    assert [one for one in tries if broken(browser.get, address, {}, *one)] == []


@pytest.mark.parametrize("row", one_of_each("post"), ids=lambda row: f"{row.name}-{row.state}")
def test_what_is_sent(scene, browsers, row):
    browser, address = browsers[who(row.post)], reverse(row.name, kwargs=row.where(scene))
    fine = row.data(scene) if callable(row.data) else dict(row.data or {})
    fine = fine if isinstance(fine, dict) else {}
    page = browser.get(address).content.decode(errors="replace") if row.get else ""
    names = sorted({*fine, *FIELD.findall(page)} - {"csrfmiddlewaretoken"})
    turns = [((name,), IN_TURN[(n + len(address)) % len(IN_TURN)]) for n, name in enumerate(names)]
    tries = [*((SENT, value) for value in EVERYWHERE), *turns]
    assert [one for one in tries if broken(browser.post, address, fine, *one)] == []
