from django.http import Http404, HttpResponse

from comvir.web.gate import HereRequest, anyone


@anyone
def message(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def message_row(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def edit(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def history(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def removal(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404
