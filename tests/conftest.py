"""What every test may ask for."""

import pytest
from django.test import Client

from comvir.people.models import Person
from tests.people import Town, build_town


@pytest.fixture(autouse=True)
def _english():
    """Tests read the source strings; those about French ask for it."""
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch):
    """A test is one transaction: on PostgreSQL, looking whether its connection has grown old would end it."""
    for module in ("viewer", "tail"):
        monkeypatch.setattr(f"comvir.web.live.{module}.close_old_connections", lambda: None)


@pytest.fixture
def town(db) -> Town:
    return build_town()


@pytest.fixture
def as_seen_by():
    """`as_seen_by(ana)` is a browser in which Ana has come in; `as_seen_by(None)` one in which nobody has."""

    def browser(person: Person | None) -> Client:
        client = Client(headers={"accept-language": "en"})
        if person is not None:
            client.force_login(person.account)
        return client

    return browser
