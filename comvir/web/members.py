from django.http import Http404, HttpResponse

from comvir.web.gate import HereRequest, anyone


@anyone
def members(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def welcome(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def role(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def part(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404
