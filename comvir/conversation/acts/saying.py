"""Saying something: opening a thread, answering, writing to the stewards, passing on what was said elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from comvir.conversation import pictures as hung
from comvir.conversation import search
from comvir.conversation.acts.common import DEED_AUDIENCE, note_words, record_here, set_context, set_words
from comvir.conversation.acts.polls import PollWish, open_poll
from comvir.conversation.context import PLAIN, Context, fit_context
from comvir.conversation.desk import discard_draft
from comvir.conversation.kinds import SourceKind
from comvir.conversation.models import Message, Thread, ThreadAudience
from comvir.conversation.previews import ask_previews
from comvir.conversation.refusals import AlreadyHere, CannotPassOn, CannotSpeakHere
from comvir.conversation.wording import (
    audience_for,
    fit_text,
    fit_title,
    may_pass_on,
    may_speak,
    may_write_about,
    quoted,
)
from comvir.journal.record import record
from comvir.journal.verbs import PASSED_ON, SAID
from comvir.lib import clock
from comvir.lib.prepared import Change, insert, prepared, prepared_change
from comvir.people.access import Sight, sight_of, stewards_of
from comvir.people.models import Community, Huddle, JoinRequest, Person


@dataclass(frozen=True)
class Beside:
    """What may come with the words: what they speak of, pictures (ids from one's desk), a message quoted, a poll."""

    context: Context = PLAIN
    pictures: Sequence[int] = ()
    quotes: Message | None = None
    poll: PollWish | None = None


BARE = Beside()


def start(
    *,
    by: Person,
    community: Community,
    text: str,
    title: str = "",
    huddle: Huddle | None = None,
    beside: Beside = BARE,
    draft: int | None = None,
) -> Message:
    """Open a thread in a community, or in a huddle of it; returns its opening message.

    Without a title the first words of the message make one. What was begun here goes, or in its place the `draft`.
    Raises CannotSpeakHere, NothingSaid, MessageTooLong, TitleTooLong, TooManyPictures, and as `fit_context` and
    `fit_poll` do.
    """
    sight = sight_of(by)
    audience = audience_for(sight, community, huddle)
    text, title = fit_text(text), fit_title(title, text)
    now = clock.now()
    context = fit_context(beside.context, now)
    with transaction.atomic():
        thread = Thread.objects.create(
            community=community, huddle=huddle, audience=audience, title=title, starter=by, started_at=now, last_at=now,
            kind=context.kind,
        )  # fmt: skip
        message, named = _write(by, sight, thread, text, position=0, at=now, context=context, beside=beside)
        discard_draft(by=by, community=community, huddle=huddle, pk=draft)
        record_here(by, SAID, message, named=named)
    return message


def answer(
    *,
    by: Person,
    thread: Thread,
    text: str,
    in_reply_to: Message | None = None,
    beside: Beside = BARE,
    draft: int | None = None,
) -> Message:
    """Comment in a thread, on the whole of it or on one of its messages; what was begun or the `draft` goes.

    Raises CannotSpeakHere, NothingSaid, MessageTooLong, TooManyPictures, and as `fit_context`, `fit_poll`.
    """
    sight = sight_of(by)
    if not may_speak(sight, thread):
        raise CannotSpeakHere
    text = fit_text(text)
    context = fit_context(beside.context, clock.now())
    with transaction.atomic():
        # The thread's row is the lock that gives each message a place of its own.
        thread = _locked(thread.pk)[0]
        if in_reply_to is not None and in_reply_to.thread_id != thread.pk:
            in_reply_to = None
        now = clock.now()
        message, named = _write(
            by, sight, thread, text, position=thread.last_position + 1, at=now, in_reply_to=in_reply_to,
            context=context, beside=beside,
        )  # fmt: skip
        _one_more(thread.pk, message.position, now)
        discard_draft(by=by, community=thread.community, thread=thread, pk=draft)
        answered = in_reply_to.author if in_reply_to is not None else thread.starter
        record_here(by, SAID, message, to=_who_hears(answered, sight), named=named)
    return message


def write_to_stewards(*, by: Person, request: JoinRequest, text: str) -> Message:
    """Write in the private thread between an applicant and the stewards; it begins with the first word.

    Raises CannotSpeakHere, NothingSaid, MessageTooLong.
    """
    sight = sight_of(by)
    text = fit_text(text)
    with transaction.atomic():
        request = (
            JoinRequest.objects.select_for_update(of=("self",), no_key=True)
            .select_related("community", "person")
            .get(pk=request.pk)
        )
        if not may_write_about(sight, request):
            raise CannotSpeakHere
        now = clock.now()
        thread = Thread.objects.filter(join_request=request).first()
        if thread is None:
            thread = Thread.objects.create(
                community=request.community, join_request=request, audience=ThreadAudience.REQUEST,
                title=request.person.name, starter=by, started_at=now, last_at=now,
            )  # fmt: skip
            position = 0
        else:
            position = thread.last_position + 1
            _one_more(thread.pk, position, now)
        message, _named = _write(by, sight, thread, text, position=position, at=now)
        discard_draft(by=by, community=thread.community, thread=thread)
        apart = sight_of(request.person).shut_out
        stewards = [person for person in stewards_of(request.community) if person.pk not in apart]
        record_here(by, SAID, message, to=[request.person, *stewards])
    return message


def pass_on(*, by: Person, message: Message, community: Community, text: str) -> Message:
    """Tell another of one's communities of a message, with its source; returns what opens the thread there.

    What was said among members only its author can pass on; their words then go with it, quoted, since who reads
    there may not read here. Raises CannotPassOn, CannotSpeakHere, AlreadyHere, NothingSaid, MessageTooLong.
    """
    sight = sight_of(by)
    if not may_pass_on(sight, message):
        raise CannotPassOn
    audience = audience_for(sight, community, None)
    if message.community_id == community.pk:
        raise AlreadyHere
    title = fit_title("", fit_text(text))
    for_all = message.thread.audience == ThreadAudience.PUBLIC
    text = fit_text(text if for_all else f"{text}\n\n{quoted(message.text)}")
    beside = Beside(quotes=message) if for_all else BARE
    with transaction.atomic():
        now = clock.now()
        thread = Thread.objects.create(
            community=community, audience=audience, title=title, starter=by, started_at=now, last_at=now
        )
        said, _named = _write(by, sight, thread, text, position=0, at=now, beside=beside)
        # On the message that was passed on, in the thread it came to: whoever passed a thing on is told if it turns.
        record(
            by, PASSED_ON, message, community=community, audience=DEED_AUDIENCE[audience], context=thread,
            to=_who_hears(message.author, sight) if _reads_there(message.author, audience, community) else [],
        )  # fmt: skip
    return said


def bring_in(
    *,
    by: Person,
    community: Community,
    text: str,
    title: str,
    kind: str,
    source_name: str,
    source_url: str,
    source_uri: str,
    happened_at: datetime,
) -> Message:
    """Open a thread with what came from outside, in the name of `by`, who stands for where it came from.

    `source_uri` names it for ever in this community. Raises NothingSaid, MessageTooLong, TitleTooLong, and as
    `fit_context`; django.db.IntegrityError when it was brought in already.
    """
    sight = sight_of(by)
    audience = ThreadAudience.PUBLIC if community.is_public else ThreadAudience.COMMUNITY
    text, title = fit_text(text), fit_title(title, text)
    now = clock.now()
    context = fit_context(
        Context(kind=kind, source_kind=SourceKind.LINK, source_name=source_name, source_url=source_url,
                content_reference_time=happened_at),
        now,
    )  # fmt: skip
    with transaction.atomic():
        thread = Thread.objects.create(
            community=community, audience=audience, title=title, starter=by, started_at=now, last_at=now, kind=kind
        )
        message, _named = _write(
            by, sight, thread, text, position=0, at=now, context=context, source_uri=source_uri, calls=False
        )
        record_here(by, SAID, message)
    return message


def _write(
    by: Person,
    sight: Sight,
    thread: Thread,
    text: str,
    *,
    position: int,
    at: datetime,
    in_reply_to: Message | None = None,
    context: Context = PLAIN,
    beside: Beside = BARE,
    source_uri: str | None = None,
    calls: bool = True,
) -> tuple[Message, list[Person]]:
    message = Message(
        indexed=search.EDITION,
        thread=thread, community=thread.community, position=position, author=by, in_reply_to=in_reply_to,
        happened_at=at, written_at=at, quotes=beside.quotes, source_uri=source_uri, polled=beside.poll is not None,
    )  # fmt: skip
    set_context(message, context)
    named = set_words(message, text, sight, calls=calls)
    pictures = hung.on_desk(by, beside.pictures)
    message.pictured = len(pictures)
    insert(message)
    hung.hang(message, pictures)
    note_words(message, named, fresh=True)
    ask_previews(message)
    if beside.poll is not None:
        open_poll(message, beside.poll, at)
    _moved(thread.community_id, at)
    return message, named


@prepared
def _locked(thread: int) -> QuerySet[Thread]:
    whole = Thread.objects.select_related("community", "huddle", "starter", "starter__same_as")
    return whole.select_for_update(of=("self",), no_key=True).filter(pk=thread)


@prepared_change
def _one_more(thread: int, position: int, at: datetime) -> Change:
    return Thread.objects.filter(pk=thread), {"last_position": position, "answers": F("answers") + 1, "last_at": at}


@prepared_change
def _moved(community: int, at: datetime) -> Change:
    return Community.objects.filter(pk=community), {"last_at": at}


def _who_hears(answered: Person, sight: Sight) -> list[Person]:
    """The person answered; a claimed ghost's person in its place; nobody shut out."""
    real = answered.same_as or answered
    return [] if real.pk in sight.shut_out else [real]


def _reads_there(person: Person, audience: ThreadAudience, community: Community) -> bool:
    return audience == ThreadAudience.PUBLIC or community.pk in sight_of(person.same_as or person).communities
