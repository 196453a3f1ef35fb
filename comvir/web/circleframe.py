"""What every page of a circle shows round its own matter: the band, the tabs, and who one is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from comvir.people.access import role_in, stewards_of
from comvir.people.models import Charter, Community, JoinMode, Person, Role, Visibility
from comvir.people.queries import community_seen, first_waiting_request, my_communities, newcomers_in
from comvir.web.gate import HereRequest, Insider, found, the_one


@dataclass(frozen=True)
class Tab:
    """One of the at most four places inside a circle."""

    name: str
    words: str
    icon: str
    address: str
    current: bool
    waiting: bool = False


def seen_circle(request: HereRequest, slug: str) -> Community:
    """The circle at this address, when the viewer may know of it; Http404 otherwise."""
    return the_one(community_seen(request.sight, slug))


def my_circle(request: Insider, slug: str) -> Community:
    """The circle at this address, when the viewer belongs to it; Http404 otherwise."""
    return found(my_communities(request.sight), slug=slug)


def stewarded_circle(request: Insider, slug: str) -> Community:
    """The same when the viewer is a steward of it."""
    return found(my_communities(request.sight).filter(pk__in=request.sight.stewarded), slug=slug)


def frame(request: HereRequest, community: Community, current: str) -> dict[str, Any]:
    """Context of `circles/frame.html`; `current` is the name of the tab one is in, "" for none."""
    belongs = community.pk in request.sight.communities
    role = role_in(request.me, community) if belongs else None
    return {
        "community": community,
        "role": role,
        "belongs": belongs,
        "is_steward": role is Role.STEWARD,
        "may_invite": role in (Role.MEMBER, Role.STEWARD),
        "stewards": _stewards(request, community) if belongs else [],
        "tabs": _tabs(request, community, role, current),
        "way_in": way_in(community),
    }


def way_in(community: Community) -> str:
    """How one comes in, for who stands outside."""
    if community.join_mode == JoinMode.OPEN:
        return gettext("Anyone may come in.")
    if community.join_mode == JoinMode.REQUEST:
        return gettext("One asks to come in, and a steward answers.")
    return gettext("One comes in with a link that a member gives.")


def words_of(charter: Charter | None) -> SafeString | None:
    """A charter's text as it is shown: it was sanitised when it was written."""
    return mark_safe(charter.html) if charter else None


def _stewards(request: HereRequest, community: Community) -> list[Person]:
    return [person for person in stewards_of(community) if person.pk not in request.sight.shut_out]


def _is_awaited(request: HereRequest, community: Community) -> bool:
    """Whether somebody other than the viewer is to be welcomed."""
    return any(stay.person_id not in request.sight.selves for stay in newcomers_in(community.pk, request.sight))


def _tabs(request: HereRequest, community: Community, role: Role | None, current: str) -> list[Tab]:
    base = f"/c/{community.slug}/"
    if role is None:
        if community.visibility != Visibility.PUBLIC:
            return []
        return [
            Tab("conversation", gettext("Conversation"), "message-circle", base, current == "conversation"),
            Tab("about", gettext("About"), "book-open", f"{base}about", current == "about"),
        ]
    tabs = [
        Tab("conversation", gettext("Conversation"), "message-circle", base, current == "conversation"),
        Tab(
            "members", gettext("Members"), "users-round", f"{base}m/", current == "members",
            waiting=_is_awaited(request, community),
        ),
        Tab("huddles", gettext("Huddles"), "lock", f"{base}huddles/", current == "huddles"),
    ]  # fmt: skip
    if role is Role.STEWARD:
        tabs.append(
            Tab(
                "stewards",
                gettext("Stewards’ table"),
                "wrench",
                f"{base}requests/",
                current == "stewards",
                waiting=bool(first_waiting_request(community.pk, request.sight)),
            )
        )
    return tabs
