"""A word marked with a #: what was said with it, where one may read."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from comvir.conversation.queries import PAGE, tagged
from comvir.lib import text as texts
from comvir.web.entries import entries_of
from comvir.web.gate import HereRequest, anyone


@anyone
@require_safe
def tag(request: HereRequest, name: str) -> HttpResponse:
    """The messages of a tag, newest first, in one's circles and in public ones; discreet places apart."""
    if texts.TAG.fullmatch(f"#{name}") is None:
        raise Http404
    folded = texts.fold(name)
    if folded != name:
        return HttpResponseRedirect(reverse("tag", args=[folded]))
    messages, more = tagged(request.sight, name, _before(request), PAGE)
    context = {
        "name": name,
        "entries": entries_of(messages),
        "older": f"?before={messages[-1].pk}" if more and messages else "",
        "newer": "?" if "before" in request.GET else "",
    }
    return render(request, "tags/tag.html", context)


def _before(request: HereRequest) -> int | None:
    said = request.GET.get("before", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None
