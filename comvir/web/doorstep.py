"""What is said to whom the house cannot let in: made once for each language, without database, session or request."""

from __future__ import annotations

from functools import cache

from django.http import HttpRequest, parse_cookie
from django.template import loader
from django.utils import translation

from comvir.lib.asgi import Headers
from comvir.web.middleware import HEADERS, language_of

PAGE: Headers = [
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-store"),
    *((name.lower().encode(), value.encode()) for name, value in HEADERS.items()),
]


def tongue(cookies: bytes | None, accepted: bytes | None) -> str:
    """The language of whoever sent these two headers, as far as they tell."""
    request = HttpRequest()
    request.COOKIES = parse_cookie((cookies or b"").decode("latin-1"))
    if accepted:
        request.META["HTTP_ACCEPT_LANGUAGE"] = accepted.decode("latin-1")
    return language_of(request, None)


@cache
def page(status: int, language: str) -> str:
    """The page of this status (errors/STATUS.html)."""
    with translation.override(language):
        return loader.render_to_string(f"errors/{status}.html")
