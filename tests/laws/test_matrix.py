"""Every door of the house, visited as every role, compared with the table in `matrix.py`.

Denied is the default. What one may not see answers byte for byte like what does not exist; a denied
POST and every GET leave the database as it was; a door nobody passed in any row fails.
"""

import hashlib
import re

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver, reverse

from comvir.cli import commands
from comvir.journal.models import Deed
from comvir.web.live.viewer import look, missed
from tests.laws import matrix
from tests.laws.matrix import ABSENT, LIVE, ROLES, ROWS, Row, Scene, build_scene

pytestmark = pytest.mark.django_db

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')
AS_BUILT: list[str] = []
REFUSALS = {400, 403, 409, 410}
IDS = [f"{row.name}-{row.state.replace(' ', '_')}" for row in ROWS]
# Doors that are tried by tests of their own, since they take more than an address and a role.
ELSEWHERE = {
    "name": "tests/http/test_entrance.py: only for who has proved an address and has no name yet",
    "key": "tests/http/test_entrance.py: opens to whoever holds the key, once",
    "first": "tests/http/test_first.py: opens to whoever holds the key, once",
    "digest-stop": "tests/http/test_following.py: opens to whoever holds the signed link of a mail",
    "demo": "tests/http/test_demo.py: opens on loopback, in a demo house",
    "wire-callback": "tests/intake/test_websub.py: only for a hub that knows the token",
    "help-page": "tests/http/test_help.py: the same for everyone",
    "hub": "tests/feeds/test_hub.py: for machines, without cookies or token",
    "search-feed": "tests/feeds/test_lists.py: an address without words is none",
    "search-news": "tests/feeds/test_lists.py: an address without words is none",
}


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker):
    """The scene, built once: each request is rolled back."""
    with django_db_blocker.unblock():
        whole = transaction.atomic()
        whole.__enter__()
        try:
            built = build_scene()
            AS_BUILT[:] = [digest()]
            yield built
        finally:
            transaction.set_rollback(True)
            whole.__exit__(None, None, None)


@pytest.fixture(scope="module")
def browsers(scene) -> dict[str, Client]:
    found = {}
    for role, somebody in scene.roles.items():
        client = Client(headers={"accept-language": "en"}, raise_request_exception=True)
        if somebody is not None:
            client.force_login(somebody.account)
        found[role] = client
    return found


def digest() -> str:
    """All the rows of the house but its sessions, in one number."""
    everything = hashlib.sha256()
    for model in sorted(apps.get_models(), key=lambda model: model._meta.label):
        if model._meta.app_label in {"sessions", "usersessions", "contenttypes", "auth"}:
            continue
        for row in model._base_manager.order_by("pk").values_list():
            everything.update(repr((model._meta.label, row)).encode())
    return everything.hexdigest()


def addresses(row: Row, scene: Scene) -> tuple[str, list[str]]:
    """The address, and those of the same form behind which there is nothing."""
    where = row.where(scene)
    twins = []
    if where:
        gone = {name: ABSENT.get(name, 999) for name in where}
        twins.append(reverse(row.name, kwargs=gone))
        if "slug" in where and len(where) > 1:
            twins.append(reverse(row.name, kwargs={**gone, "slug": where["slug"]}))
    return reverse(row.name, kwargs=where), twins


def body(response, address: str) -> bytes:
    return TOKEN.sub(b"", response.content).replace(address.encode(), b"ADDRESS")


WRITES = re.compile(r'^(INSERT INTO|UPDATE|DELETE FROM) "(?!django_session|usersessions_)', re.I)


def visit(client: Client, method: str, address: str, data: object = None):
    """One request, undone again; with whether it changed anything.

    Only a request that wrote something is compared with the scene as it was built, since each one is
    undone: reading every row before and after all of them would take minutes.
    """
    written: list[str] = []

    def watch(execute, sql, params, many, context):
        if WRITES.match(sql):
            written.append(sql)
        return execute(sql, params, many, context)

    with transaction.atomic():
        with connection.execute_wrapper(watch):
            response = client.get(address) if method == "GET" else client.post(address, data or {})
        changed = bool(written) and digest() != AS_BUILT[0]
        transaction.set_rollback(True)
    return response, changed


def sent_to_the_entrance(response) -> bool:
    return response.status_code in (302, 303) and response["Location"].startswith("/in/")


