"""Finding again what was said, in the circles one may read."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from comvir.conversation.models import Message
from comvir.conversation.queries import untitled
from comvir.conversation.search import Found, Question, found_by, question_of
from comvir.lib import clock
from comvir.lib import text as texts
from comvir.lib.words import highlighted
from comvir.memory.queries import messages_standing
from comvir.people.models import Community, Person
from comvir.web.forms import status_of
from comvir.web.forms.searching import Search
from comvir.web.gate import HereRequest, anyone
from comvir.web.rows import real, title_of
from comvir.web.standing import inline_standings, unverified

# Of a standing, so many of the newest messages are looked through.
LOOKED_THROUGH = 2000


@dataclass(frozen=True)
class Hit:
    """One message found, as it is listed."""

    message: Message
    author: Person
    title: str
    words: SafeString
    standing: SafeString


@anyone
@require_safe
def search(request: HereRequest) -> HttpResponse:
    """The form, and what was found: twenty messages a page, the newest first."""
    circles = (
        Community.objects.visible_to(request.sight)
        .filter(pk__in=request.sight.communities | request.sight.open)
        .order_by("name", "pk")
    )
    form = Search(request.GET or None, circles=circles, sight=request.sight)
    question, found = None, Found([], None)
    if form.is_bound and form.is_valid():
        question = _question(form, list(circles))
        found = found_by(
            request.sight, question, zone=timezone.get_current_timezone(), before=_before(request),
            ranked=form.cleaned_data["order"] == "best",
        )  # fmt: skip
    context = {
        "form": form,
        "asked": question is not None and question.asks_something,
        "hits": hits_of(found.messages, question),
        "older": _address(request, found.before) if found.before else "",
        "newer": _address(request, None) if "before" in request.GET else "",
    }
    return render(request, "search/search.html", context, status=status_of(form))


def hits_of(messages: list[Message], question: Question | None) -> list[Hit]:
    """What the list shows of each message; two queries, however many."""
    wanted = question.highlights if question else frozenset[str]()
    bare = untitled({message.thread_id for message in messages})
    standings = inline_standings([message.pk for message in messages if message.attested])
    now = clock.now()
    return [
        Hit(
            message,
            real(message.author),
            title_of(message.thread, message.thread_id not in bare),
            highlighted(texts.plain(message.text), wanted),
            standings.get(message.pk) or unverified(message.kind, message.valid_until, now),
        )
        for message in messages
    ]


def _question(form: Search, circles: list[Community]) -> Question:
    told = form.cleaned_data
    return question_of(
        told["q"] or "", kind=told["kind"], place=told["place"] or "", since=told["since"], until=told["until"],
        person=told["person"].pk if told["person"] else None,
        community=next((circle.pk for circle in circles if circle.slug == told["circle"]), None),
        among=messages_standing(told["standing"], LOOKED_THROUGH) if told["standing"] else None,
    )  # fmt: skip


def _before(request: HereRequest) -> int | None:
    told = request.GET.get("before", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else None


def _address(request: HereRequest, before: int | None) -> str:
    kept = [(name, value) for name, value in request.GET.items() if name != "before" and value]
    return "?" + urlencode([*kept, ("before", before)] if before else kept)
