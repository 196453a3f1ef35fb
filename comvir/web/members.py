"""The people of a circle: to welcome, stewards, members, names from archives; roles and partings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comvir.lib.refusals import Refusal
from comvir.lib.text import excerpt
from comvir.people import acts
from comvir.people.models import Community, Membership, Person, Role
from comvir.people.queries import ghosts_of, members_of
from comvir.web.circleframe import frame, my_circle, stewarded_circle
from comvir.web.forms import status_of, tell
from comvir.web.forms.people import NewRole
from comvir.web.gate import HereRequest, Insider, found, insiders, see_other

# Deeper branches of the tree are drawn at this depth: a page has an edge.
DEEPEST = 6


@dataclass(frozen=True)
class Member:
    """One line of the members' page."""

    person: Person
    stay: Membership
    memory: str
    is_me: bool


@dataclass
class Branch:
    """Somebody, and who came by their links."""

    person: Person
    came: list[Branch] = field(default_factory=list)


@insiders
@require_safe
def members(request: Insider, slug: str) -> HttpResponse:
    """Everyone who belongs, those to welcome first."""
    community = my_circle(request, slug)
    stays = list(members_of(community, request.sight).select_related("by_invitation__by"))
    lines = [_line(stay, request) for stay in stays]
    context = {
        **frame(request, community, "members"),
        "to_welcome": [line for line in lines if line.stay.role == Role.NEWCOMER],
        "leading": [line for line in lines if line.stay.role == Role.STEWARD],
        "others": [line for line in lines if line.stay.role == Role.MEMBER],
        "ghosts": list(ghosts_of(community, request.sight)),
    }
    context["tree"] = tree_of(stays) if context["is_steward"] else []
    return render(request, "members/members.html", context)


@insiders
@require_POST
def welcome(request: Insider, slug: str, handle: str) -> HttpResponse:
    """The yellow button: a newcomer is a member from now on."""
    community = my_circle(request, slug)
    person = _member(request, community, handle)
    acts.welcome(by=request.me, community=community, person=person)
    messages.success(request, gettext("%(name)s is welcome here, and will know it from you.") % {"name": person.name})
    return see_other(f"/c/{slug}/m/")


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def role(request: Insider, slug: str, handle: str) -> HttpResponse:
    """What each role may do, and giving somebody another."""
    community = stewarded_circle(request, slug)
    person = _member(request, community, handle)
    stay = found(members_of(community, request.sight), person=person)
    form = NewRole(request.POST if request.method == "POST" else None, initial={"role": stay.role})
    status = status_of(form)
    if request.method == "POST" and form.is_valid():
        try:
            acts.appoint(by=request.me, community=community, person=person, role=form.cleaned_data["role"])
        except Refusal as refusal:
            status = tell(form, refusal)
        else:
            messages.success(request, gettext("It is noted. %(name)s can see it.") % {"name": person.name})
            return see_other(f"/c/{slug}/m/")
    context = {**frame(request, community, "members"), "person": person, "stay": stay, "form": form}
    return render(request, "members/role.html", context, status=status)


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def part(request: Insider, slug: str, handle: str) -> HttpResponse:
    """What parting with somebody does, then doing it."""
    community = stewarded_circle(request, slug)
    person = _member(request, community, handle)
    refusal = None
    if request.method == "POST":
        try:
            acts.part_with(by=request.me, community=community, person=person)
        except Refusal as no:
            refusal = no
        else:
            words = gettext("%(name)s is no longer in the circle.") % {"name": person.name}
            messages.success(request, words)
            return see_other(f"/c/{slug}/m/")
    context = {**frame(request, community, "members"), "person": person, "refusal": refusal}
    return render(request, "members/part.html", context, status=refusal.status if refusal else 200)


def tree_of(stays: Sequence[Membership]) -> list[Branch]:
    """Who came by whom, in order of arrival. Somebody who came before whoever invited them stands as a root.

    That happens when people leave and come back, and would otherwise close a loop.
    """
    roots: list[Branch] = []
    placed: dict[int, tuple[Branch, int]] = {}
    for stay in sorted(stays, key=lambda stay: stay.pk):
        branch = Branch(stay.person)
        by = stay.by_invitation.by_id if stay.by_invitation else None
        parent, depth = placed.get(by, (None, 0)) if by else (None, 0)
        (roots if parent is None else parent.came).append(branch)
        # From the deepest level on, who comes by somebody stands beside them.
        placed[stay.person_id] = (parent, depth) if parent and depth >= DEEPEST else (branch, depth + 1)
    return roots


def _line(stay: Membership, request: HereRequest) -> Member:
    return Member(stay.person, stay, _memory(stay, request), stay.person_id in request.sight.selves)


def _memory(stay: Membership, request: HereRequest) -> str:
    """What they say of themselves, else how they came."""
    if stay.person.about:
        return excerpt(stay.person.about, 90)
    by = stay.by_invitation.by if stay.by_invitation else None
    if by is None or by.pk in request.sight.shut_out:
        return ""
    if by.pk in request.sight.selves:
        return gettext("Came by your invitation")
    return gettext("Came with %(name)s") % {"name": by.name}


def _member(request: Insider, community: Community, handle: str) -> Person:
    """Somebody of the circle, by handle; Http404 when there is nobody the viewer may see."""
    return found(members_of(community, request.sight), person__handle=handle).person
