"""A demonstration house: be one of its people, without a code. Only on the machine it runs on."""

from __future__ import annotations

from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from comvir.people.models import House, Membership, Person
from comvir.people.queries import everybodys_stays, residents
from comvir.web import arrival
from comvir.web.gate import HereRequest, anyone, found, see_other
from comvir.web.local import is_local


def plays(request: HttpRequest) -> bool:
    """Whether whoever asks may be anybody: the house is a demonstration, and they sit in front of it."""
    return is_local(request) and House.objects.filter(is_demo=True).exists()


@anyone
@require_http_methods(["GET", "HEAD", "POST"])
def demo(request: HereRequest) -> HttpResponse:
    """The cast: press a button and be that person, or nobody."""
    if not plays(request):
        raise Http404
    if request.method == "POST":
        return _be(request, request.POST.get("handle", ""))
    where: dict[int, list[Membership]] = {}
    for stay in everybodys_stays():
        where.setdefault(stay.person_id, []).append(stay)
    cast = [(somebody, where.get(somebody.pk, [])) for somebody in residents()]
    return render(request, "demo/demo.html", {"cast": cast})


def _be(request: HereRequest, handle: str) -> HttpResponse:
    somebody: Person | None = found(residents(), handle=handle) if handle else None
    logout(request)
    if somebody is None:
        return see_other("/demo/")
    return arrival.enter_with_key(request, somebody.account.email)
