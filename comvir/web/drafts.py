"""What one has begun to write: kept while typing, found again, thrown away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from comvir.conversation.desk import discard_draft, keep_draft
from comvir.conversation.models import Draft, Thread
from comvir.conversation.queries import drafts_of, latest_drafts, threads_among, untitled
from comvir.conversation.wording import may_speak
from comvir.lib.text import excerpt
from comvir.people.access import Sight
from comvir.people.models import Community, Huddle, Person
from comvir.web.gate import HereRequest, found, insiders, see_other
from comvir.web.rows import title_of


@dataclass(frozen=True)
class Begun:
    """One draft as it is listed. `address` is empty when its place is out of reach."""

    pk: int
    place: str
    excerpt: str
    address: str
    kept_at: datetime


@insiders
@require_safe
def drafts(request: HereRequest) -> HttpResponse:
    """One's drafts, newest first."""
    assert request.me is not None
    return render(request, "drafts/drafts.html", {"drafts": begun(request.me, request.sight, 100)})


@insiders
@require_POST
def keep(request: HereRequest) -> HttpResponse:
    """Keep what is being typed; 204 when a script does it while one goes on writing."""
    assert request.me is not None
    community, huddle, thread = _place(request)
    kept = keep_draft(
        by=request.me,
        community=community,
        huddle=huddle,
        thread=thread,
        text=request.POST.get("text", ""),
        title=request.POST.get("title", ""),
    )
    if "quietly" in request.POST:
        return HttpResponse(status=204)
    if kept is not None:
        messages.success(request, gettext("It is kept. Nobody but you sees it."))
    return see_other("/drafts/")


@insiders
@require_POST
def discard(request: HereRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    assert request.me is not None
    draft = found(drafts_of(request.me, request.sight), pk=pk)
    discard_draft(by=request.me, community=draft.community, huddle=draft.huddle, thread=draft.thread)
    messages.info(request, gettext("The draft is thrown away."))
    return see_other("/drafts/")


def begun(person: Person, sight: Sight, most: int, *, in_public: bool = False) -> list[Begun]:
    """What somebody has begun to write, the newest first; `in_public` leaves out what is of a discreet place."""
    kept = latest_drafts(person.pk, sight, limit=most, in_public=in_public)
    seen = {thread.pk for thread in threads_among(sight, [draft.thread_id for draft in kept if draft.thread_id])}
    bare = untitled(seen)
    return [_begun(draft, seen, bare, sight) for draft in kept]


def _place(request: HereRequest) -> tuple[Community, Huddle | None, Thread | None]:
    """Where the draft belongs, as its form says: a thread, a huddle or a circle one may write in. Raises Http404."""
    told = request.POST
    if told.get("thread"):
        threads = Thread.objects.visible_to(request.sight).select_related("community")
        thread = found(threads, pk=told["thread"])
        if not may_speak(request.sight, thread):
            raise Http404
        return thread.community, None, thread
    communities = Community.objects.visible_to(request.sight).filter(pk__in=request.sight.communities)
    community = found(communities, slug=told.get("circle", ""))
    huddles = Huddle.objects.visible_to(request.sight).filter(community=community)
    return community, found(huddles, pk=told["huddle"]) if told.get("huddle") else None, None


def _begun(draft: Draft, seen: set[int], bare: set[int], sight: Sight) -> Begun:
    place, address = draft.community.name, f"/c/{draft.community.slug}/write"
    if draft.thread is not None:
        here = draft.thread_id in seen
        title = title_of(draft.thread, draft.thread_id not in bare) if here else draft.community.name
        place = gettext("Answer in “%(title)s”") % {"title": title}
        address = f"/t/{draft.thread_id}/#answer" if here else ""
    elif draft.huddle is not None:
        place = draft.huddle.name
        here = draft.huddle_id in sight.huddles
        address = f"/c/{draft.community.slug}/huddles/{draft.huddle_id}/write" if here else ""
    return Begun(draft.pk, place, excerpt(draft.text) or draft.title, address, draft.kept_at)
