"""Messages with all that stands round their words: quotes, pictures, polls, what others say of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from django.middleware.csrf import get_token
from django.utils.html import format_html

from comvir.conversation.models import Message, Thread
from comvir.conversation.wording import may_speak
from comvir.web.gate import HereRequest
from comvir.web.hung import hung_html
from comvir.web.polls import poll_boxes
from comvir.web.quoting import quote_cards
from comvir.web.rowhtml import FormField
from comvir.web.rows import spoken
from comvir.web.shapes import NOTHING, Around, Labels, Spoken
from comvir.web.standing import standing_boxes


def said_here(
    request: HereRequest, thread: Thread, messages: Sequence[Message], words: Labels, upto: int | None = None
) -> list[Spoken]:
    """These messages of one thread, complete, ready for `rowhtml.message_rows`.

    A query for each thing that some of them have beside their words, and none for what none of them has.
    """
    sight, field = request.sight, form_field_of(request)
    said = spoken(messages, thread, sight, words, upto)
    there = [message for message in messages if not message.removed_at]
    speaks = may_speak(sight, thread)
    quotes = quote_cards([message for message in there if message.quotes_id], sight)
    hung = hung_html([message for message in there if message.pictured or message.linked])
    polls = poll_boxes([message for message in there if message.polled], sight, may_vote=speaks, form_field=field)
    standings = standing_boxes(there, sight, may_attest=speaks, form_field=field)
    if not (quotes or hung or polls or standings):
        return said
    return [
        replace(
            one,
            around=Around(
                quote=quotes.get(one.message.pk, NOTHING),
                hung=hung.get(one.message.pk, NOTHING),
                poll=polls.get(one.message.pk, NOTHING),
                standing=standings.get(one.message.pk, NOTHING),
            ),
        )
        for one in said
    ]


def form_field_of(request: HereRequest) -> FormField:
    """What gives the hidden field of forms on this page: made once, and only if there is a form."""
    return cache(lambda: format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request)))
