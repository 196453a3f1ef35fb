"""Messages of many threads in one list: which thread, whose words, in which circle."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString

from comvir.conversation.models import Message
from comvir.conversation.queries import untitled
from comvir.lib import clock
from comvir.lib.text import excerpt
from comvir.web.contextual import chips_of
from comvir.web.rows import foreign, is_first_words, real, title_of
from comvir.web.shapes import NOTHING, Entry
from comvir.web.standing import inline_standings, unverified


def entries_of(messages: Sequence[Message]) -> list[Entry]:
    """Ready for `rowhtml.entry_rows`: messages fetched with author and thread with its community; two queries."""
    bare = untitled({message.thread_id for message in messages}) if messages else set()
    standings = inline_standings([message.pk for message in messages if message.attested])
    return [
        _entry(message, title_of(message.thread, message.thread_id not in bare), standings.get(message.pk))
        for message in messages
    ]


def _entry(message: Message, title: str, standing: SafeString | None) -> Entry:
    words, now = excerpt(message.text), clock.now()
    return Entry(
        message=message,
        author=real(message.author),
        title=title,
        words=NOTHING if is_first_words(title, words) else format_html("{}", words),
        circle=message.thread.community.name,
        language=foreign(message.thread.community.language),
        chips=chips_of(message.kind, message.valid_until, now),
        standing=standing or unverified(message.kind, message.valid_until, now),
    )
