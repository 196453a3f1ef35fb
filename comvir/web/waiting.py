"""What awaits somebody, as the cards of Today: the notices of one thread make one card; what one follows, one line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comvir.conversation.kinds import Kind
from comvir.conversation.models import Message, Thread
from comvir.conversation.queries import first_words, messages_among, messages_naming, threads_among
from comvir.journal import verbs
from comvir.journal.models import Deed
from comvir.journal.sight import Audience
from comvir.lib.text import excerpt
from comvir.memory.queries import turns_of
from comvir.memory.standing import Status, Turn
from comvir.notifications.models import Notice
from comvir.people.access import Sight
from comvir.people.models import Person
from comvir.people.queries import arrivals_of, requests_decided
from comvir.web.deeds import ABOUT_A_REQUEST, BY_YOUR_INVITATION, NAMED_YOU, sentence_to_you, tell
from comvir.web.met import day_in_words
from comvir.web.rows import foreign, real, title_of

THREAD, MESSAGE, REQUEST, HUDDLE = (
    "conversation.thread", "conversation.message", "people.joinrequest", "people.huddle"
)  # fmt: skip
TO_HUDDLE = (verbs.GATHERED_HUDDLE, verbs.ADDED_TO_HUDDLE)

# What becomes of something one read. `what` begins the sentence: “A flash you read”.
NO_LONGER = _("%(what)s is neither confirmed by independent people nor disputed any more.")
TURNED: Mapping[Status, str | Promise] = {
    Status.CORROBORATED: _("%(what)s is now confirmed by independent people."),
    Status.DISPUTED: _("%(what)s is disputed."),
    Status.CONTESTED: _("%(what)s is disputed: two accounts."),  # FR: contesté : deux versions
    Status.CONTRADICTED: _("%(what)s is contradicted by independent people."),
    Status.SEEN: NO_LONGER,
    Status.UNVERIFIED: NO_LONGER,
}
YOU_READ: Mapping[str, str | Promise] = {
    Kind.FLASH: _("A flash you read"),
    Kind.TESTIMONY: _("An account you read"),
    Kind.FACT: _("A fact you read"),
}
ANYTHING_YOU_READ, YOU_SAID = _("A message you read"), _("What you said")


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
    # A meeting one is asked about.
    meeting: int = 0
    # Something one read has been corrected, confirmed or disputed since: this comes first.
    turned: bool = False


@dataclass(frozen=True)
class News:
    """What came into a thread one follows since one read it last."""

    title: str
    address: str
    deed: Deed
    person: Person
    where: str
    language: str


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
    turns: dict[int, Turn] = field(default_factory=dict)
    sight: Sight | None = None


def cards_and_news(
    notices: Sequence[Notice], followed: Sequence[Notice], sight: Sight
) -> tuple[list[Card], list[News]]:
    """The cards, what one read and has turned first, then the newest; and a line for each thread one follows.

    Looked up together: a fixed number of queries for any notices.
    """
    known = _look_up(notices, followed, sight)
    return _cards(notices, known), [_news(notice, known) for notice in followed if notice.thread_id in known.threads]


def _cards(notices: Sequence[Notice], known: _Known) -> list[Card]:
    groups: defaultdict[tuple[str, int | None], list[Notice]] = defaultdict(list)
    for notice in notices:
        deed = notice.deed
        by_thread = deed.context_type == THREAD
        groups[(THREAD, deed.context_id) if by_thread else ("deed", deed.pk)].append(notice)
    cards = [_card(kind, pk, group, known) for (kind, pk), group in groups.items()]
    return sorted(cards, key=lambda card: not card.turned)


def _look_up(notices: Sequence[Notice], followed: Sequence[Notice], sight: Sight) -> _Known:
    deeds = [notice.deed for notice in notices]
    words = [
        notice.deed_id for notice in notices if notice.why == Notice.Why.TURNED and notice.deed.verb in verbs.ATTEST
    ]
    follows = [notice.thread_id for notice in followed if notice.thread_id]
    talked = [deed.context_id for deed in deeds if deed.context_type == THREAD and deed.context_id]
    ids = [deed.object_id for deed in deeds if deed.object_type == MESSAGE and deed.object_id]
    threads = {thread.pk: thread for thread in threads_among(sight, [*talked, *follows])}
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
        turns=turns_of(words) if words else {},
        sight=sight,
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
    if any(notice.why == Notice.Why.TURNED for notice in notices):
        return _out_of_sight(ids)
    if deed.verb == verbs.SAID_THEY_MET:
        return _meeting_card(deed, ids)
    if deed.object_type == REQUEST:
        return _request_card(deed, ids, known)
    if deed.verb == verbs.JOINED:
        return _arrival_card(deed, ids, known)
    return _plain_card(deed, ids)


def _thread_card(thread: Thread, notices: list[Notice], known: _Known) -> Card:
    turned = [notice for notice in notices if notice.why == Notice.Why.TURNED]
    newest = (turned or notices)[0]
    message = known.messages.get(newest.deed.object_id or 0)
    return Card(
        person=_face(newest),
        title=title_of(thread, thread.pk in known.openings),
        address=f"/m/{message.pk}/" if message else f"/t/{thread.pk}/",
        go=gettext("See what is known now") if turned else gettext("Read and answer"),
        told=_once([Told(_told(notice, known), notice.deed) for notice in [*turned, *_others(notices)]]),
        notices=[notice.pk for notice in notices],
        where=_where(newest.deed),
        words=excerpt(message.text) if message else "",
        language=foreign(newest.deed.community.language if newest.deed.community else ""),
        turned=bool(turned),
    )


def _others(notices: list[Notice]) -> list[Notice]:
    return [notice for notice in notices if notice.why != Notice.Why.TURNED]


def _face(notice: Notice) -> Person | None:
    """Who did it; nobody for what others' words made turn: who gave the last one does not matter."""
    return None if notice.why == Notice.Why.TURNED and notice.deed.verb in verbs.ATTEST else real(notice.deed.actor)


