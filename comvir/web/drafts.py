from django.http import Http404, HttpResponse

from comvir.web.gate import HereRequest, anyone


@anyone
def drafts(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def keep(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def discard(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404
