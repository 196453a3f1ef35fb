"""What one has begun to write, and what is to be said later: kept, found again, said, thrown away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comvir.conversation.desk import Place, discard_draft, keep_draft
from comvir.conversation.later import say_kept, say_later
from comvir.conversation.models import Draft, Thread
from comvir.conversation.models.draft import BEGUN
from comvir.conversation.queries import drafts_of, latest_drafts, threads_among, untitled
from comvir.conversation.refusals import SaidAlready
from comvir.conversation.wording import may_speak
from comvir.lib.refusals import Refusal, Unfit
from comvir.lib.text import excerpt
from comvir.people.access import Sight
from comvir.people.models import Community, Huddle, Person
from comvir.web.forms.beside import beside_of
from comvir.web.forms.context import local_moment
from comvir.web.gate import HereRequest, found, insiders, see_other
from comvir.web.pictures import field_of, pictures_from
from comvir.web.rows import title_of
from comvir.web.times import in_full
from comvir.web.writing import address_of, replied_in, say_or_show, show, typed_in, typed_of

LISTED = 100


@dataclass(frozen=True)
class Begun:
    """One draft as it is listed. `address` is empty when its place is out of reach; `text` is then all that is left.

    `due_at` is when it will be said by itself, `trouble` why it could not be.
    """

    pk: int
    place: str
    excerpt: str
    address: str
    kept_at: datetime
    due_at: datetime | None = None
    trouble: str = ""
    text: str = ""


@insiders
@require_safe
def drafts(request: HereRequest) -> HttpResponse:
    """One's drafts, newest first, and before them what is to be said later, soonest first."""
    assert request.me is not None
    kept = begun(request.me, request.sight, LISTED)
    later = sorted([draft for draft in kept if draft.due_at], key=lambda draft: str(draft.due_at))
    context = {
        "troubled": [draft for draft in kept if draft.trouble],
        "later": later,
        "drafts": [draft for draft in kept if not draft.trouble and not draft.due_at],
    }
    return render(request, "drafts/drafts.html", context)


@insiders
@require_POST
def keep(request: HereRequest) -> HttpResponse:
    """Keep what is being typed; 204 when a script does it while one goes on writing."""
    assert request.me is not None
    place, typed = _place(request), typed_in(request)
    told = dict(typed.told)
    refused = _pictures(request)
    told["picture"] = [str(picture.pk) for picture in field_of(request)["desk"]]
    kept = keep_draft(
        by=request.me,
        community=place.community,
        huddle=place.huddle,
        thread=place.thread,
        text=typed.text,
        title=typed.title,
        fields={name: value for name, value in told.items() if value},
    )
    if "quietly" in request.POST:
        return HttpResponse(status=204)
    if refused is not None:
        messages.error(request, str(refused))
    if kept is not None:
        messages.success(request, gettext("It is kept. Nobody but you sees it."))
    return see_other("/drafts/")


@insiders
@require_POST
def later(request: HereRequest) -> HttpResponse:
    """Put away what was sent, to be said at the time it names."""
    return _put_away(request, _place(request))


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HereRequest, pk: int) -> HttpResponse:
    """Change what is to be said later, or could not be; POST puts it away again, says it now, or previews it."""
    kept = found(_papers(request), pk=pk)
    place = _place_of(kept, request)
    if request.method != "POST":
        return show(request, place, typed_of(kept, request), draft=kept)
    return _put_away(request, place, kept) if "later" in request.POST else say_or_show(request, place, kept)


@insiders
@require_POST
def say(request: HereRequest, pk: int) -> HttpResponse:
    """Say now what was put away, as it stands; what cannot be said is shown with the reason."""
    kept = found(_papers(request), pk=pk)
    place = _place_of(kept, request)
    try:
        message = say_kept(pk, by=request.me)
    except Refusal as refusal:
        return show(request, place, typed_of(kept, request), draft=kept, refusal=refusal)
    if message is None:
        raise SaidAlready
    messages.success(request, gettext("It is said."))
    return see_other(f"/m/{message.pk}/")


