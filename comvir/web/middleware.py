"""Who is there, in which language; and the headers every answer carries."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from comvir.lib.refusals import Refusal
from comvir.people.access import sight_of
from comvir.people.models import Account, Person
from comvir.web.errors import refused

Next = Callable[[HttpRequest], HttpResponseBase]

CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'; "
    "worker-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(self), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-site",
}
# Where somebody who has proved an address and not yet given a name may go.
NAMELESS = ("/in/", "/me/look", "/static/", "/help/")


class SecurityHeaders:
    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.SECURE_HSTS_SECONDS:
            response.headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains"
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class Viewer:
    """Gives the request `me`, `sight`, its language and its clock; turns a stray refusal into a page."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        account = request.user if isinstance(request.user, Account) else None
        me = account.person if account else None
        request.me = me  # type: ignore[attr-defined]
        request.sight = SimpleLazyObject(lambda: sight_of(me))  # type: ignore[attr-defined]
        if account is not None and me is None and not request.path.startswith(NAMELESS):
            return HttpResponseRedirect("/in/name")
        with translation.override(language_of(request, account)), timezone.override(_zone_of(me)):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return refused(request, error) if isinstance(error, Refusal) else None


def language_of(request: HttpRequest, account: Account | None) -> str:
    """The account's language, else the one chosen in this browser, else the one it asks for, else the house's."""
    chosen = (account.language if account else "") or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in dict(settings.LANGUAGES):
        return chosen
    if not request.headers.get("accept-language"):
        return settings.LANGUAGE_CODE
    return translation.get_language_from_request(request)


def _zone_of(me: Person | None) -> ZoneInfo:
    try:
        return ZoneInfo(me.time_zone if me and me.time_zone else settings.TIME_ZONE)
    except (KeyError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)
