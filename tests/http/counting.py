"""How many queries a page takes: the same for few rows and for many."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def queries_of(browser: Client, address: str, **how) -> int:
    """Visit twice, since a first visit may fill caches; count the second time."""
    assert browser.get(address, **how).status_code == 200
    with CaptureQueriesContext(
        connection,
    ) as seen:
        browser.get(address, **how)
    return len(seen)
