"""Somebody's page, their portrait, and not meeting them any more."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comvir.conversation.queries import lately_said, untitled
from comvir.intake.queries import is_voice
from comvir.lib import text as texts
from comvir.people import acts
from comvir.people.models import Person, Role
from comvir.people.queries import stays_seen
from comvir.web.forms.meetings import Met
from comvir.web.gate import HereRequest, Insider, anyone, found, insiders, see_other
from comvir.web.me import PORTRAITS
from comvir.web.met import encounters, where_to_meet
from comvir.web.rows import title_of
from comvir.web.tongues import tongues_of


@insiders
@require_safe
def person(request: Insider, handle: str) -> HttpResponse:
    """What one may know of somebody: who they are, where we meet, what they said there."""
    somebody = found(Person.objects.visible_to(request.sight).select_related("same_as"), handle=handle)
    if somebody.same_as is not None:
        # A ghost somebody claimed is that person.
        return see_other(f"/p/{found(Person.objects.visible_to(request.sight), pk=somebody.same_as_id).handle}/")
    return page_of(request, somebody)


def page_of(request: Insider, somebody: Person, met: Met | None = None, status: int = 200) -> HttpResponse:
    """The page of somebody; with `met`, as that form was filled in."""
    stays = list(stays_seen(somebody, request.sight))
    inviters = {stay.by_invitation.by_id for stay in stays if stay.by_invitation}
    seen = set(Person.objects.visible_to(request.sight).filter(pk__in=inviters).values_list("pk", flat=True))
    said = lately_said(somebody, request.sight)
    bare = untitled(message.thread_id for message in said)
    is_me, is_ghost = somebody.pk == request.me.pk, somebody.is_ghost()
    circles = where_to_meet(stays)
    page = {
        "somebody": somebody,
        "is_me": is_me,
        "is_ghost": is_ghost,
        "is_news": is_ghost and is_voice(somebody),
        "met": None
        if is_me or is_ghost
        else encounters(request.sight, somebody, circles, met, request.GET.get("unsaid", "")),
        # mark_safe: what our sanitiser made of it when it was written.
        "about": mark_safe(somebody.about_html),
        "tongues": tongues_of(somebody.spoken),
        "stays": stays,
        "steward_of": [stay.community for stay in stays if stay.role == Role.STEWARD],
        "came": [stay for stay in stays if stay.by_invitation and stay.by_invitation.by_id in seen],
        "said": [
            (message, title_of(message.thread, message.thread_id not in bare), texts.excerpt(message.text, 200))
            for message in said
        ],
    }
    return render(request, "persons/person.html", page, status=status)


@anyone
@require_safe
def picture(request: HereRequest, handle: str) -> HttpResponse:
    """A portrait, for who may see the person. The type is fixed, and nothing in it can run."""
    somebody = found(Person.objects.visible_to(request.sight), handle=handle)
    path = Path(settings.MEDIA_ROOT) / PORTRAITS / Path(somebody.picture).name
    if not somebody.picture or not path.is_file():
        raise Http404
    tag = f'"{path.stem[:16]}"'
    kept = request.headers.get("if-none-match") == tag
    response = HttpResponseNotModified() if kept else HttpResponse(path.read_bytes(), content_type="image/webp")
    response["ETag"] = tag
    # Asked again each time: who was blocked since must not find it in a cache.
    response["Cache-Control"] = "private, no-cache"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Content-Disposition"] = "inline"
    return response


@insiders
@require_POST
def block(request: Insider, handle: str) -> HttpResponse:
    """Hide each from the other. Nobody is told."""
    other = found(Person.objects.visible_to(request.sight), handle=handle)
    acts.block(by=request.me, other=other)
    words = {"name": other.name}
    messages.success(request, _("You and %(name)s no longer see each other here. They are not told.") % words)
    return see_other("/me/blocks")
