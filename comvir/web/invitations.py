from django.http import Http404, HttpResponse

from comvir.web.gate import HereRequest, anyone


@anyone
def invite(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def withdraw(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def invitation(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404