@insiders
@require_POST
def discard(request: HereRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    assert request.me is not None
    kept = found(drafts_of(request.me, request.sight), pk=pk)
    discard_draft(by=request.me, community=kept.community, pk=kept.pk)
    messages.info(request, gettext("The draft is thrown away."))
    return see_other("/drafts/")


def begun(person: Person, sight: Sight, most: int, *, in_public: bool = False) -> list[Begun]:
    """What somebody has begun to write, the newest first; `in_public` leaves out what is of a discreet place."""
    kept = latest_drafts(person.pk, sight, limit=most, in_public=in_public)
    seen = {thread.pk for thread in threads_among(sight, [draft.thread_id for draft in kept if draft.thread_id])}
    bare = untitled(seen) if seen else set()
    return [_begun(draft, seen, bare, sight) for draft in kept]


def _put_away(request: HereRequest, place: Place, kept: Draft | None = None) -> HttpResponse:
    assert request.me is not None
    typed = typed_in(request)
    if place.thread is not None and place.thread.join_request_id is not None:
        raise Http404
    try:
        # The pictures first: whatever is wrong with the rest, they are on the desk.
        pictures = pictures_from(request)
        due_at = local_moment(request.POST.get("due_at", ""), "due_at")
        replied = replied_in(request, place)
        put = say_later(
            by=request.me, place=place, text=typed.text, title=typed.title, due_at=due_at,
            beside=beside_of(request, request.sight, says_at=due_at, pictures=pictures),
            in_reply_to=replied.pk if replied else None, fields=typed.told, draft=kept,
        )  # fmt: skip
    except Refusal as refusal:
        return show(request, place, typed, draft=kept, refusal=refusal)
    words = gettext("It will be said on %(when)s. Until then nobody but you sees it.")
    messages.success(request, words % {"when": in_full(put.due_at or due_at)})
    return see_other("/drafts/")


def _pictures(request: HereRequest) -> Refusal | None:
    try:
        pictures_from(request)
    except Unfit as refusal:
        return refusal
    return None


def _papers(request: HereRequest) -> QuerySet[Draft]:
    """What one has put away for later, and what could not be said."""
    assert request.me is not None
    return drafts_of(request.me, request.sight).exclude(BEGUN)


def _place(request: HereRequest) -> Place:
    """Where the draft belongs, as its form says: a thread, a huddle or a circle one may write in. Raises Http404."""
    told = request.POST
    if told.get("thread"):
        return _in_thread(request, told["thread"])
    communities = Community.objects.visible_to(request.sight).filter(pk__in=request.sight.communities)
    community = found(communities, slug=told.get("circle", ""))
    huddles = Huddle.objects.visible_to(request.sight).filter(community=community)
    return Place(community, found(huddles, pk=told["huddle"]) if told.get("huddle") else None)


def _place_of(kept: Draft, request: HereRequest) -> Place:
    """The place of a paper, if one can still write there. Raises Http404."""
    if kept.thread_id is not None:
        return _in_thread(request, str(kept.thread_id))
    inside = kept.community_id in request.sight.communities
    if not inside or (kept.huddle_id is not None and kept.huddle_id not in request.sight.huddles):
        raise Http404
    return Place(kept.community, kept.huddle)


def _in_thread(request: HereRequest, pk: str) -> Place:
    thread = found(Thread.objects.visible_to(request.sight).select_related("community", "join_request"), pk=pk)
    if not may_speak(request.sight, thread):
        raise Http404
    return Place(thread.community, None, thread)


def _begun(draft: Draft, seen: set[int], bare: set[int], sight: Sight) -> Begun:
    here, place = draft.community_id in sight.communities, draft.community.name
    address = address_of(Place(draft.community, draft.huddle))
    if draft.thread is not None:
        here = here and draft.thread_id in seen
        title = title_of(draft.thread, draft.thread_id not in bare) if here else draft.community.name
        place, address = gettext("Answer in “%(title)s”") % {"title": title}, f"/t/{draft.thread_id}/#answer"
    elif draft.huddle is not None:
        here = here and draft.huddle_id in sight.huddles
        place = draft.huddle.name if here or not draft.trouble else place
    if draft.due_at is not None or draft.trouble:
        address = f"/drafts/{draft.pk}/"
    return Begun(
        pk=draft.pk,
        place=place,
        excerpt=excerpt(draft.text) or draft.title,
        address=address if here else "",
        kept_at=draft.kept_at,
        due_at=draft.due_at,
        trouble=draft.trouble,
        text="" if here else draft.text,
    )
