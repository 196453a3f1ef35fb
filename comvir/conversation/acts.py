"""What people can do with words: say, edit, remove, restore."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from comvir.conversation.desk import discard_draft
from comvir.conversation.models import (
    Mention,
    Message,
    Revision,
    Thread,
    ThreadAudience,
)
from comvir.conversation.refusals import (
    AlreadyRemoved,
    CannotSpeakHere,
    NotYours,
    TooLateToRestore,
)
from comvir.conversation.wording import audience_for, fit_text, fit_title, may_speak, may_write_about, readers_named
from comvir.journal.models import Deed
from comvir.journal.record import record
from comvir.journal.sight import Audience
from comvir.journal.verbs import EDITED, REMOVED, RESTORED, SAID
from comvir.lib import clock
from comvir.lib import text as texts
from comvir.lib.prepared import Change, prepared, prepared_change
from comvir.people.access import Sight, sight_of, stewards_of
from comvir.people.models import Community, Huddle, JoinRequest, Person

DAY_TO_RESTORE = timedelta(days=1)
_DEED_AUDIENCE = {
    ThreadAudience.PUBLIC: Audience.PUBLIC,
    ThreadAudience.COMMUNITY: Audience.COMMUNITY,
    ThreadAudience.HUDDLE: Audience.HUDDLE,
    ThreadAudience.REQUEST: Audience.STEWARDS,
}


def start(*, by: Person, community: Community, text: str, title: str = "", huddle: Huddle | None = None) -> Message:
    """Open a thread in a community, or in a huddle of it; returns its opening message.

    Without a title the first words of the message make one.
    Raises CannotSpeakHere, NothingSaid, MessageTooLong, TitleTooLong.
    """
    sight = sight_of(by)
    audience = audience_for(sight, community, huddle)
    text, title = fit_text(text), fit_title(title, text)
    with transaction.atomic():
        now = clock.now()
        thread = Thread.objects.create(
            community=community, huddle=huddle, audience=audience, title=title, starter=by, started_at=now, last_at=now
        )
        message, named = _write(by, sight, thread, text, position=0, at=now)
        discard_draft(by=by, community=community, huddle=huddle)
        _record(by, SAID, message, to=named)
    return message


def answer(*, by: Person, thread: Thread, text: str, in_reply_to: Message | None = None) -> Message:
    """Comment in a thread, on the whole of it or on one of its messages.

    Raises CannotSpeakHere, NothingSaid, MessageTooLong.
    """
    sight = sight_of(by)
    if not may_speak(sight, thread):
        raise CannotSpeakHere
    text = fit_text(text)
    with transaction.atomic():
        # The thread's row is the lock that gives each message a place of its own.
        thread = _locked(thread.pk)[0]
        if in_reply_to is not None and in_reply_to.thread_id != thread.pk:
            in_reply_to = None
        now = clock.now()
        message, named = _write(
            by, sight, thread, text, position=thread.last_position + 1, at=now, in_reply_to=in_reply_to
        )
        _one_more(thread.pk, message.position, now)
        discard_draft(by=by, community=thread.community, thread=thread)
        answered = in_reply_to.author if in_reply_to is not None else thread.starter
        _record(by, SAID, message, to=_who_hears(answered, named, sight))
    return message


def write_to_stewards(*, by: Person, request: JoinRequest, text: str) -> Message:
    """Write in the private thread between an applicant and the stewards; it begins with the first word.

    Raises CannotSpeakHere, NothingSaid, MessageTooLong.
    """
    sight = sight_of(by)
    text = fit_text(text)
    with transaction.atomic():
        request = (
            JoinRequest.objects.select_for_update(of=("self",)).select_related("community", "person").get(pk=request.pk)
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
        _record(by, SAID, message, to=[request.person, *stewards])
    return message


def edit(*, by: Person, message: Message, text: str, title: str | None = None) -> Message:
    """Change one's own words; the earlier wording stays to be read.

    Raises NotYours, AlreadyRemoved, NothingSaid, MessageTooLong, TitleTooLong.
    """
    sight = sight_of(by)
    text = fit_text(text)
    with transaction.atomic():
        message = _mine(message, sight)
        thread = message.thread
        title = fit_title(title, text) if title is not None and message.is_opening else thread.title
        if (text, title) == (message.text, thread.title):
            return message
        now = clock.now()
        Revision.objects.create(
            message=message, title=thread.title if message.is_opening else "", text=message.text,
            html=message.html or texts.render(message.text), since=message.edited_at or message.written_at, until=now,
        )  # fmt: skip
        named_before = set(message.mentions.values_list("person_id", flat=True))
        named = _set_words(message, text, sight)
        message.edited_at = now
        message.save(update_fields=["text", "html", "sanitiser", "edited_at"])
        message.mentions.exclude(person__in=named).delete()
        _note_named(message, named)
        if title != thread.title:
            Thread.objects.filter(pk=thread.pk).update(title=title)
            thread.title = title
        # Who has left keeps the right to their own words, not that of calling people with them.
        called = named if may_speak(sight, thread) else []
        _record(by, EDITED, message, to=[person for person in called if person.pk not in named_before])
    return message


def remove(*, by: Person, message: Message) -> Message:
    """Take one's own message away; the answers stay. Raises NotYours, AlreadyRemoved."""
    with transaction.atomic():
        message = _mine(message, sight_of(by))
        message.removed_at, message.removed_by = clock.now(), by
        message.save(update_fields=["removed_at", "removed_by"])
        _count(message, -1)
        _record(by, REMOVED, message)
    return message


