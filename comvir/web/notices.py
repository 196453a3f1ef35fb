"""Putting away what waited."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from comvir.notifications.desk import settle as settle_these
from comvir.notifications.desk import settle_all_about
from comvir.web.gate import HereRequest, insiders, see_other

THREAD = "conversation.thread"


@insiders
@require_POST
def settle(request: HereRequest) -> HttpResponse:
    """Put notices away: those named, or those of a thread up to a deed. 204 when a script asks."""
    assert request.me is not None
    thread, upto = _number(request.POST.get("thread", "")), _number(request.POST.get("upto", ""))
    if thread and upto:
        settled = settle_all_about(by=request.me, context_type=THREAD, context_id=thread, upto=upto)
    else:
        settled = settle_these(by=request.me, notice_ids=[_number(said) for said in request.POST.getlist("notice")])
    if "quietly" in request.POST:
        return HttpResponse(status=204)
    if settled:
        messages.info(request, gettext("Put away."))
    return see_other("/")


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0
