"""Saying that one met somebody, and answering whether it was so."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from comvir.lib.refusals import Refusal
from comvir.people import acts
from comvir.people.models import Meeting, Person
from comvir.people.queries import known_among, stays_seen
from comvir.web.forms import status_of, tell
from comvir.web.forms.meetings import Met
from comvir.web.gate import Insider, found, insiders, see_other
from comvir.web.met import where_to_meet
from comvir.web.persons import page_of


@insiders
@require_POST
def say(request: Insider, handle: str) -> HttpResponse:
    """Say that one met somebody, on a day; they are asked whether it was so."""
    somebody = found(Person.objects.visible_to(request.sight), handle=handle)
    circles = where_to_meet(stays_seen(somebody, request.sight))
    if somebody.pk == request.me.pk or not circles:
        raise Http404
    form = Met(request.POST, circles=circles)
    status = status_of(form)
    if form.is_valid():
        try:
            meeting = acts.say_met(
                by=request.me, community=form.community(), person=somebody, on=form.cleaned_data["on"]
            )  # fmt: skip
        except Refusal as refusal:
            status = tell(form, refusal)
        else:
            messages.success(request, _said(meeting, somebody))
            return see_other(f"/p/{somebody.handle}/#met")
    return page_of(request, somebody, form, status=status)


@insiders
@require_POST
def answer(request: Insider, pk: int) -> HttpResponse:
    """Say whether it was so: “yes”, or anything else for no. Also takes back what one said of it before."""
    meetings = Meeting.objects.visible_to(request.sight).select_related("community", "said_by", "with_person")
    meeting = found(meetings, pk=pk)
    mine = request.me.pk == meeting.said_by_id
    if not mine and request.me.pk != meeting.with_person_id:
        raise Http404
    other = meeting.with_person if mine else meeting.said_by
    yes = request.POST.get("so") == "yes"
    try:
        if not yes:
            acts.unsay_met(by=request.me, meeting=meeting)
            messages.success(request, gettext("It doesn’t count as a meeting."))
        elif mine:
            again = acts.say_met(by=request.me, community=meeting.community, person=other, on=meeting.on)
            messages.success(request, _said(again, other))
        else:
            acts.agree_met(by=request.me, meeting=meeting)
            messages.success(request, gettext("You and %(name)s met: it is noted.") % {"name": other.name})
    except Refusal as refusal:
        messages.error(request, str(refusal))
    if other.pk not in known_among([other.pk], request.sight):
        return see_other("/")
    return see_other(f"/p/{other.handle}/{'' if yes else f'?unsaid={meeting.pk}'}#met")


def _said(meeting: Meeting, other: Person) -> str:
    if meeting.agreed_at is not None:
        return gettext("You and %(name)s met: it is noted.") % {"name": other.name}
    return gettext("%(name)s will be asked whether it was so.") % {"name": other.name}
