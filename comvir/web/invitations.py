"""Links that let in: making one, giving it, withdrawing it; and the page it opens."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from comvir.lib import clock
from comvir.lib.refusals import Refusal
from comvir.people import acts
from comvir.people.access import role_in
from comvir.people.models import Invitation
from comvir.people.queries import charter_of, invitation_that_opens, invitations_by
from comvir.people.refusals import InvitationClosed
from comvir.web.circleframe import frame, my_circle, words_of
from comvir.web.forms import status_of, tell
from comvir.web.forms.invitations import NewLink
from comvir.web.gate import HereRequest, Insider, anyone, found, insiders, see_other
from comvir.web.limits import Limit
from comvir.web.squares import square_of

UNKNOWN_CODES = Limit("invitation", most=30, seconds=600)


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: Insider, slug: str) -> HttpResponse:
    """Make a link, show it with its square, and list those still open."""
    community = my_circle(request, slug)
    context = frame(request, community, "")
    if not context["may_invite"]:
        raise Http404
    form = NewLink(request.POST if request.method == "POST" else None, is_steward=context["is_steward"])
    status = status_of(form)
    if request.method == "POST" and form.is_valid():
        try:
            link = acts.invite(by=request.me, community=community, **form.cleaned_data)
        except Refusal as refusal:
            status = tell(form, refusal)
        else:
            messages.success(request, gettext("The link is ready: give it to somebody."))
            return see_other(f"/c/{slug}/invite?link={link.pk}")
    now = clock.now()
    opening = [link for link in invitations_by(request.me, community, context["role"]) if link.is_open(now)]
    context |= {"form": form, "links": opening, "shown": _shown(request, opening)}
    return render(request, "invitations/invite.html", context, status=status)


@insiders
@require_POST
def withdraw(request: Insider, slug: str, pk: int) -> HttpResponse:
    """Close a link at once."""
    community = my_circle(request, slug)
    link = found(invitations_by(request.me, community, role_in(request.me, community)), pk=pk)
    acts.withdraw_invitation(by=request.me, invitation=link)
    messages.success(request, gettext("The link is closed. Whoever came in by it stays."))
    return see_other(f"/c/{slug}/invite")


@anyone
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HereRequest, code: str) -> HttpResponse:
    """Who invites to what, and the button to come in.

    A code that does not open, for whatever reason, answers as an unknown one; who tries many is asked to wait.
    """
    if request.method == "POST" and request.me is None:
        return see_other(f"/in/?next={request.path}")
    if UNKNOWN_CODES.is_reached(request):
        return render(request, "errors/429.html", status=429)
    link = invitation_that_opens(code, request.sight, clock.now())
    if link is None:
        UNKNOWN_CODES.count(request)
        raise Http404
    community = link.community
    if request.method == "POST" and request.me is not None:
        if community.pk in request.sight.communities:
            return see_other(f"/c/{community.slug}/")
        try:
            acts.accept_invitation(by=request.me, invitation=link)
        except InvitationClosed:
            raise Http404 from None
        messages.success(request, gettext("You are in. People will be glad to hear who you are."))
        return see_other(f"/c/{community.slug}/")
    context = {
        "link": link,
        "community": community,
        "belongs": community.pk in request.sight.communities,
        "charter_words": words_of(charter_of(community)),
    }
    return render(request, "invitations/invitation.html", context)


def _shown(request: Insider, links: list[Invitation]) -> dict[str, object] | None:
    """The link to show whole: the one asked for, else one's own newest; never somebody else's."""
    mine = [link for link in links if link.by_id == request.me.pk]
    asked = request.GET.get("link", "")
    chosen = next((link for link in mine if str(link.pk) == asked), mine[0] if mine else None)
    if chosen is None:
        return None
    address = _public_address(request, f"/i/{chosen.code}/")
    side, path = square_of(address)
    return {"link": chosen, "address": address, "side": side, "path": path}


def _public_address(request: HttpRequest, path: str) -> str:
    """The whole address of a page, as it must be typed from outside."""
    if settings.PUBLIC_ADDRESS:
        return f"{settings.CSRF_TRUSTED_ORIGINS[0]}{path}"
    return request.build_absolute_uri(path)
