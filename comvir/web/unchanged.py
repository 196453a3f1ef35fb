"""“Nothing new” to readers of RSS, in front of Django: they ask a hundred times for each time there is something.

A reader that shows the mark (ETag) of a list this process has already given is answered 304 when that list is still
true, which takes a small question or two to the database. In every other case Django answers: it alone looks who may.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

from django.db import DatabaseError, connection

from comvir.feeds.desk import note_use
from comvir.feeds.issues import Asked, issue_of

Headers = list[tuple[str, str]]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Address = tuple[str, str, str, str]

# Where the view leaves what it took the request for.
MEANT = "comvir.asked"
MOST = 5000
_LISTS = (".atom", ".rss", ".json")
# Of the body, or of one browser.
_NOT_KEPT = {"content-type", "content-length", "set-cookie"}
_READS = """SELECT account.language FROM feeds_feedkey held JOIN people_account account USING (person_id)
WHERE held.id = %s AND held.revoked_at IS NULL AND account.is_active"""


class Unchanged:
    """A WSGI application in front of Django's."""

    def __init__(self, app: Wsgi) -> None:
        self._app = app
        self._given: OrderedDict[Address, tuple[Asked, Headers]] = OrderedDict()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not environ["PATH_INFO"].endswith(_LISTS) or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._app(environ, start_response)
        try:
            told = self._told(environ)
        except DatabaseError:
            # Django knows what to do about a database that went away, and says so in a page.
            told = None
        if told is not None:
            start_response("304 Not Modified", told)
            return []

        def started(status: str, headers: Headers, *more: Any) -> Any:
            if MEANT in environ:
                kept = [(name, value) for name, value in headers if name.lower() not in _NOT_KEPT]
                self._remember(environ, environ[MEANT], kept)
            return start_response(status, headers, *more)

        return self._app(environ, started)

    def _remember(self, environ: dict[str, Any], asked: Asked, headers: Headers) -> None:
        self._given[_address(environ)] = (asked, headers)
        while len(self._given) > MOST:
            self._given.popitem(last=False)

    def _told(self, environ: dict[str, Any]) -> Headers | None:
        """The headers of a 304; None when Django is to answer."""
        marks, known = environ.get("HTTP_IF_NONE_MATCH"), self._given.get(_address(environ))
        if not marks or known is None:
            return None
        asked, headers = known
        if asked.key is not None and not _opens(asked):
            return None
        issue = issue_of(asked)
        if issue is None or not _names(marks, issue.etag) or ("ETag", issue.etag) not in headers:
            return None
        if asked.key is not None:
            note_use(asked.key)
        return headers


def _address(environ: dict[str, Any]) -> Address:
    host = environ.get("HTTP_HOST") or environ.get("SERVER_NAME", "")
    return environ.get("wsgi.url_scheme", ""), host, environ["PATH_INFO"], environ.get("QUERY_STRING", "")


def _opens(asked: Asked) -> bool:
    """Whether the key still opens, and its person reads the language the list is in."""
    assert asked.key is not None
    with connection.cursor() as cursor:
        cursor.execute(_READS, [asked.key.pk])
        return bool(cursor.fetchone() == (asked.language,))


def _names(marks: str, etag: str) -> bool:
    """Whether a mark stands in If-None-Match: compared weakly, as that header wants. “*” is left to Django."""
    return etag in [mark.strip().removeprefix("W/") for mark in marks.split(",")]
