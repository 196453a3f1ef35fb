"""A page of the answers of a thread, by position, so that the hundredth page is as quick as the first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext

from comvir.conversation.models import Message, Thread
from comvir.conversation.queries import PAGE, answers_before, answers_of, position_on
from comvir.people.access import Sight

# How many answers stand before the one that is linked to: enough to see what it follows.
BEFORE_IT = 5


# From this many on, one may go to a day.
DAYS_FROM = 40
YEARS = range(1900, 3000)


@dataclass(frozen=True)
class Day:
    """Going to a day: the one asked for as it was typed, why it could not be gone to, whether one is asked at all."""

    typed: str = ""
    wrong: str = ""
    asked: bool = False


@dataclass(frozen=True)
class Answers:
    """Some answers in order; the addresses of the pages beside them, "" where there is none.

    `place` says which they are, when they are not all.
    """

    messages: list[Message]
    day: Day
    earlier: str = ""
    later: str = ""
    latest: str = ""
    first: str = ""
    place: str = ""

    @property
    def is_last(self) -> bool:
        return not self.later


def page_of(thread: Thread, sight: Sight, request: HttpRequest) -> Answers:
    """The page that `?after=` or `?before=` a position or `?on=` a day asks for; the first without any."""
    before, after = _position(request, "before"), _position(request, "after")
    typed, wrong = request.GET.get("on", "")[:40], ""
    if typed:
        before, after, wrong = _on(typed, thread, sight)
    day = Day(typed, wrong, bool(typed) or thread.last_position >= DAYS_FROM)
    if before is not None:
        messages = answers_before(thread, sight, before, PAGE + 1)
        earlier, messages = len(messages) > PAGE, messages[-PAGE:]
        later = before <= thread.last_position
    else:
        messages = answers_of(thread, sight, after or 0, PAGE + 1)
        later, messages = len(messages) > PAGE, messages[:PAGE]
        earlier = bool(after)
    if not messages:
        return Answers([], day, earlier="?" if earlier else "")
    return Answers(
        messages,
        day,
        earlier=f"?before={messages[0].position}#answers" if earlier else "",
        later=f"?after={messages[-1].position}#answers" if later else "",
        latest=f"?before={thread.last_position + 1}#answer" if later else "",
        first="?#answers" if earlier else "",
        place=_place(messages, thread) if earlier or later else "",
    )


def place_of(message: Message, **flags: Any) -> str:
    """Where a message is to be read: the page of its thread that shows it, and its anchor unless flags are given."""
    asked = dict(flags)
    if message.position > PAGE:
        asked["after"] = message.position - BEFORE_IT - 1
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"/t/{message.thread_id}/{'?' if query else ''}{query}{'' if flags else f'#m{message.pk}'}"


def _on(day: str, thread: Thread, sight: Sight) -> tuple[int | None, int | None, str]:
    """What to go before or after to come to a day of the reader's calendar, and a sentence when one cannot."""
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        wanted = None
    if wanted is None or wanted.year not in YEARS:
        return None, None, gettext("There is no such day. It is written as 2026-06-07.")
    midnight = timezone.make_aware(datetime.combine(wanted, time.min))
    position = position_on(thread, sight, midnight)
    if position is None:
        return thread.last_position + 1, None, gettext("Nothing was said on that day or after. These are the latest.")
    return None, position - 1, ""


def _place(messages: list[Message], thread: Thread) -> str:
    """“Answers 41–60 of 1,204”, by position: those taken away since keep their number."""
    first, last, whole = (
        number_format(number, force_grouping=True)
        for number in (messages[0].position, messages[-1].position, thread.last_position)
    )
    return gettext("Answers %(first)s–%(last)s of %(whole)s") % {"first": first, "last": last, "whole": whole}


def _position(request: HttpRequest, name: str) -> int | None:
    said = request.GET.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None
