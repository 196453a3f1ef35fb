from django.http import Http404, HttpResponse

from comvir.web.gate import HereRequest, anyone


@anyone
def me(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def profile(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def look(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def blocks(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404
