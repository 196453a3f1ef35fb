"""What several acts do alike: lock a message that is one's own, set its words, record what happened in a thread."""

from datetime import datetime

from django.db.models import F

from comvir.conversation import search
from comvir.conversation.context import Context
from comvir.conversation.models import Mention, Message, Tag, Thread, ThreadAudience
from comvir.conversation.refusals import AlreadyRemoved, NotYours
from comvir.conversation.wording import readers_named
from comvir.journal.models import Deed
from comvir.journal.record import record
from comvir.journal.sight import Audience
from comvir.lib import text as texts
from comvir.people.access import Sight
from comvir.people.models import Person

DEED_AUDIENCE = {
    ThreadAudience.PUBLIC: Audience.PUBLIC,
    ThreadAudience.COMMUNITY: Audience.COMMUNITY,
    ThreadAudience.HUDDLE: Audience.HUDDLE,
    ThreadAudience.REQUEST: Audience.STEWARDS,
}


def locked_message(message: Message) -> Message:
    """The message with its thread, its row held until the end of the transaction."""
    return (
        Message.objects.select_for_update(of=("self",), no_key=True)
        .select_related("thread__community", "thread__huddle", "author")
        .get(pk=message.pk)
    )


def mine(message: Message, sight: Sight) -> Message:
    """One's own message, locked. Raises NotYours, AlreadyRemoved."""
    message = locked_message(message)
    if not message.is_by(sight):
        raise NotYours
    if message.is_removed:
        raise AlreadyRemoved
    return message


def set_words(message: Message, text: str, sight: Sight, *, calls: bool = True) -> list[Person]:
    """Set the words and their HTML; returns the persons named who may read them, nobody unless it `calls`."""
    named = readers_named(message.thread, texts.mentioned(text), sight) if calls else []
    message.text, message.sanitiser = text, texts.SANITISER
    message.html = texts.render(text, {person.handle: f"/p/{person.handle}/" for person in named}, tagged=True)
    return named


def set_context(message: Message, context: Context) -> None:
    """Set what the message says it is and speaks of; `context` is fit already."""
    message.kind, message.place = context.kind, context.place
    message.latitude, message.longitude, message.cell = context.latitude, context.longitude, context.cell
    message.content_reference_time, message.valid_until = context.content_reference_time, context.valid_until
    message.source_kind, message.source_name = context.source_kind, context.source_name
    message.source_url = context.source_url


def note_words(message: Message, named: list[Person], *, fresh: bool = False) -> None:
    """Keep whom the message names and its tags, and index it; once it has an id."""
    if named:
        Mention.objects.bulk_create(
            [Mention(message=message, person=person) for person in named], ignore_conflicts=True
        )
    tags = texts.tags(message.text)
    if tags:
        Tag.objects.bulk_create(
            [Tag(message=message, community_id=message.community_id, name=name) for name in tags],
            ignore_conflicts=True,
        )
    search.index([message], fresh=fresh)


def count(message: Message, change: int) -> None:
    """Count an answer that went or came back."""
    if not message.is_opening:
        Thread.objects.filter(pk=message.thread_id).update(answers=F("answers") + change)


def record_here(
    by: Person,
    verb: str,
    message: Message,
    *,
    to: list[Person] | None = None,
    named: list[Person] | None = None,
    undoes: Deed | None = None,
    name: str | None = None,
    happened_at: datetime | None = None,
) -> Deed:
    """Record what was done to a message, for those who read its thread."""
    thread = message.thread
    return record(
        by, verb, message, community=thread.community, huddle=thread.huddle,
        audience=DEED_AUDIENCE[ThreadAudience(thread.audience)], to=to or [], named=named or [], context=thread,
        undoes=undoes, name=name, happened_at=happened_at,
    )  # fmt: skip
