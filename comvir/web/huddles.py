"""Huddles: one's own, starting one, its words, who is in it, leaving it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comvir.conversation.desk import draft_for
from comvir.conversation.queries import threads_in
from comvir.lib.refusals import Refusal
from comvir.people import acts
from comvir.people.models import Huddle
from comvir.people.queries import company_in, my_huddles, people_in_huddle, with_company
from comvir.web.circleframe import frame, my_circle
from comvir.web.forms import status_of, tell
from comvir.web.forms.people import NewHuddle, OneMore
from comvir.web.gate import HereRequest, Insider, found, insiders, see_other
from comvir.web.lines import lines_of
from comvir.web.paging import page_by_last


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def huddles(request: Insider, slug: str) -> HttpResponse:
    """One's huddles in a circle, and starting another."""
    community = my_circle(request, slug)
    context = frame(request, community, "huddles")
    if request.method == "POST" and not context["may_invite"]:
        raise Http404
    form = NewHuddle(request.POST if request.method == "POST" else None, choices=company_in(community, request.sight))
    status = status_of(form)
    if request.method == "POST" and form.is_valid():
        try:
            name, others = form.cleaned_data["name"], list(form.cleaned_data["others"])
            huddle = acts.gather_huddle(by=request.me, community=community, name=name, others=others)
        except Refusal as refusal:
            status = tell(form, refusal)
        else:
            messages.success(request, gettext("The huddle is there. Only those in it see it."))
            return see_other(f"/c/{slug}/huddles/{huddle.pk}/")
    mine = with_company(my_huddles(request.sight, community), request.sight)
    context |= {"form": form, "huddles": list(mine)}
    return render(request, "huddles/list.html", context, status=status)


@insiders
@require_safe
def huddle(request: Insider, slug: str, pk: int) -> HttpResponse:
    """What was said in a huddle, the line to say more, and who is in it."""
    here = _huddle(request, slug, pk)
    return _page(request, here, OneMore(choices=company_in(here.community, request.sight, beside=here)))


@insiders
@require_POST
def people(request: Insider, slug: str, pk: int) -> HttpResponse:
    """Bring one more member of the circle into a huddle."""
    here = _huddle(request, slug, pk)
    form = OneMore(request.POST, choices=company_in(here.community, request.sight, beside=here))
    status = status_of(form)
    if form.is_valid():
        person = form.cleaned_data["person"]
        try:
            acts.add_to_huddle(by=request.me, huddle=here, person=person)
        except Refusal as refusal:
            status = tell(form, refusal)
        else:
            messages.success(request, gettext("%(name)s is in the huddle.") % {"name": person.name})
            return see_other(f"/c/{slug}/huddles/{pk}/")
    return _page(request, here, form, status=status)


@insiders
@require_POST
def leave(request: Insider, slug: str, pk: int) -> HttpResponse:
    """Leave a huddle; its page says beforehand what that means."""
    here = _huddle(request, slug, pk)
    acts.leave_huddle(by=request.me, huddle=here)
    messages.success(request, gettext("You have left “%(name)s”.") % {"name": here.name})
    return see_other(f"/c/{slug}/huddles/")


def _page(request: Insider, here: Huddle, form: OneMore, status: int = 200) -> HttpResponse:
    page = page_by_last(
        lambda mark, limit: threads_in(here.community_id, request.sight, here.pk, mark, limit=limit),
        request.GET.get("before", ""),
    )
    context = {
        **frame(request, here.community, "huddles"),
        "huddle": here,
        "people": list(people_in_huddle(here, request.sight)),
        "form": form,
        "can_add": company_in(here.community, request.sight, beside=here).exists(),
        "lines": lines_of(page.rows, request.sight, language=here.community.language),
        "page": page,
        "draft": draft_for(by=request.me, community=here.community, huddle=here),
    }
    return render(request, "huddles/huddle.html", context, status=status)


def _huddle(request: HereRequest, slug: str, pk: int) -> Huddle:
    mine = Huddle.objects.visible_to(request.sight).select_related("community")
    return found(mine, pk=pk, community__slug=slug)
