"""Circles: the list, opening one, its conversation or its front page, its charter."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_safe

from comvir.conversation.desk import draft_for
from comvir.conversation.kinds import Kind
from comvir.conversation.queries import latest_titles, threads_in, unanswered_newcomers
from comvir.journal.reading import latest
from comvir.lib.refusals import Refusal
from comvir.people.acts import open_community
from comvir.people.models import Charter, Community, JoinRequest
from comvir.people.queries import (
    charter_of,
    charters_of,
    my_communities,
    my_first_huddles,
    my_request,
    newcomers_in,
    other_communities,
    reads,
)
from comvir.web.circleframe import frame, seen_circle, way_in, words_of
from comvir.web.contextual import kinds_told
from comvir.web.forms import status_of, tell
from comvir.web.forms.circles import RHYTHMS, OpenCircle
from comvir.web.gate import HereRequest, Insider, anyone, found, insiders, see_other
from comvir.web.keeping import keep_while
from comvir.web.lines import lines_of
from comvir.web.paging import page_by_last

FEW = 5


@anyone
@require_safe
def circles(request: HereRequest) -> HttpResponse:
    """Where one belongs, with what was said last; then the circles one may know of."""
    mine = list(my_communities(request.sight))
    titles = latest_titles(request.sight, [community for community in mine if not community.is_discreet])
    others = page_by_last(
        lambda mark, limit: other_communities(request.sight, mark, limit=limit), request.GET.get("before", ""), size=30
    )
    context = {
        "mine": [(community, titles.get(community.pk, "")) for community in mine],
        "others": [(community, way_in(community)) for community in others.rows],
        "page": others,
    }
    return render(request, "circles/list.html", context)


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def open_circle(request: Insider) -> HttpResponse:
    """Four questions, then the page where one invites the first people."""
    form = OpenCircle(request.POST or None)
    status = 200
    if request.method == "POST":
        status = status_of(form)
        if form.is_valid():
            try:
                community = open_community(by=request.me, language=_language(), **form.answers())
            except Refusal as refusal:
                status = tell(form, refusal)
            else:
                messages.success(request, gettext("“%(name)s” is open.") % {"name": community.name})
                return see_other(f"/c/{community.slug}/invite")
    return render(request, "circles/new.html", {"form": form, "rhythms": RHYTHMS}, status=status)


@anyone
@require_safe
def circle(request: HereRequest, slug: str) -> HttpResponse:
    """The conversation, for who may read it; for others who may know of the circle, its front page."""
    community = seen_circle(request, slug)
    if not reads(request.sight, community.pk):
        return render(request, "circles/front.html", _front(request, community))
    # Asked before the threads are: what is said in between is then heard twice rather than not at all.
    since = latest()
    kind = request.GET.get("kind", "")
    kind = kind if kind in Kind.values else ""
    page = page_by_last(
        lambda mark, limit: threads_in(community.pk, request.sight, None, mark, limit=limit, kind=kind),
        request.GET.get("before", ""),
        keep=f"kind={kind}&" if kind else "",
    )
    newcomers = newcomers_in(community.pk, request.sight) if request.me else []
    their_ids = [stay.person_id for stay in newcomers]
    context = {
        **frame(request, community, "conversation"),
        "lines": lines_of(page.rows, request.sight, their_ids, community.language),
        "page": page,
        "kind": kind,
        "kinds": kinds_told(community.pk, request.sight),
        "since": since,
        "has_charter": charter_of(community) is not None,
    }
    if context["belongs"]:
        context |= {
            "draft": draft_for(by=request.me, community=community),
            "to_welcome": [stay for stay in newcomers if stay.person_id != request.sight.person][:FEW],
            "unanswered": unanswered_newcomers(request.sight, community.pk, their_ids, limit=FEW) if their_ids else [],
            "huddles": my_first_huddles(request.sight, community.pk, limit=FEW),
        }
    else:
        context["asked"] = _request_of(request, community)
    page_of_circle = render(request, "circles/circle.html", context)
    return keep_while(request, page_of_circle, communities=[community.pk])


@anyone
@require_safe
def about(request: HereRequest, slug: str) -> HttpResponse:
    """What the circle says of itself, the charter in force, and the earlier ones."""
    community = seen_circle(request, slug)
    versions = list(charters_of(community))
    context = {
        **frame(request, community, "about"),
        "in_force": versions[0] if versions else None,
        "signed": bool(versions) and _is_signed(request, versions[0], community),
        "charter_words": words_of(versions[0] if versions else None),
        "earlier": versions[1:],
        "asked": _request_of(request, community),
    }
    return render(request, "circles/about.html", context)


@anyone
@require_safe
def charter(request: HereRequest, slug: str, version: int) -> HttpResponse:
    """One version of the charter, as it was written."""
    community = seen_circle(request, slug)
    written = found(charters_of(community), version=version)
    in_force = charter_of(community)
    context = {
        **frame(request, community, "about"),
        "charter": written,
        "signed": _is_signed(request, written, community),
        "charter_words": words_of(written),
        "is_in_force": written == in_force,
    }
    return render(request, "circles/charter.html", context)


def _front(request: HereRequest, community: Community) -> dict[str, object]:
    return {
        **frame(request, community, ""),
        "has_charter": charter_of(community) is not None,
        "asked": _request_of(request, community),
    }


def _request_of(request: HereRequest, community: Community) -> JoinRequest | None:
    """The viewer's own last request to come in, while it matters: waiting, or declined."""
    if request.me is None or community.pk in request.sight.communities:
        return None
    asked = my_request(request.sight, community)
    return None if asked is None or asked.outcome == JoinRequest.Outcome.ACCEPTED else asked


def _is_signed(request: HereRequest, charter: Charter, community: Community) -> bool:
    """Whether the viewer is told who wrote it: a member, unless that is somebody shut out."""
    return community.pk in request.sight.communities and charter.written_by_id not in request.sight.shut_out


def _language() -> str:
    return (get_language() or "fr").split("-")[0]
