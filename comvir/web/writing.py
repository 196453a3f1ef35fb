"""The full page one writes on: title, text, who will read it, and how it will look."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from comvir.conversation import acts, wording
from comvir.conversation.desk import draft_for
from comvir.conversation.refusals import CannotSpeakHere
from comvir.lib.refusals import Refusal
from comvir.people.models import Community, Huddle, Visibility
from comvir.people.queries import people_in_huddle
from comvir.web.forms import tell
from comvir.web.forms.writing import Writing
from comvir.web.gate import HereRequest, see_other


def write_here(request: HereRequest, community: Community, huddle: Huddle | None) -> HttpResponse:
    """GET shows the form with what was kept; POST previews or says it."""
    assert request.me is not None
    if community.pk not in request.sight.communities:
        raise CannotSpeakHere
    if request.method != "POST":
        kept = draft_for(by=request.me, community=community, huddle=huddle)
        initial = {"title": kept.title, "text": kept.text} if kept else None
        return _form(request, community, huddle, Writing(initial=initial), {"kept": kept})
    form, shown, status = Writing(request.POST), {}, 200
    text, title = request.POST.get("text", ""), request.POST.get("title", "")
    try:
        if "preview" not in request.POST:
            message = acts.start(by=request.me, community=community, huddle=huddle, text=text, title=title)
            messages.success(request, gettext("It is said."))
            return see_other(f"/t/{message.thread_id}/")
        title, html = wording.preview(by=request.me, community=community, huddle=huddle, text=text, title=title)
        shown = {"preview": {"title": title if title.strip() else "", "html": mark_safe(html)}}
    except Refusal as refusal:
        status = tell(form, refusal)
    return _form(request, community, huddle, form, shown, status)


def _form(
    request: HereRequest,
    community: Community,
    huddle: Huddle | None,
    form: Writing,
    more: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    context = {"community": community, "huddle": huddle, "form": form, **_readers(request, community, huddle), **more}
    return render(request, "threads/write.html", context, status=status)


def _readers(request: HereRequest, community: Community, huddle: Huddle | None) -> dict[str, str]:
    """Who will read it, in words."""
    if huddle is not None:
        names = ", ".join(stay.person.name for stay in people_in_huddle(huddle, request.sight))
        return {"readers_icon": "users-round", "readers": gettext("Only the huddle: %(names)s") % {"names": names}}
    if community.visibility == Visibility.PUBLIC:
        return {"readers_icon": "globe", "readers": gettext("Everyone: it is a public circle")}
    return {"readers_icon": "lock", "readers": gettext("The members of the circle")}
