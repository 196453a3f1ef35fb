"""One message: where it is, its wordings, its removal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages as notices
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comvir.conversation import acts
from comvir.conversation.context import PLAIN, Context
from comvir.conversation.models import Message
from comvir.conversation.queries import html_of
from comvir.conversation.refusals import AlreadyRemoved, NothingCorrected, NotYours
from comvir.conversation.wording import made_title
from comvir.lib import clock
from comvir.lib.refusals import Unfit
from comvir.people.access import Sight
from comvir.web.answers import place_of
from comvir.web.around import said_here
from comvir.web.contextual import kind_chip, reader_of, strip
from comvir.web.following import unread_from
from comvir.web.forms import tell
from comvir.web.forms.beside import context_sent, may_correct
from comvir.web.forms.context import fields_of
from comvir.web.forms.precise import Precise, shown_of
from comvir.web.forms.writing import Wording, Writing
from comvir.web.gate import HereRequest, anyone, found, insiders, see_other
from comvir.web.openings import head_of
from comvir.web.rows import foreign, is_first_words, labels, real


@dataclass(frozen=True)
class Worded:
    """What a message said, and since when, with its kind and context. `title` is empty except for an opening."""

    title: str
    html: SafeString
    since: datetime
    chip: SafeString
    context: SafeString


@anyone
@require_safe
def message(request: HereRequest, pk: int) -> HttpResponse:
    """Leads to the page of the thread where the message is."""
    return HttpResponseRedirect(place_of(found(_messages(request), pk=pk)))


@anyone
@require_safe
def message_row(request: HereRequest, pk: int) -> HttpResponse:
    """One message, for a page that is open: a row of its list, or the opening as it stands above it."""
    here, words = found(_messages(request), pk=pk), labels()
    thread = here.thread
    said = said_here(request, thread, [here], words, unread_from(request.sight, thread))
    if not here.is_opening:
        return render(request, "messages/row.html", {"said": said, "labels": words})
    context = {"thread": thread, "labels": words, **head_of(thread, said[0], request.sight, words)}
    return render(request, "threads/opening.html", context)


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HereRequest, pk: int) -> HttpResponse:
    """Change one's own words."""
    assert request.me is not None
    here = found(_messages(request), pk=pk)
    if not here.is_by(request.sight):
        raise NotYours
    if here.is_removed:
        raise AlreadyRemoved
    if request.method != "POST":
        return _editing(request, here)
    try:
        correction = may_correct(here) and "correction" in request.POST
        changed = acts.edit(
            by=request.me,
            message=here,
            text=request.POST.get("text", ""),
            title=request.POST.get("title", "") if here.is_opening else None,
            context=context_sent(request, here),
            correction=correction,
        )
        if correction and changed.edited_at == here.edited_at:
            raise NothingCorrected
    except Unfit as refusal:
        return _editing(request, here, refusal)
    told = gettext("It is corrected. Those who have read it are told.")
    notices.success(request, told if correction else gettext("It is changed. What it said before stays to be read."))
    return see_other(place_of(here))


def _editing(request: HereRequest, here: Message, refusal: Unfit | None = None) -> HttpResponse:
    kind, usual, status = Writing if here.is_opening else Wording, here.thread.community.place, 200
    # A title made of the first words is made anew of the new ones.
    made = is_first_words(here.thread.title, made_title(here.text))
    form = kind(initial={"title": "" if made else here.thread.title, "text": here.text})
    precise = Precise(fields_of(here.context, usual), usual=usual)
    if refusal is not None:
        form, precise = kind(request.POST), Precise(shown_of(request.POST), usual=usual)
        status = refusal.status if precise.refuse(refusal) else tell(form, refusal)
    context = {
        "message": here, "form": form, "precise": precise, "place": place_of(here), "may_correct": may_correct(here),
        "correction": "correction" in request.POST, "unfold": here.context != PLAIN or bool(precise.errors),
    }  # fmt: skip
    return render(request, "messages/edit.html", context, status=status)


@anyone
@require_safe
def history(request: HereRequest, pk: int) -> HttpResponse:
    """All the wordings of a message, the newest first."""
    here = found(_messages(request), pk=pk)
    context = {
        "message": here,
        "author": real(here.author),
        "place": place_of(here),
        "wordings": [] if here.is_removed else _wordings(here, request.sight),
        "language": foreign(here.thread.community.language),
        "labels": labels(),
    }
    return render(request, "messages/history.html", context)


@insiders
@require_POST
def removal(request: HereRequest, pk: int) -> HttpResponse:
    """Take one's own message away, or the removal back."""
    assert request.me is not None
    here = found(_messages(request), pk=pk)
    if "undo" in request.POST:
        acts.restore(by=request.me, message=here)
        notices.success(request, gettext("The message is back."))
        return see_other(place_of(here))
    acts.remove(by=request.me, message=here)
    return see_other(place_of(here, removed=here.pk))


@insiders
@require_POST
def settle(request: HereRequest, pk: int) -> HttpResponse:
    """Say which answer answered one's question."""
    assert request.me is not None
    here = found(_messages(request), pk=pk)
    acts.settle(by=request.me, answer=here)
    notices.success(request, gettext("It is marked as what answered your question, and shown first."))
    return see_other(f"/t/{here.thread_id}/#answered")


def _messages(request: HereRequest) -> QuerySet[Message]:
    return Message.objects.visible_to(request.sight).select_related(
        "thread",
        "thread__community",
        "thread__huddle",
        "author",
        "author__same_as",
        "in_reply_to",
        "in_reply_to__author__same_as",
    )


def _wordings(here: Message, sight: Sight) -> list[Worded]:
    title = here.thread.title if here.is_opening else ""
    reader = reader_of(sight, here.thread, foreign(here.thread.community.language), clock.now())
    name = real(here.author).name

    def worded(title: str, html: str, since: datetime, context: Context) -> Worded:
        # mark_safe: what a sanitiser of ours made when it was written.
        return Worded(title, mark_safe(html), since, kind_chip(context.kind), strip(context, name, reader))

    now = worded(title, html_of(here), here.edited_at or here.written_at, here.context)
    earlier = here.revisions.order_by("-pk")
    return [now, *(worded(old.title, old.html, old.since, Context.from_json(old.context)) for old in earlier)]
