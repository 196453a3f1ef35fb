from django.http import Http404, HttpResponse

from comvir.web.gate import HereRequest, anyone


@anyone
def huddles(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def huddle(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def people(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def leave(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404
