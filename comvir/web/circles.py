from django.http import Http404, HttpResponse

from comvir.web.gate import HereRequest, anyone


@anyone
def circles(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def open_circle(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def circle(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def about(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def charter(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404
