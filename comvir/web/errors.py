"""The pages shown when something cannot be: one for each status, and nothing in them but what helps."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from comvir.lib.refusals import Refusal


def refused(request: HttpRequest, error: Refusal) -> HttpResponse:
    """A refusal that no form of the page could show: its sentence, with the status it carries."""
    return render(request, "errors/refused.html", {"sentence": str(error)}, status=error.status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same page for what does not exist and for what one may not see."""
    return render(request, "errors/404.html", status=404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was opened too long ago, or from elsewhere; what was typed is given back to be sent again."""
    typed = [
        (name, value)
        for name, value in request.POST.items()
        if name != "csrfmiddlewaretoken" and isinstance(value, str) and value.strip()
    ]
    return render(request, "errors/stale.html", {"typed": typed}, status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """Something broke on our side: a page that needs neither database nor context."""
    return HttpResponse(loader.render_to_string("errors/500.html"), status=500)
