from django.http import Http404, HttpResponse

from comvir.web.gate import HereRequest, anyone


@anyone
def settings(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def charter(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404
