"""Outside news a circle takes in: the stewards' list, a look before taking in, and where hubs call."""

from __future__ import annotations

import threading

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comvir.intake import websub
from comvir.intake.acts import leave_out, take_in
from comvir.intake.delivery import Outcome, deliver
from comvir.intake.models import TITLE_LIMIT, URL_LIMIT, WireKind
from comvir.intake.queries import wires_of
from comvir.intake.reading import MOST_A_DAY, MOST_FIRST, look
from comvir.lib import clock
from comvir.lib.fetch import Unfetchable, read_url
from comvir.lib.refusals import Refusal
from comvir.web.circleframe import frame, stewarded_circle
from comvir.web.forms import Line, status_of, tell
from comvir.web.gate import Insider, anyone, found, insiders, see_other
from comvir.web.limits import Limit

LOOKS = Limit("looks", most=30, seconds=600)
# A look keeps a thread of the house waiting for an address that may take its time: never many of them.
_looking = threading.BoundedSemaphore(2)


class Address(forms.Form):
    """Where the news is."""

    url = Line(
        label=_("Its address"),
        most=URL_LIMIT,
        missing=_("The address is missing."),
        inputmode="url",
        autocomplete="off",
    )


class NewWire(Address):
    """The same, with what the circle calls it and what its items are here."""

    title = Line(label=_("What it is called here"), most=TITLE_LIMIT, missing=_("The name is missing."))
    kind = forms.ChoiceField(
        label=_("What its items are here"),
        choices=WireKind.choices,
        initial=WireKind.RESOURCE,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two."), "invalid_choice": _("Choose one of the two.")},
    )


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def wires(request: Insider, slug: str) -> HttpResponse:
    """What the circle takes in, and how its reading goes. An address is looked at first, then taken in."""
    community = stewarded_circle(request, slug)
    context = frame(request, community, "stewards")
    form: forms.Form = Address()
    status = 200
    if request.method == "POST" and "take" in request.POST:
        form = NewWire(request.POST)
        status = status_of(form)
        if form.is_valid():
            try:
                wire = take_in(by=request.me, community=community, **form.cleaned_data)
            except Refusal as refusal:
                status = tell(form, refusal)
            else:
                messages.success(
                    request, gettext("%(title)s is taken in. Its news will come soon.") % {"title": wire.title}
                )
                return see_other(f"/c/{slug}/wires/")
    elif request.method == "POST":
        form, status = _looked_at(request, context)
    context |= {
        "form": form,
        "is_whole": isinstance(form, NewWire),
        "wires": wires_of(community, request.sight),
        "now": clock.now(),
        "first": MOST_FIRST,
        "daily": MOST_A_DAY,
    }
    return render(request, "intake/wires.html", context, status=status)


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: Insider, slug: str, pk: int) -> HttpResponse:
    """Read it no more, once it is confirmed."""
    community = stewarded_circle(request, slug)
    wire = found(wires_of(community, request.sight).select_related("community", "person"), pk=pk)
    if request.method == "POST":
        leave_out(by=request.me, wire=wire)
        messages.success(request, gettext("%(title)s is read no more. What it brought stays.") % {"title": wire.title})
        return see_other(f"/c/{slug}/wires/")
    return render(request, "intake/leave.html", {**frame(request, community, "stewards"), "wire": wire})


@csrf_exempt
@anyone
@require_http_methods(["GET", "POST"])
def callback(request: HttpRequest, token: str) -> HttpResponse:
    """Where a hub asks whether we asked it, and brings what is new. Machines only; the token is its only key."""
    wire = websub.wire_at(token)
    if wire is None:
        raise Http404
    if request.method == "GET":
        challenge = websub.confirm(wire, {name: value for name, value in request.GET.items() if isinstance(value, str)})
        if challenge is None:
            raise Http404
        return HttpResponse(challenge, content_type="text/plain; charset=utf-8")
    outcome = deliver(
        wire, request.body, request.headers.get("content-type", ""), request.headers.get("x-hub-signature", "")
    )
    response = HttpResponse(status=outcome.value, content_type="text/plain; charset=utf-8")
    if outcome is Outcome.BUSY:
        response.headers["Retry-After"] = "60"
    return response


def _looked_at(request: Insider, context: dict[str, object]) -> tuple[forms.Form, int]:
    """The form to show after a look: filled with what was found, or telling why nothing was."""
    form = Address(request.POST)
    if not form.is_valid():
        return form, 400
    try:
        if LOOKS.is_reached(request) or not _looking.acquire(blocking=False):
            raise Unfetchable("busy")
        try:
            LOOKS.count(request)
            seen = look(str(read_url(form.cleaned_data["url"])))
        finally:
            _looking.release()
    except Refusal as refusal:
        return form, tell(form, refusal)
    context["look"] = seen
    return NewWire(initial={"url": seen.url, "title": seen.title[:TITLE_LIMIT].strip(), "kind": WireKind.RESOURCE}), 200
