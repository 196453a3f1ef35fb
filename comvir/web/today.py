"""Today: what awaits, then what is new, then the end."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import dates, timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from comvir.conversation.queries import recent_threads
from comvir.journal.reading import latest
from comvir.lib import clock
from comvir.notifications.queries import news_followed, waiting_for
from comvir.people.access import Sight
from comvir.people.models import Community, Person
from comvir.people.queries import my_latest_communities, newcomer_ids
from comvir.web import first
from comvir.web.drafts import begun
from comvir.web.gate import HereRequest, anyone
from comvir.web.lines import lines_of
from comvir.web.shapes import Line
from comvir.web.times import day_and_month
from comvir.web.waiting import cards_and_news

CIRCLES, EACH = 12, 5
# Three cards, then the rest behind a line: Today is read at a glance.
FIRST = 3
# How far back one’s own news goes, and the window of the house for who has not come in.
NEWS, WINDOW = timedelta(days=14), timedelta(days=365)
IN_WORDS = [
    _("two"),
    _("three"),
    _("four"),
    _("five"),
    _("six"),
    _("seven"),
    _("eight"),
    _("nine"),
    _("ten"),
    _("eleven"),
    _("twelve"),
    _("thirteen"),
    _("fourteen"),
    _("fifteen"),
    _("sixteen"),
]


@dataclass(frozen=True)
class Group:
    """The news of one circle. A discreet one has no lines."""

    community: Community
    lines: list[Line]


@anyone
@require_safe
def today(request: HereRequest) -> HttpResponse:
    """The first page: of who has come in, or of the house for who has not."""
    return _mine(request, request.me) if request.me is not None else _welcome(request)


def _mine(request: HereRequest, me: Person) -> HttpResponse:
    # First where the journal stands, then the rows: what comes in between is told twice, never missed.
    since = latest()
    circles = my_latest_communities(request.sight, limit=CIRCLES)
    waiting, followed = waiting_for(request.sight), news_followed(request.sight)
    cards, followed_news = cards_and_news(waiting, followed, request.sight)
    context = {
        "greeting": greeting(me, timezone.localtime(clock.now()).hour),
        "day": _day(),
        "waits": count_waiting(len(cards)),
        "cards": cards[:FIRST],
        "more_cards": cards[FIRST:],
        "more": _more(len(cards) - FIRST),
        "followed": followed_news,
        "followed_ids": [notice.pk for notice in followed],
        "groups": _news(circles, request.sight, NEWS, {notice.thread_id for notice in followed}),
        "circles": circles,
        "begun": begun(me, request.sight, 3, in_public=True),
        "since": since,
    }
    return render(request, "today/today.html", context)


def _welcome(request: HereRequest) -> HttpResponse:
    if first.is_unfounded():
        return first.unfounded(request)
    open_here = list(Community.objects.read_by(request.sight).order_by("-last_at", "pk")[:CIRCLES])
    groups = [group for group in _news(open_here, request.sight, WINDOW) if group.lines]
    return render(request, "today/welcome.html", {"groups": groups})


def _news(
    circles: list[Community], sight: Sight, back: timedelta, told_already: Collection[int | None] = ()
) -> list[Group]:
    """What was said in each circle these days, the most recently active circle first; the rest waits in the circle.

    Without the threads `told_already` further up the page.
    """
    threads = recent_threads(sight, circles, clock.now() - back, EACH)
    newcomers = newcomer_ids(circles)
    shown = [thread for circle in circles if not circle.is_discreet for thread in threads[circle.pk]]
    told = [thread for thread in shown if thread.pk not in told_already]
    languages = {circle.pk: circle.language for circle in circles}
    lines: dict[int, list[Line]] = {circle.pk: [] for circle in circles}
    for line in lines_of(told, sight, newcomers, languages=languages):
        lines[line.thread.community_id].append(line)
    return [Group(circle, lines[circle.pk]) for circle in circles if circle.is_discreet or lines[circle.pk]]


def greeting(person: Person, hour: int) -> str:
    """“Good morning Lucie”, by the reader's clock."""
    name = {"name": person.name.split()[0]}
    if 4 <= hour < 12:
        return gettext("Good morning %(name)s") % name  # FR: Bonjour %(name)s
    if 12 <= hour < 18:
        return gettext("Good afternoon %(name)s") % name
    return gettext("Good evening %(name)s") % name


def count_waiting(count: int) -> str:
    """How many things wait, in words up to sixteen."""
    if count == 0:
        return gettext("Nothing is waiting for you. Enjoy it.")  # FR: Rien ne vous attend. Profitez-en.
    if count == 1:
        return gettext("One thing is waiting, the rest can wait.")
    number = str(IN_WORDS[count - 2]) if count <= len(IN_WORDS) + 1 else str(count)
    # FR: Trois choses vous attendent, le reste peut attendre.
    return _capital(gettext("%(number)s things are waiting, the rest can wait.") % {"number": number})


def _more(count: int) -> str:
    """“Two more things”, behind which the other cards stand."""
    if count <= 0:
        return ""
    if count == 1:
        return gettext("One more thing")
    number = str(IN_WORDS[count - 2]) if count <= len(IN_WORDS) + 1 else str(count)
    return _capital(gettext("%(number)s more things") % {"number": number})


def _day() -> str:
    """“Thursday 4 June”."""
    here = timezone.localtime(clock.now())
    return _capital(f"{dates.WEEKDAYS[here.weekday()]} {day_and_month(here)}")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
