"""The pages shown when something cannot be: one for each status, and nothing in them but what helps."""

import sys

from django.core.exceptions import BadRequest, DisallowedHost, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template import loader
from django.utils import translation

from comvir.lib.mishaps import Mishap, mishap_of
from comvir.lib.refusals import Refusal

RETRY_SECONDS = 30


def refused(request: HttpRequest, error: Refusal) -> HttpResponse:
    """A refusal that no form of the page could show: its sentence, with the status it carries."""
    return render(request, "errors/refused.html", {"sentence": str(error)}, status=error.status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same page for what does not exist and for what one may not see."""
    return render(request, "errors/404.html", status=404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, DisallowedHost):
        return _bare(request, "errors/host.html", 400)
    if isinstance(exception, RequestDataTooBig):
        return render(request, "errors/413.html", status=413)
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was opened too long ago, or from elsewhere; what was typed is given back to be sent again."""
    return render(request, "errors/stale.html", {"typed": typed(request)}, status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """Something broke: on our side (500), or on the machine's (no room to write 507, no database 503).

    The page needs neither database nor session; it gives back what was typed.
    """
    mishap = mishap_of(sys.exc_info()[1])
    status = 500 if mishap is None else 507 if mishap in (Mishap.FULL, Mishap.READ_ONLY) else 503
    response = _bare(request, f"errors/{status}.html", status, typed=typed(request))
    if mishap is not None:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _bare(request: HttpRequest, template: str, status: int, **context: object) -> HttpResponse:
    """A page without what other pages ask of the request, which may be what broke; in the reader's language."""
    language = getattr(request, "LANGUAGE_CODE", "") or translation.get_language_from_request(request)
    with translation.override(language):
        return HttpResponse(loader.render_to_string(template, context), status=status)


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of the form that was sent and their words; none where the form itself cannot be read."""
    try:
        fields = list(request.POST.items())
    except (BadRequest, MultiPartParserError, OSError, SuspiciousOperation, UnreadablePostError):
        return []
    return [
        (name, value)
        for name, value in fields
        if name != "csrfmiddlewaretoken" and isinstance(value, str) and value.strip()
    ]