def restore(*, by: Person, message: Message) -> Message:
    """Take the removal back, within a day. Raises NotYours, TooLateToRestore."""
    with transaction.atomic():
        message = (
            Message.objects.select_for_update(of=("self",))
            .select_related("thread__community", "thread__huddle")
            .get(pk=message.pk)
        )
        if not message.is_by(sight_of(by)) or message.removed_by_id != by.pk:
            raise NotYours
        if message.removed_at is None or not message.text or clock.now() - message.removed_at > DAY_TO_RESTORE:
            raise TooLateToRestore
        message.removed_at, message.removed_by = None, None
        message.save(update_fields=["removed_at", "removed_by"])
        _count(message, +1)
        removal = (
            Deed.objects.filter(verb=REMOVED, object_type="conversation.message", object_id=message.pk)
            .order_by("-pk")
            .first()
        )
        _record(by, RESTORED, message, undoes=removal)
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
) -> tuple[Message, list[Person]]:
    message = Message(
        thread=thread, community=thread.community, position=position, author=by, in_reply_to=in_reply_to,
        happened_at=at, written_at=at,
    )  # fmt: skip
    named = _set_words(message, text, sight)
    message.save(force_insert=True)
    _note_named(message, named)
    _moved(thread.community_id, at)
    return message, named


@prepared
def _locked(thread: int) -> QuerySet[Thread]:
    whole = Thread.objects.select_related("community", "huddle", "starter", "starter__same_as")
    return whole.select_for_update(of=("self",)).filter(pk=thread)


@prepared_change
def _one_more(thread: int, position: int, at: datetime) -> Change:
    return Thread.objects.filter(pk=thread), {"last_position": position, "answers": F("answers") + 1, "last_at": at}


@prepared_change
def _moved(community: int, at: datetime) -> Change:
    return Community.objects.filter(pk=community), {"last_at": at}


def _set_words(message: Message, text: str, sight: Sight) -> list[Person]:
    """Set the words and their HTML; returns the persons named who may read them."""
    named = readers_named(message.thread, texts.mentioned(text), sight)
    message.text, message.sanitiser = text, texts.SANITISER
    message.html = texts.render(text, {person.handle: f"/p/{person.handle}/" for person in named})
    return named


def _note_named(message: Message, named: list[Person]) -> None:
    if named:
        Mention.objects.bulk_create(
            [Mention(message=message, person=person) for person in named], ignore_conflicts=True
        )


def _who_hears(answered: Person, named: list[Person], sight: Sight) -> list[Person]:
    """The person answered and those named; a claimed ghost's person in its place; nobody shut out."""
    real = answered.same_as or answered
    return [person for person in [real, *named] if person.pk not in sight.shut_out]


def _mine(message: Message, sight: Sight) -> Message:
    message = (
        Message.objects.select_for_update(of=("self",))
        .select_related("thread__community", "thread__huddle")
        .get(pk=message.pk)
    )
    if not message.is_by(sight):
        raise NotYours
    if message.is_removed:
        raise AlreadyRemoved
    return message


def _count(message: Message, change: int) -> None:
    if not message.is_opening:
        Thread.objects.filter(pk=message.thread_id).update(answers=F("answers") + change)


def _record(
    by: Person, verb: str, message: Message, *, to: list[Person] | None = None, undoes: Deed | None = None
) -> Deed:
    thread = message.thread
    return record(
        by, verb, message, community=thread.community, huddle=thread.huddle,
        audience=_DEED_AUDIENCE[ThreadAudience(thread.audience)], to=to or [], context=thread, undoes=undoes,
    )  # fmt: skip
