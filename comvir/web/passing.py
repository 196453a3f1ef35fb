"""Telling another of one's circles what was said in one: with its source, which stays to be seen."""

from __future__ import annotations

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from comvir.conversation import acts
from comvir.conversation.models import Message, ThreadAudience
from comvir.conversation.refusals import AlreadyRemoved, CannotPassOn
from comvir.conversation.wording import may_pass_on
from comvir.lib.refusals import Refusal
from comvir.people.queries import my_communities
from comvir.web.answers import place_of
from comvir.web.forms import status_of, tell
from comvir.web.forms.passing import Passing
from comvir.web.gate import HereRequest, Insider, found, insiders, see_other
from comvir.web.quoting import card


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def pass_on(request: Insider, pk: int) -> HttpResponse:
    """Choose one of one's other circles, add a word, and begin a thread there that quotes the message."""
    here = _message(request, pk)
    if here.is_removed:
        raise AlreadyRemoved
    if not may_pass_on(request.sight, here):
        raise CannotPassOn
    circles = list(my_communities(request.sight).exclude(pk=here.thread.community_id))
    form = Passing(request.POST if request.method == "POST" else None, circles=circles)
    status = status_of(form)
    if request.method == "POST" and form.is_valid():
        try:
            said = acts.pass_on(
                by=request.me, message=here, community=form.chosen(), text=form.cleaned_data["text"]
            )  # fmt: skip
        except Refusal as refusal:
            status = tell(form, refusal)
        else:
            notices.success(request, gettext("It is passed on, with where it comes from."))
            return see_other(f"/t/{said.thread_id}/")
    context = {
        "form": form,
        "circles": circles,
        "message": here,
        "place": place_of(here),
        "card": card(here, 0),
        "words_go": here.thread.audience != ThreadAudience.PUBLIC,
    }
    return render(request, "passing/pass_on.html", context, status=status)


def _message(request: HereRequest, pk: int) -> Message:
    seen = Message.objects.visible_to(request.sight).select_related("author", "author__same_as", "thread__community")
    return found(seen, pk=pk)
