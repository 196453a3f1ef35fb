from django.http import Http404, HttpResponse

from comvir.web.gate import HereRequest, anyone


@anyone
def join(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def leave(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def requests(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def request_page(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def answer_request(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404
