"""Reading a thread and answering in it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comvir.conversation import acts
from comvir.conversation.desk import draft_for
from comvir.conversation.models import Message, Thread
from comvir.conversation.queries import opening_of, thread_seen
from comvir.conversation.wording import may_speak
from comvir.journal.reading import latest
from comvir.lib.refusals import Refusal
from comvir.notifications.queries import waits_about
from comvir.people.models import Community, Huddle
from comvir.people.queries import newcomers_in
from comvir.web.answers import page_of, place_of
from comvir.web.around import said_here
from comvir.web.following import first_unread, hearing, unread_from
from comvir.web.forms.beside import beside_of
from comvir.web.gate import HereRequest, anyone, found, insiders, see_other, the_one
from comvir.web.hours import hours_of
from comvir.web.keeping import keep_while
from comvir.web.lines import lines_of
from comvir.web.openings import head_of
from comvir.web.quoting import quote_asked
from comvir.web.rows import labels, real
from comvir.web.shapes import Spoken
from comvir.web.writing import write_here

THREAD = "conversation.thread"


@anyone
@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: HereRequest, pk: int) -> HttpResponse:
    """One thread: GET reads a page of it, POST answers."""
    here = the_one(thread_seen(request.sight, pk))
    return _answer(request, here) if request.method == "POST" else _page(request, here)


@anyone
@require_safe
def thread_row(request: HereRequest, pk: int) -> HttpResponse:
    """One line of a list, for a page that is open. On Today a discreet place shows none."""
    here = the_one(thread_seen(request.sight, pk))
    on_today = request.GET.get("on") == "today"
    if on_today and here.community.is_discreet:
        raise Http404
    newcomers = [stay.person_id for stay in newcomers_in(here.community_id, request.sight)]
    lines = lines_of([here], request.sight, newcomers, here.community.language)
    return render(request, "threads/row.html", {"lines": lines, "heading": "h4" if on_today else "h3"})


@insiders
@require_POST
def reopen(request: HereRequest, pk: int) -> HttpResponse:
    """Say that one's question is still open."""
    assert request.me is not None
    here = the_one(thread_seen(request.sight, pk))
    acts.reopen(by=request.me, thread=here)
    messages.success(request, gettext("Your question is open again."))
    return see_other(f"/t/{here.pk}/")


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HereRequest, slug: str) -> HttpResponse:
    """Begin a thread in a circle."""
    return write_here(request, found(Community.objects.visible_to(request.sight), slug=slug), None)


@insiders
@require_http_methods(["GET", "HEAD", "POST"])
def write_in_huddle(request: HereRequest, slug: str, pk: int) -> HttpResponse:
    """Begin a thread in a huddle."""
    huddles = Huddle.objects.visible_to(request.sight).select_related("community")
    huddle = found(huddles.filter(community__slug=slug), pk=pk)
    return write_here(request, huddle.community, huddle)


def _answer(request: HereRequest, here: Thread) -> HttpResponse:
    if request.me is None:
        return see_other(f"/in/?next=/t/{here.pk}/")
    text = request.POST.get("text", "")
    replied = _message_of(request, here, request.POST.get("in_reply_to", ""))
    try:
        if here.join_request is not None:
            message = acts.write_to_stewards(by=request.me, request=here.join_request, text=text)
        else:
            beside = beside_of(request, request.sight)
            message = acts.answer(by=request.me, thread=here, text=text, in_reply_to=replied, beside=beside)
    except Refusal as refusal:
        return _refused(request, here, text, replied, refusal)
    if not request.htmx:
        return see_other(place_of(message))
    words = labels()
    said = said_here(request, here, [message], words)
    return render(
        request, "threads/answered.html", {"thread": here, "said": said, "labels": words, **_composer(request, here)}
    )


def _refused(request: HereRequest, here: Thread, text: str, replied: Message | None, refusal: Refusal) -> HttpResponse:
    composer = _composer(request, here, replied)
    composer |= {
        "quoted": quote_asked(request, here.community_id),
        "text": text,
        "error": str(refusal),
        "refusal": refusal,
    }
    if request.htmx:
        return render(request, "threads/composer.html", {"thread": here, **composer}, status=refusal.status)
    return _page(request, here, composer, status=refusal.status)


def _page(
    request: HereRequest, here: Thread, composer: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    # First where the journal stands, then the messages: one written in between is told twice, never missed.
    since = latest()
    sight, words = request.sight, labels()
    opening, answers = opening_of(here, sight), page_of(here, sight, request)
    if composer is None:
        replied = _message_of(request, here, request.GET.get("reply", ""))
        composer = _composer(request, here, replied, draft=True) | {"quoted": quote_asked(request, here.community_id)}
    upto = unread_from(sight, here)
    said = said_here(request, here, [*([opening] if opening else []), *answers.messages], words, upto)
    context = {
        "thread": here,
        "community": here.community,
        "answers": answers,
        "first_unread": first_unread(sight, here, upto) if upto is not None else "",
        "hearing": hearing(sight, here.community, here),
        "hours": hours_of(opening, sight) if opening and _has_history(opening) else None,
        "said_in_answer": said[1:] if opening else said,
        "last_here": said[-1].message.pk if said and request.me is not None else None,
        "labels": words,
        "since": since,
        "waits_here": request.me is not None and waits_about(sight, THREAD, here.pk),
        "removed": _just_removed(request, said),
        **head_of(here, said[0] if opening else None, sight, words),
        **composer,
        # An answer joins the list where it stands only when the list ends on this page.
        "in_place": answers.is_last,
    }
    page = render(request, "threads/thread.html", context, status=status)
    # What it quotes changes with the threads that was said in: such a page is made anew each time.
    quotes = composer["quoted"] is not None or any(one.message.quotes_id for one in said)
    return page if quotes else keep_while(request, page, threads=[here.pk])


def _has_history(opening: Message) -> bool:
    return not opening.is_removed and (opening.attested > 0 or opening.corrected_at is not None)


def _composer(
    request: HereRequest, here: Thread, replied: Message | None = None, *, draft: bool = False
) -> dict[str, Any]:
    """What the form to answer with needs; no `may_speak`, no form."""
    kept = draft_for(by=request.me, community=here.community, thread=here) if draft else None
    return {
        "may_speak": request.me is not None and may_speak(request.sight, here),
        "replied": replied,
        "quoted": None,
        "to_whom": _to_whom(request, here, replied),
        "draft": kept,
        "text": kept.text if kept else "",
        "error": "",
        "in_place": True,
    }


def _to_whom(request: HereRequest, here: Thread, replied: Message | None) -> str:
    person = replied.author if replied is not None else here.starter
    if person.pk in request.sight.selves or (here.join_request is not None and replied is None):
        return gettext("Your answer")
    return gettext("Answer %(name)s") % {"name": real(person).name}


def _message_of(request: HereRequest, here: Thread, said: str) -> Message | None:
    """The message of this thread that a page or a form points at, if it may be seen."""
    if not (said.isascii() and said.isdigit() and len(said) < 19):
        return None
    seen = Message.objects.visible_to(request.sight).select_related("author", "author__same_as")
    return seen.filter(thread=here, pk=int(said), removed_at=None).first()


def _just_removed(request: HereRequest, said: list[Spoken]) -> Spoken | None:
    """The message whose removal the page tells of, with the way back."""
    asked = request.GET.get("removed", "")
    return next((one for one in said if one.may_undo and str(one.message.pk) == asked), None)
