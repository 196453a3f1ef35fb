"""The head of a thread: the message that opens it, how it is shown, and what answered it when it is a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from comvir.conversation.models import Thread
from comvir.conversation.queries import answer_of
from comvir.conversation.wording import made_title
from comvir.people.access import Sight
from comvir.web.answers import place_of
from comvir.web.rows import is_first_words, spoken, title_of
from comvir.web.shapes import Labels, Spoken

# An opening longer than this is read, not shouted.
LOUD = 360


@dataclass(frozen=True)
class Settled:
    """What answered a question: the message, where it stands in its thread, whether the reader may say otherwise."""

    said: Spoken
    place: str
    may_reopen: bool


def head_of(here: Thread, opening: Spoken | None, sight: Sight, words: Labels) -> dict[str, Any]:
    """Context of `threads/opening.html`; a query for what answered a question, if something did."""
    return {"opening": opening, "settled": _settled(here, sight, words), **heading_of(here, opening)}


def heading_of(here: Thread, opening: Spoken | None) -> dict[str, Any]:
    """How the opening is shown: its words are the heading when they are few and the title was made of them."""
    if opening is None or opening.message.is_removed:
        return {"title": title_of(here, False), "shown": "title"}
    text, html = opening.message.text, opening.html
    loud = len(text) <= LOUD
    if not is_first_words(here.title, made_title(text)):
        return {"title": here.title, "shown": "both", "loud": loud}
    if loud and html.count("<p>") == 1 and html.startswith("<p>") and html.endswith("</p>"):
        return {"title": here.title, "shown": "words", "heading": _inside(html)}
    return {"title": here.title, "shown": "body", "loud": loud}


def _settled(here: Thread, sight: Sight, words: Labels) -> Settled | None:
    answer = answer_of(here, sight)
    if answer is None:
        return None
    return Settled(spoken([answer], here, sight, words)[0], place_of(answer), here.starter_id in sight.selves)


def _inside(html: str) -> SafeString:
    return mark_safe(html.removeprefix("<p>").removesuffix("</p>"))
