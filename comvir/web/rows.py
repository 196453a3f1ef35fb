"""What one message in a thread shows: made ready once a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext

from comvir.conversation.acts import DAY_TO_RESTORE
from comvir.conversation.kinds import Kind
from comvir.conversation.models import Message, Thread
from comvir.conversation.queries import html_of
from comvir.conversation.wording import may_pass_on, may_speak
from comvir.lib import clock
from comvir.lib.text import excerpt
from comvir.people.access import Sight
from comvir.people.models import Person
from comvir.people.queries import known_among
from comvir.web import contextual
from comvir.web.drawings import icon
from comvir.web.shapes import NOTHING, Labels, Spoken

# Quotes shorter than this stay open: folding them would hide more than it spares.
FOLD_FROM = 280

# The sanitiser writes every attribute between double quotes: this finds tags, and never what only looks like one.
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)(?:[^>"]|"[^"]*")*>')


def labels() -> Labels:
    """The labels in the reader's language."""
    return Labels(
        reply=gettext("Reply"),
        quote=gettext("Quote"),
        pass_on=gettext("Pass on"),
        settle=gettext("This answered my question"),
        settled=gettext("Answered the question"),
        edit=gettext("Edit"),
        remove=gettext("Remove"),
        undo=gettext("Undo"),
        edited=gettext("edited"),
        corrected=gettext("corrected"),
        # FR: Ce message a été retiré par son auteur. Les réponses restent.
        removed=gettext("The author has removed this message. The replies remain."),
        archive=gettext("from an archive"),
        unread=gettext("not read"),  # FR: non lue
        quoted=format_html("{}{}", icon("chevron-right", "chevron"), gettext("Quoted words")),
    )


def foreign(language: str) -> str:
    """The language to write on members' words: empty when it is the page's own."""
    here = (get_language() or "").split("-")[0]
    return language if language and language != here else ""


def title_of(thread: Thread, is_open: bool) -> str:
    """The thread's title; not that of an opening its author has taken away."""
    return thread.title if is_open else gettext("A message its author has removed")


def is_first_words(title: str, words: str) -> bool:
    """Whether the title was made of the first words, so that showing both would say it twice."""
    return words == title or (title.endswith("…") and words.startswith(title[:-1]))


@dataclass(frozen=True)
class _Page:
    """What all messages of a page have in common."""

    thread: Thread
    sight: Sight
    words: Labels
    known: set[int]
    here: set[int]
    speaks: bool
    asks: bool
    upto: int | None
    reader: contextual.Reader

    def passes_on(self, message: Message) -> bool:
        """Whether the reader may tell another circle of it, and has one."""
        if self.sight.person is None:
            return False
        return len(self.sight.communities) > (self.thread.community_id in self.sight.communities) and may_pass_on(
            self.sight, message
        )


def spoken(
    messages: Sequence[Message], thread: Thread, sight: Sight, words: Labels, upto: int | None = None
) -> list[Spoken]:
    """These messages of one thread, ready for `rowhtml.message_rows`; one query, however many they are.

    After the position `unread` they are marked as not read yet.
    """
    page = _Page(
        thread=thread,
        sight=sight,
        words=words,
        known=known_among({real(message.author).pk for message in messages}, sight),
        here={message.pk for message in messages},
        speaks=may_speak(sight, thread),
        asks=thread.kind == Kind.QUESTION and thread.starter_id in sight.selves,
        upto=upto,
        reader=contextual.reader_of(sight, thread, foreign(thread.community.language), clock.now()),
    )
    return [_spoken(message, page) for message in messages]


def real(person: Person) -> Person:
    """The person behind a name: who claimed the ghost, or the person itself."""
    return person.same_as or person


def fold_quotes(html: str, summary: str) -> str:
    """The sanitised HTML with its long outer quotes folded behind a line one opens."""
    if "<blockquote" not in html:
        return html
    parts, at, depth, start = [], 0, 0, 0
    for tag in _TAG.finditer(html):
        if tag.group(2) != "blockquote":
            continue
        depth += -1 if tag.group(1) else 1
        if depth == 1 and not tag.group(1):
            start = tag.start()
        elif depth == 0:
            quote = html[start : tag.end()]
            parts += [html[at:start], _folded(quote, summary)]
            at = tag.end()
    return "".join([*parts, html[at:]])


def _folded(quote: str, summary: str) -> str:
    if len(_TAG.sub("", quote)) < FOLD_FROM:
        return quote
    return format_html("<details><summary>{}</summary>", summary) + quote + "</details>"


def _spoken(message: Message, page: _Page) -> Spoken:
    sight, now = page.sight, page.reader.now
    message.thread = page.thread
    author = real(message.author)
    earlier = message.in_reply_to
    # Whoever is shut out is named nowhere, not even as the one who was answered.
    if earlier is not None and (earlier.author_id in sight.shut_out or earlier.position == 0):
        earlier = None
    mine, removed = message.is_by(sight), message.removed_at
    html = "" if removed else fold_quotes(html_of(message), page.words.quoted)
    chips = context = NOTHING
    if not removed:
        chips = contextual.chips_of(message.kind, message.valid_until, now)
        if message.is_opening:
            context = contextual.strip(message, author.name, page.reader, message.pictured)
        else:
            context = contextual.line(message, page.reader)
    return Spoken(
        message=message,
        author=author,
        address=f"/p/{author.handle}/" if author.pk in page.known else "",
        html=mark_safe(html),
        language=page.reader.language,
        answered="" if earlier is None else f"#m{earlier.pk}" if earlier.pk in page.here else f"/m/{earlier.pk}/",
        answered_name="" if earlier is None else gettext("In reply to %(name)s") % {"name": real(earlier.author).name},
        to_whom=author.name,
        about=excerpt(message.text, 40) if mine and not removed else "",
        may_reply=page.speaks and not removed,
        mine=mine and not removed,
        may_undo=mine and removed is not None and bool(message.text) and message.removed_by_id == sight.person
        and now - removed <= DAY_TO_RESTORE,
        chips=chips,
        context=context,
        may_pass_on=page.passes_on(message),
        may_settle=page.asks and not removed and not message.is_opening and page.thread.answer_id != message.pk,
        settled=not removed and page.thread.answer_id == message.pk,
        unread=page.upto is not None and message.position > page.upto and not mine and not removed,
    )  # fmt: skip
