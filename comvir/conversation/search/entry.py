"""What the index keeps of one message: its words, those of its place, and marks that say where it may be looked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from comvir.conversation.models import Message, ThreadAudience
from comvir.lib.words import language_of, tokens


@dataclass(frozen=True)
class Entry:
    """One row of the index. `words` and `place` are tokens in order; `marks` are single tokens, in no order."""

    message: int
    words: list[str]
    place: list[str]
    marks: list[str]


def entry_of(message: Message) -> Entry:
    """What is kept of a message, fetched with its thread and community."""
    thread = message.thread
    language = language_of(message.text, thread.community.language)
    title = tokens(thread.title, language) if message.is_opening else []
    place = tokens(message.place, language)
    return Entry(message.pk, [*title, *tokens(message.text, language), *place], place, _marks(message))


def where_mark(audience: str, community: int, huddle: int | None, request: int | None = None) -> str:
    """Where a message was said: in a circle, in one of its huddles, or with the stewards."""
    if audience == ThreadAudience.HUDDLE:
        return f"h{huddle}"
    return f"r{request}" if audience == ThreadAudience.REQUEST else f"c{community}"


def month_mark(when: datetime) -> str:
    """The month in which something was said."""
    return f"m{when:%Y%m}"


def year_mark(year: int) -> str:
    return f"y{year:04d}"


def _marks(message: Message) -> list[str]:
    thread, author = message.thread, message.author
    when = message.happened_at
    marks = [
        where_mark(thread.audience, thread.community_id, thread.huddle_id, thread.join_request_id),
        f"a{author.same_as_id or author.pk}", month_mark(when), year_mark(when.year),
    ]  # fmt: skip
    return [*marks, f"k{message.kind}"] if message.kind else marks
