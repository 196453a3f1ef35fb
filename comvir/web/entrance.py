from allauth.account.adapter import DefaultAccountAdapter
from django.http import Http404, HttpResponse

from comvir.web.gate import HereRequest, anyone

urlpatterns: list = []


class Adapter(DefaultAccountAdapter):
    pass


@anyone
def name(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404


@anyone
def key(request: HereRequest, **kwargs: object) -> HttpResponse:
    raise Http404
