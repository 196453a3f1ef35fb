from django.http import Http404, HttpResponse

from comvir.web.gate import HereRequest, anyone


@anyone
def person(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def picture(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def block(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404