def passed(response) -> bool:
    return response.status_code < 400 and not sent_to_the_entrance(response)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_get(row: Row, scene: Scene, browsers):
    address, twins = addresses(row, scene)
    for role in ROLES:
        response, changed = visit(browsers[role], "GET", address)
        assert not changed, f"a GET by {role} changed something"
        if row.get is not None and role in row.get:
            assert passed(response), f"{role} got {response.status_code}"
        else:
            assert_denied(
                row, role, response, [(twin, visit(browsers[role], "GET", twin)[0]) for twin in twins], address
            )


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_post(row: Row, scene: Scene, browsers):
    address, twins = addresses(row, scene)
    data = row.data(scene) if callable(row.data) else row.data
    for role in ROLES:
        response, changed = visit(browsers[role], "POST", address, data)
        if row.post is not None and role in row.post:
            assert passed(response), f"{role} got {response.status_code}"
            continue
        assert not changed, f"a POST by {role} was denied and changed something"
        gone = [(twin, visit(browsers[role], "POST", twin, data)[0]) for twin in twins]
        assert_denied(row, role, response, gone, address)


def assert_denied(row: Row, role: str, response, gone, address: str) -> None:
    if role in row.refused:
        assert response.status_code in REFUSALS | {302, 303, 404, 405}, f"{role} got {response.status_code}"
        return
    assert not passed(response), f"{role} passed with {response.status_code}"
    if response.status_code == 405:
        return
    if sent_to_the_entrance(response):
        assert role == "anonymous"
    else:
        assert response.status_code in ({404} if gone else REFUSALS | {404}), f"{role} got {response.status_code}"
    for twin, nothing in gone:
        assert nothing.status_code == response.status_code, f"{role}: {response.status_code} tells it from {twin}"
        assert body(nothing, twin) == body(response, address), f"{role} can tell it from {twin}"


@pytest.mark.parametrize("row", [row for row in ROWS if row.post], ids=lambda row: f"{row.name}-{row.state}")
def test_no_post_passes_without_its_token(row: Row, scene: Scene):
    role = next(role for role in ROLES if role in row.post)
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    if scene.roles[role] is not None:
        client.force_login(scene.roles[role].account)
    address, _ = addresses(row, scene)
    response, changed = visit(client, "POST", address, row.data(scene) if callable(row.data) else row.data)
    assert (response.status_code, changed) == (403, False)


def test_right_to_act_implies_right_to_see():
    for row in ROWS:
        if row.get is not None and row.post is not None:
            assert row.post <= row.get, f"{row.name} {row.state}"


def doors(patterns=None) -> set[str]:
    found = set()
    for pattern in patterns or get_resolver().url_patterns:
        if hasattr(pattern, "url_patterns"):
            found |= doors(pattern.url_patterns)
        else:
            found.add(pattern.name)
    return found


def test_no_door_is_left_untried():
    tried = {row.name for row in ROWS if row.get or row.post}
    entrance = {name for name in doors() if name.startswith(("account_", "mfa_", "usersessions_"))}
    assert tried | set(ELSEWHERE) | entrance == doors()


@pytest.mark.parametrize("name", sorted({row.name for row in ROWS}))
def test_each_door_opens_to_somebody(name):
    assert any(row.get or row.post for row in ROWS if row.name == name), f"{name} was never passed"


def test_the_entrance_shows_nobody_to_anybody(browsers, scene):
    """allauth's own pages concern the account that asks; here they must at least not break, for any role."""
    for pattern in sorted(name for name in doors() if name.startswith(("account_", "mfa_", "usersessions_"))):
        try:
            address = reverse(pattern)
        except Exception:
            continue
        for role, client in browsers.items():
            response, changed = visit(client, "GET", address)
            assert (response.status_code < 500, changed) == (True, False), f"{pattern} for {role}"
            page = response.content.decode()
            for other, somebody in scene.roles.items():
                if somebody is not None and other != role:
                    assert somebody.account.email not in page, f"{pattern} shows {other} to {role}"


@pytest.mark.parametrize(("kind", "state", "which", "allowed"), LIVE, ids=lambda value: str(value)[:24])
def test_live(kind, state, which, allowed, scene: Scene, browsers):
    """Who may follow what; and of all deeds ever recorded, a stream replays those of its page its reader may see."""
    for role, client in browsers.items():
        session = client.cookies["here"].value if "here" in client.cookies else ""
        view = look(session, (kind, str(which(scene))))
        assert (view is not None) == (role in allowed), f"{role} on {kind} {state}"
        if view is not None:
            _, events = missed(view, Deed.objects.earliest("pk").pk - 1)
            seen = set(Deed.objects.seen_with(view.sight).values_list("pk", flat=True))
            assert events is not None
            assert {event.id for event in events} <= seen


def test_no_command_is_left_out():
    assert {command.name for command in commands()} == matrix.COMMANDS
