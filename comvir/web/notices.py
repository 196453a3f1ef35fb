from django.http import Http404, HttpResponse

from comvir.web.gate import HereRequest, anyone


@anyone
def settle(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404
