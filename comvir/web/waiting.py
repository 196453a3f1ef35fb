"""What awaits somebody, as the cards of Today: the notices of one thread make one card."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext

from comvir.conversation.models import Message, Thread
from comvir.conversation.queries import first_words, messages_among, messages_naming, threads_among
from comvir.journal import verbs
from comvir.journal.models import Deed
from comvir.journal.sight import Audience
from comvir.lib.text import excerpt
from comvir.notifications.models import Notice
from comvir.people.access import Sight
from comvir.people.models import Person
from comvir.people.queries import arrivals_of, requests_decided
from comvir.web.deeds import ABOUT_A_REQUEST, BY_YOUR_INVITATION, NAMED_YOU, sentence_to_you, tell
from comvir.web.rows import foreign, real, title_of

THREAD, MESSAGE, REQUEST, HUDDLE = (
    "conversation.thread", "conversation.message", "people.joinrequest", "people.huddle"
)  # fmt: skip
TO_HUDDLE = (verbs.GATHERED_HUDDLE, verbs.ADDED_TO_HUDDLE)


@dataclass(frozen=True)
class Told:
    """One sentence of a card, and its deed."""

    words: str
    deed: Deed


@dataclass(frozen=True)
class Card:
    """Something one can act on. Empty strings where there is nothing of the kind."""

    person: Person | None
    title: str
    address: str
    go: str
    told: list[Told]
    notices: list[int]
    where: str = ""
    words: str = ""
    language: str = ""
    # Good to know, with nothing to answer: its way there is a second choice.
    calm: bool = False
    # A newcomer's name and address, for the deed of welcoming.
    newcomer: str = ""
    welcome: str = ""


@dataclass
class _Known:
    """What the cards say beyond their deeds, fetched at once for all."""

    threads: dict[int, Thread] = field(default_factory=dict)
    openings: dict[int, str] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    named: set[int] = field(default_factory=set)
    answered: set[int] = field(default_factory=set)
    newcomers: set[tuple[int | None, int]] = field(default_factory=set)
    invited: set[tuple[int | None, int]] = field(default_factory=set)


def cards_of(notices: Sequence[Notice], sight: Sight) -> list[Card]:
    """The cards, the newest first. A fixed number of queries, however many notices."""
    known = _look_up([notice.deed for notice in notices], sight)
    groups: defaultdict[tuple[str, int | None], list[Notice]] = defaultdict(list)
    for notice in notices:
        deed = notice.deed
        by_thread = deed.context_type == THREAD
        groups[(THREAD, deed.context_id) if by_thread else ("deed", deed.pk)].append(notice)
    return [_card(kind, pk, group, known) for (kind, pk), group in groups.items()]


def _look_up(deeds: list[Deed], sight: Sight) -> _Known:
    talked = [deed.context_id for deed in deeds if deed.context_type == THREAD and deed.context_id]
    ids = [deed.object_id for deed in deeds if deed.object_type == MESSAGE and deed.object_id]
    threads = {thread.pk: thread for thread in threads_among(sight, talked)}
    messages = {message.pk: message for message in messages_among(sight, ids)}
    joined = [real(deed.actor).pk for deed in deeds if deed.verb == verbs.JOINED]
    arrivals = arrivals_of(joined, sight)
    requests = [deed.object_id for deed in deeds if deed.object_type == REQUEST and deed.object_id]
    return _Known(
        threads=threads,
        openings=first_words(list(threads.values())),
        messages=messages,
        named=messages_naming(sight, ids),
        answered=set(requests_decided(requests, sight)),
        newcomers={(stay.community, stay.person) for stay in arrivals if stay.is_new},
        invited={(stay.community, stay.person) for stay in arrivals if stay.invited_by == sight.person},
    )


def _card(kind: str, pk: int | None, notices: list[Notice], known: _Known) -> Card:
    ids, deed = [notice.pk for notice in notices], notices[0].deed
    if deed.community is not None and deed.community.is_discreet:
        address = f"/t/{pk}/" if kind == THREAD else f"/c/{deed.community.slug}/"
        # Neither name nor word of a discreet place is shown where somebody else may look over one's shoulder.
        title = gettext("Something awaits you in a discreet place")
        return Card(person=None, title=title, address=address, go=gettext("Go there"), told=[], notices=ids)
    if kind == THREAD and pk in known.threads:
        return _thread_card(known.threads[pk], notices, known)
    if deed.object_type == REQUEST:
        return _request_card(deed, ids, known)
    if deed.verb == verbs.JOINED:
        return _arrival_card(deed, ids, known)
    return _plain_card(deed, ids)


def _thread_card(thread: Thread, notices: list[Notice], known: _Known) -> Card:
    newest = notices[0].deed
    message = known.messages.get(newest.object_id or 0)
    return Card(
        person=real(newest.actor),
        title=title_of(thread, thread.pk in known.openings),
        address=f"/m/{message.pk}/" if message else f"/t/{thread.pk}/",
        go=gettext("Read and answer"),
        told=_once([Told(_said_to_you(notice.deed, known), notice.deed) for notice in notices]),
        notices=[notice.pk for notice in notices],
        where=_where(newest),
        words=excerpt(message.text) if message else "",
        language=foreign(newest.community.language if newest.community else ""),
    )


def _once(told: list[Told]) -> list[Told]:
    """The same sentence once, of its newest deed: three answers of one person are one piece of news."""
    kept: dict[str, Told] = {}
    for one in told:
        kept.setdefault(one.words, one)
    return list(kept.values())


def _said_to_you(deed: Deed, known: _Known) -> str:
    if deed.audience == Audience.STEWARDS:
        return tell(ABOUT_A_REQUEST, deed)
    return tell(NAMED_YOU, deed) if deed.object_id in known.named else sentence_to_you(deed)


def _request_card(deed: Deed, ids: list[int], known: _Known) -> Card:
    assert deed.community is not None
    asked = deed.verb == verbs.ASKED_TO_JOIN
    over = asked and deed.object_id in known.answered
    address = f"/c/{deed.community.slug}/requests/{deed.object_id}/" if asked else f"/c/{deed.community.slug}/"
    return Card(
        person=real(deed.actor),
        title=sentence_to_you(deed),
        address=address,
        go=gettext("Read the request") if asked else _to(deed),
        told=[Told(gettext("It has been answered since."), deed)] if over else [],
        notices=ids,
    )


def _arrival_card(deed: Deed, ids: list[int], known: _Known) -> Card:
    assert deed.community is not None
    person = real(deed.actor)
    place = (deed.community_id, person.pk)
    waits = place in known.newcomers
    return Card(
        person=person,
        title=tell(BY_YOUR_INVITATION, deed) if place in known.invited else sentence_to_you(deed),
        address=f"/p/{person.handle}/",
        go=gettext("See who it is"),
        told=[],
        notices=ids,
        newcomer=person.name if waits else "",
        welcome=f"/c/{deed.community.slug}/m/{person.handle}/welcome" if waits else "",
    )


def _plain_card(deed: Deed, ids: list[int]) -> Card:
    slug = deed.community.slug if deed.community else ""
    to_huddle = deed.verb in TO_HUDDLE and deed.object_type == HUDDLE
    address = f"/c/{slug}/huddles/{deed.object_id}/" if to_huddle else f"/c/{slug}/" if slug else "/"
    go = gettext("Go to the huddle") if to_huddle else _to(deed)
    where = _where(deed) if to_huddle else ""
    return Card(real(deed.actor), sentence_to_you(deed), address, go, told=[], notices=ids, where=where, calm=True)


def _where(deed: Deed) -> str:
    """The circle, and the huddle in it."""
    circle = deed.community.name if deed.community else ""
    return f"{circle} · {deed.huddle.name}" if deed.huddle and deed.verb not in TO_HUDDLE else circle


def _to(deed: Deed) -> str:
    return gettext("Go to %(circle)s") % {"circle": deed.community.name} if deed.community else gettext("Go there")