def _told(notice: Notice, known: _Known) -> str:
    return _turned(notice.deed, known) if notice.why == Notice.Why.TURNED else _said_to_you(notice.deed, known)


def _turned(deed: Deed, known: _Known) -> str:
    """What has become of something one read: said of what it is, never of who gave their word."""
    message = known.messages.get(deed.object_id or 0)
    if message is None:
        return gettext("Something you had read has changed since.")
    if deed.verb == verbs.CORRECTED:
        return gettext("%(name)s corrected what you read.") % {"name": real(deed.actor).name}
    mine = known.sight is not None and message.is_by(known.sight)
    turn = known.turns.get(deed.pk)
    pattern = TURNED[turn.after] if turn is not None else NO_LONGER
    what = YOU_SAID if mine else YOU_READ.get(message.kind, ANYTHING_YOU_READ)
    return str(pattern) % {"what": str(what)}


def _out_of_sight(ids: list[int]) -> Card:
    """What turned where one no longer reads: it can only be put away."""
    title = gettext("Something you had read, where you no longer read, has changed since")
    return Card(person=None, title=title, address="/c/", go=gettext("See the circles"), told=[], notices=ids, calm=True)


def _meeting_card(deed: Deed, ids: list[int]) -> Card:
    """“Karim says that you met on Sunday 7 June. Was it so?” The name of the deed is the day."""
    person = real(deed.actor)
    words = {"name": person.name, "day": day_in_words(date.fromisoformat(deed.object_name))}
    return Card(
        person=person,
        title=gettext("%(name)s says that you met on %(day)s. Was it so?") % words,
        address=f"/p/{person.handle}/#met",
        go=gettext("See who it is"),
        told=[],
        notices=ids,
        where=_where(deed),
        meeting=deed.object_id or 0,
    )


def _news(notice: Notice, known: _Known) -> News:
    deed, thread = notice.deed, known.threads[notice.thread_id or 0]
    discreet = deed.community is not None and deed.community.is_discreet
    title = gettext("A discreet place") if discreet else title_of(thread, thread.pk in known.openings)
    came_here = deed.verb == verbs.SAID
    return News(
        title=title,
        address=f"/m/{deed.object_id}/" if came_here and not discreet else f"/t/{thread.pk}/",
        deed=deed,
        person=real(deed.actor),
        where="" if discreet else _where(deed),
        language="" if discreet or deed.community is None else foreign(deed.community.language),
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
