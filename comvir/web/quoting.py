"""What a message quotes, as a card under it: whose words, of what kind, how they stand, where they were said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from comvir.conversation.models import Message
from comvir.conversation.queries import messages_quoted
from comvir.lib import clock
from comvir.lib.text import excerpt
from comvir.people.access import Sight
from comvir.web.contextual import chips_of
from comvir.web.drawings import disc, icon
from comvir.web.gate import HereRequest
from comvir.web.rows import foreign, real
from comvir.web.standing import inline_standings, unverified
from comvir.web.times import moment_html

WORDS = 220


def quote_cards(messages: Sequence[Message], sight: Sight) -> dict[int, SafeString]:
    """The card of what each of these messages quotes, by message id. Two queries, none where nothing is quoted.

    What one may not see and what was taken away leave the same sentence, so that neither is told from the other.
    """
    wanted = [message.quotes_id for message in messages if message.quotes_id]
    if not wanted:
        return {}
    seen = {quoted.pk: quoted for quoted in messages_quoted(sight, wanted)}
    standings = inline_standings([quoted.pk for quoted in seen.values() if quoted.attested])
    cards = {}
    for message in messages:
        if message.quotes_id:
            quoted = seen.get(message.quotes_id)
            # A discreet place is shown nowhere but inside, even to those who could go there and read.
            if quoted is not None and _stays_inside(quoted, message.community_id):
                quoted = None
            cards[message.pk] = card(quoted, message.community_id, standings) if quoted else _unreadable()
    return cards


def card(quoted: Message, community: int, standings: dict[int, SafeString] | None = None) -> SafeString:
    """The card of a quoted message, fetched as `messages_quoted` does, on a page of this community."""
    language, author = foreign(quoted.thread.community.language), real(quoted.author)
    lang = f' lang="{language}"' if language else ""
    place = ""
    if quoted.thread.community_id != community:
        circle = quoted.thread.community
        place = f'<a href="/c/{circle.slug}/" dir="auto">{escape(circle.name)}</a>'
    if standings is None:
        standings = inline_standings([quoted.pk]) if quoted.attested else {}
    now = clock.now()
    stands = standings.get(quoted.pk) or unverified(quoted.kind, quoted.valid_until, now)
    return mark_safe(
        f'<blockquote class="quote-card"><p class="row">{icon("quote")}{disc(author, "xs")}'
        f"<b>{escape(author.name)}</b>{moment_html(quoted.happened_at, now)}"
        f"{chips_of(quoted.kind, quoted.valid_until, now)}{stands}{place}</p>"
        f'<p{lang} dir="auto">{escape(excerpt(quoted.text, WORDS))}</p>'
        f'<p class="row"><a href="/m/{quoted.pk}/">{escape(gettext("See the whole message"))}</a></p></blockquote>'
    )


@dataclass(frozen=True)
class Quote:
    """The message one is about to quote: its id for the form, its card for the page."""

    pk: int
    card: SafeString


def quote_asked(request: HereRequest, community: int) -> Quote | None:
    """The message that the address (`?quote=`) or the form (`quotes`) says one quotes in a community, if one may."""
    said = request.POST.get("quotes", "") or request.GET.get("quote", "")
    if request.me is None or not (said.isascii() and said.isdigit() and len(said) < 19):
        return None
    found = messages_quoted(request.sight, [int(said)])
    if not found or _stays_inside(found[0], community):
        return None
    return Quote(found[0].pk, card(found[0], community))


def _stays_inside(quoted: Message, community: int) -> bool:
    return quoted.thread.community.is_discreet and quoted.thread.community_id != community


def _unreadable() -> SafeString:
    words = escape(gettext("A message one cannot read here."))
    return mark_safe(f'<p class="quote-card quiet">{icon("eye-off")}<span>{words}</span></p>')
