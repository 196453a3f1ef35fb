"""A page of the answers of a thread, by position, so that the hundredth page is as quick as the first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from comvir.conversation.models import Message, Thread
from comvir.conversation.queries import PAGE, answers_before, answers_of
from comvir.people.access import Sight

# How many answers stand before the one that is linked to: enough to see what it follows.
BEFORE_IT = 5


@dataclass(frozen=True)
class Answers:
    """Some answers in order; the addresses of the pages beside them, "" where there is none."""

    messages: list[Message]
    earlier: str
    later: str
    latest: str

    @property
    def is_last(self) -> bool:
        return not self.later


def page_of(thread: Thread, sight: Sight, request: HttpRequest) -> Answers:
    """The page that `?after=` or `?before=` a position asks for; the first without either."""
    before, after = _position(request, "before"), _position(request, "after")
    if before is not None:
        messages = answers_before(thread, sight, before, PAGE + 1)
        earlier, messages = len(messages) > PAGE, messages[-PAGE:]
        later = before <= thread.last_position
    else:
        messages = answers_of(thread, sight, after or 0, PAGE + 1)
        later, messages = len(messages) > PAGE, messages[:PAGE]
        earlier = bool(after)
    if not messages:
        return Answers([], "?" if earlier else "", "", "")
    return Answers(
        messages,
        earlier=f"?before={messages[0].position}#answers" if earlier else "",
        later=f"?after={messages[-1].position}#answers" if later else "",
        latest=f"?before={thread.last_position + 1}#answer" if later else "",
    )


def place_of(message: Message, **flags: Any) -> str:
    """Where a message is to be read: the page of its thread that shows it, and its anchor unless flags are given."""
    asked = dict(flags)
    if message.position > PAGE:
        asked["after"] = message.position - BEFORE_IT - 1
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"/t/{message.thread_id}/{'?' if query else ''}{query}{'' if flags else f'#m{message.pk}'}"


def _position(request: HttpRequest, name: str) -> int | None:
    said = request.GET.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None
