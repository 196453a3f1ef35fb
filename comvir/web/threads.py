from django.http import Http404, HttpResponse

from comvir.web.gate import HereRequest, anyone


@anyone
def write(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def write_in_huddle(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def thread(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def thread_row(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404
