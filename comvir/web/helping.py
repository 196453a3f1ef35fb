from django.http import Http404, HttpResponse

from comvir.web.gate import HereRequest, anyone


@anyone
def helping(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def page(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404
