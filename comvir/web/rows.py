"""What one line of a list of threads, and one message in a thread, show: made ready once a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from comvir.conversation.acts import DAY_TO_RESTORE
from comvir.conversation.models import Message, Thread
from comvir.conversation.queries import answers_unseen, first_words, html_of
from comvir.conversation.wording import may_speak
from comvir.lib import clock
from comvir.lib.text import excerpt
from comvir.people.access import Sight
from comvir.people.models import Person
from comvir.people.queries import known_among
from comvir.web.drawings import icon

# Quotes shorter than this stay open: folding them would hide more than it spares.
FOLD_FROM = 280

# The sanitiser writes every attribute between double quotes: this finds tags, and never what only looks like one.
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)(?:[^>"]|"[^"]*")*>')


@dataclass(frozen=True)
class Labels:
    """The words every message row says, translated once a page."""

    reply: str
    edit: str
    remove: str
    undo: str
    edited: str
    removed: str
    archive: str
    quoted: SafeString


def labels() -> Labels:
    """The labels in the reader's language."""
    return Labels(
        reply=gettext("Reply"),
        edit=gettext("Edit"),
        remove=gettext("Remove"),
        undo=gettext("Undo"),
        edited=gettext("edited"),
        # FR: Ce message a été retiré par son auteur. Les réponses restent.
        removed=gettext("The author has removed this message. The replies remain."),
        archive=gettext("from an archive"),
        quoted=format_html("{}{}", icon("chevron-right", "chevron"), gettext("Quoted words")),
    )


@dataclass(frozen=True)
class Line:
    """One line of a list of threads. `language` is empty when it is the page's own."""

    thread: Thread
    starter: Person
    title: str
    first_words: str
    answers: str
    awaits: bool
    language: str


@dataclass(frozen=True)
class Spoken:
    """One message as the reader may see it. `address` and `answered` are empty where there is nothing to link to."""

    message: Message
    author: Person
    address: str
    html: SafeString
    language: str
    answered: str
    answered_name: str
    to_whom: str
    about: str
    may_reply: bool
    mine: bool
    may_undo: bool


def lines_of(
    threads: Sequence[Thread],
    sight: Sight,
    newcomers: Iterable[int] = (),
    language: str = "",
    *,
    languages: Mapping[int, str] | None = None,
) -> list[Line]:
    """Lines for these threads, fetched with `starter__same_as`; one query, two for who is blocked or blocks.

    `newcomers` are ids of persons whose thread, unanswered, is marked as waiting for a first answer. `language` is
    that of the community, or `languages` those of several by id, for members' words in a page of another language.
    """
    words, new = first_words(threads), set(newcomers)
    spoken_in, unseen = languages or {}, answers_unseen(threads, sight)
    return [
        _line(
            thread,
            words.get(thread.pk),
            thread.answers - unseen.get(thread.pk, 0),
            new,
            foreign(spoken_in.get(thread.community_id, language)),
        )
        for thread in threads
    ]


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


def count_answers(count: int, awaits: bool = False) -> str:
    """“4 answers”; “Awaits a first answer” for a newcomer's thread that has none."""
    if count == 0:
        return gettext("Awaits a first answer") if awaits else gettext("No answer yet")
    return ngettext("%(count)d answer", "%(count)d answers", count) % {"count": count}


def spoken(messages: Sequence[Message], thread: Thread, sight: Sight, words: Labels) -> list[Spoken]:
    """These messages of one thread, ready for `rowhtml.message_rows`; one query, however many they are."""
    known = known_among({real(message.author).pk for message in messages}, sight)
    here = {message.pk for message in messages}
    language, speaks = foreign(thread.community.language), may_speak(sight, thread)
    now = clock.now()
    return [_spoken(message, sight, words, known, here, language, speaks, now) for message in messages]


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


def _line(thread: Thread, words: str | None, answers: int, newcomers: set[int], language: str) -> Line:
    awaits = answers == 0 and thread.starter_id in newcomers
    title = title_of(thread, words is not None)
    beginning = words or ""
    return Line(
        thread=thread,
        starter=real(thread.starter),
        title=title,
        first_words="" if is_first_words(title, beginning) else beginning,
        answers=count_answers(answers, awaits),
        awaits=awaits,
        language=language if words is not None else "",
    )


def _spoken(
    message: Message,
    sight: Sight,
    words: Labels,
    known: set[int],
    here: set[int],
    language: str,
    speaks: bool,
    now: datetime,
) -> Spoken:
    author = real(message.author)
    earlier = message.in_reply_to
    # Whoever is shut out is named nowhere, not even as the one who was answered.
    if earlier is not None and (earlier.author_id in sight.shut_out or earlier.position == 0):
        earlier = None
    mine, removed = message.is_by(sight), message.removed_at
    html = "" if removed else fold_quotes(html_of(message), words.quoted)
    return Spoken(
        message=message,
        author=author,
        address=f"/p/{author.handle}/" if author.pk in known else "",
        html=mark_safe(html),
        language=language,
        answered="" if earlier is None else f"#m{earlier.pk}" if earlier.pk in here else f"/m/{earlier.pk}/",
        answered_name="" if earlier is None else gettext("In reply to %(name)s") % {"name": real(earlier.author).name},
        to_whom=author.name,
        about=excerpt(message.text, 40) if mine and not removed else "",
        may_reply=speaks and not removed,
        mine=mine and not removed,
        may_undo=mine and removed is not None and bool(message.text) and message.removed_by_id == sight.person
        and now - removed <= DAY_TO_RESTORE,
    )  # fmt: skip
