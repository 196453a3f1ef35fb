"""Coming into a circle and leaving it: the door, the requests, the letters with the stewards."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comvir.conversation.acts import write_to_stewards
from comvir.conversation.models import Thread
from comvir.conversation.queries import answers_before, opening_of
from comvir.conversation.wording import may_write_about
from comvir.lib.refusals import Refusal
from comvir.people import acts
from comvir.people.models import Community, JoinMode, JoinRequest
from comvir.people.queries import charter_of, my_request, waiting_requests
from comvir.web.circleframe import frame, my_circle, seen_circle, stewarded_circle, way_in, words_of
from comvir.web.forms import status_of, tell
from comvir.web.forms.joining import Answers, Letter
from comvir.web.gate import Insider, found, insiders, see_other
from comvir.web.rows import labels, spoken
from comvir.web.shapes import Spoken

LETTERS = 200


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: Insider, slug: str) -> HttpResponse:
    """The door: walk in, ask, or learn that one needs an invitation."""
    community = seen_circle(request, slug)
    if community.pk in request.sight.communities:
        return see_other(f"/c/{slug}/")
    asked = my_request(request.sight, community)
    if asked is not None and asked.outcome == JoinRequest.Outcome.WAITING:
        return see_other(f"/c/{slug}/requests/{asked.pk}/")
    if community.join_mode == JoinMode.REQUEST:
        return _ask(request, community)
    if request.method == "POST":
        acts.join(by=request.me, community=community)
        messages.success(request, gettext("You are in. People will be glad to hear who you are."))
        return see_other(f"/c/{slug}/")
    return render(request, "joining/join.html", _door(request, community))


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: Insider, slug: str) -> HttpResponse:
    """What leaving means, then leaving."""
    community = my_circle(request, slug)
    refusal = None
    if request.method == "POST":
        try:
            acts.leave(by=request.me, community=community)
        except Refusal as no:
            refusal = no
        else:
            words = gettext("You have left “%(name)s”. What you said there stays.") % {"name": community.name}
            messages.success(request, words)
            return see_other("/c/")
    context = {**frame(request, community, ""), "refusal": refusal}
    return render(request, "joining/leave.html", context, status=refusal.status if refusal else 200)


@insiders
@require_safe
def requests(request: Insider, slug: str) -> HttpResponse:
    """The stewards' table: who asks to come in, and what else is theirs to look after."""
    community = stewarded_circle(request, slug)
    context = {
        **frame(request, community, "stewards"),
        "waiting": list(waiting_requests(community, request.sight)),
        "has_charter": charter_of(community) is not None,
    }
    return render(request, "joining/requests.html", context)


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def request_page(request: Insider, slug: str, pk: int) -> HttpResponse:
    """One request, for who made it and for the stewards: its answers, its letters, its outcome."""
    asked = _asked(request, slug, pk)
    form = Letter(request.POST if request.method == "POST" else None)
    status = status_of(form)
    if request.method == "POST" and form.is_valid():
        try:
            write_to_stewards(by=request.me, request=asked, text=form.cleaned_data["text"])
        except Refusal as refusal:
            status = tell(form, refusal)
        else:
            return see_other(f"/c/{slug}/requests/{pk}/#write")
    words = labels()
    context = {
        **frame(request, asked.community, "stewards" if asked.community_id in request.sight.stewarded else ""),
        "asked": asked,
        "is_mine": asked.person_id in request.sight.selves,
        "form": form,
        "may_write": may_write_about(request.sight, asked),
        "letters": _letters(request, asked),
        "labels": words,
    }
    return render(request, "joining/request.html", context, status=status)


@insiders
@require_POST
def answer_request(request: Insider, slug: str, pk: int) -> HttpResponse:
    """A steward lets the applicant in, or not this time."""
    asked = _asked(request, slug, pk)
    if asked.community_id not in request.sight.stewarded:
        raise Http404
    outcome = request.POST.get("outcome")
    if outcome == "accept":
        acts.accept_request(by=request.me, request=asked)
        words = gettext("%(name)s is in. A word of welcome, now?") % {"name": asked.person.name}
        messages.success(request, words)
        return see_other(f"/c/{slug}/m/")
    if outcome == "decline":
        acts.decline_request(by=request.me, request=asked)
        messages.success(request, gettext("It is noted. You can still write to each other here."))
        return see_other(f"/c/{slug}/requests/{pk}/")
    return see_other(f"/c/{slug}/requests/{pk}/")


def _ask(request: Insider, community: Community) -> HttpResponse:
    form = Answers(request.POST if request.method == "POST" else None, questions=community.question_list)
    status = status_of(form)
    if request.method == "POST" and form.is_valid():
        try:
            asked = acts.ask_to_join(by=request.me, community=community, answers=form.in_one_text())
        except Refusal as refusal:
            status = tell(form, refusal)
        else:
            messages.success(request, gettext("Your request has gone to the stewards. They will answer you here."))
            return see_other(f"/c/{community.slug}/requests/{asked.pk}/")
    return render(request, "joining/ask.html", {**_door(request, community), "form": form}, status=status)


def _door(request: Insider, community: Community) -> dict[str, object]:
    return {
        **frame(request, community, ""),
        "charter_words": words_of(charter_of(community)),
        "way_in": way_in(community),
    }


def _asked(request: Insider, slug: str, pk: int) -> JoinRequest:
    mine = JoinRequest.objects.visible_to(request.sight).select_related("community", "person")
    return found(mine, pk=pk, community__slug=slug)


def _letters(request: Insider, asked: JoinRequest) -> list[Spoken]:
    """What was written about the request, in order: the last LETTERS of it."""
    thread = Thread.objects.visible_to(request.sight).filter(join_request=asked).first()
    if thread is None:
        return []
    thread.community, thread.join_request = asked.community, asked
    last = answers_before(thread, request.sight, before=thread.last_position + 1, limit=LETTERS)
    opening = opening_of(thread, request.sight)
    return spoken([*([opening] if opening else []), *last], thread, request.sight, labels())
