"""Changing what one said: edit, correct, remove, restore; and marking what answered one's question."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from comvir.conversation import search
from comvir.conversation.acts.common import (
    count,
    locked_message,
    mine,
    note_words,
    record_here,
    set_context,
    set_words,
)
from comvir.conversation.context import Context, fit_context
from comvir.conversation.kinds import Kind
from comvir.conversation.models import Message, Revision, Thread
from comvir.conversation.previews import ask_previews
from comvir.conversation.refusals import NotAnAnswer, NotAQuestion, NotTheAsker, NotYours, TooLateToRestore
from comvir.conversation.wording import fit_text, fit_title, may_speak
from comvir.journal.models import Deed
from comvir.journal.verbs import CORRECTED, EDITED, REMOVED, REOPENED, RESTORED, SETTLED
from comvir.lib import clock
from comvir.lib import text as texts
from comvir.people.access import sight_of
from comvir.people.models import Person

DAY_TO_RESTORE = timedelta(days=1)


def edit(
    *,
    by: Person,
    message: Message,
    text: str,
    title: str | None = None,
    context: Context | None = None,
    correction: bool = False,
) -> Message:
    """Change one's own words; the earlier wording stays to be read. Without `context` that stays as it is.

    A `correction` says that what was told before was wrong: all who read it are told once.
    Raises NotYours, AlreadyRemoved, NothingSaid, MessageTooLong, TitleTooLong, and as `fit_context`.
    """
    sight = sight_of(by)
    text = fit_text(text)
    with transaction.atomic():
        message = mine(message, sight)
        thread = message.thread
        title = fit_title(title, text) if title is not None and message.is_opening else thread.title
        now = clock.now()
        context = message.context if context is None else _refit(message.context, context)
        if (text, title, context) == (message.text, thread.title, message.context):
            return message
        Revision.objects.create(
            message=message, title=thread.title if message.is_opening else "", text=message.text,
            html=message.html or texts.render(message.text, tagged=True), context=message.context.as_json(),
            since=message.edited_at or message.written_at, until=now,
        )  # fmt: skip
        named_before = set(message.mentions.values_list("person_id", flat=True))
        named = set_words(message, text, sight)
        set_context(message, context)
        message.edited_at = now
        message.corrected_at = now if correction else message.corrected_at
        message.save()
        message.mentions.exclude(person__in=named).delete()
        message.tags.exclude(name__in=texts.tags(text)).delete()
        if message.is_opening:
            Thread.objects.filter(pk=thread.pk).update(title=title, kind=context.kind)
            thread.title, thread.kind = title, context.kind
        note_words(message, named)
        ask_previews(message)
        # Who has left keeps the right to their own words, not that of calling people with them.
        called = named if may_speak(sight, thread) else []
        fresh = [person for person in called if person.pk not in named_before]
        record_here(by, CORRECTED if correction else EDITED, message, named=fresh)
    return message


def remove(*, by: Person, message: Message) -> Message:
    """Take one's own message away; the answers stay. Raises NotYours, AlreadyRemoved."""
    with transaction.atomic():
        message = mine(message, sight_of(by))
        message.removed_at, message.removed_by = clock.now(), by
        message.save(update_fields=["removed_at", "removed_by"])
        count(message, -1)
        search.forget([message.pk])
        Thread.objects.filter(answer=message).update(answer=None)
        record_here(by, REMOVED, message)
    return message


def restore(*, by: Person, message: Message) -> Message:
    """Take the removal back, within a day. Raises NotYours, TooLateToRestore."""
    with transaction.atomic():
        message = locked_message(message)
        if not message.is_by(sight_of(by)) or message.removed_by_id != by.pk:
            raise NotYours
        if message.removed_at is None or not message.text or clock.now() - message.removed_at > DAY_TO_RESTORE:
            raise TooLateToRestore
        message.removed_at, message.removed_by = None, None
        message.save(update_fields=["removed_at", "removed_by"])
        count(message, +1)
        search.index([message])
        removal = (
            Deed.objects.filter(verb=REMOVED, object_type="conversation.message", object_id=message.pk)
            .order_by("-pk")
            .first()
        )
        record_here(by, RESTORED, message, undoes=removal)
    return message


def settle(*, by: Person, answer: Message) -> Thread:
    """The asker marks what answered their question: it is shown first. Another answer may take its place.

    Raises NotAQuestion, NotTheAsker, NotAnAnswer.
    """
    with transaction.atomic():
        answer = locked_message(answer)
        thread = _my_question(by, answer.thread)
        if answer.is_opening or answer.is_removed:
            raise NotAnAnswer
        thread.answer = answer
        thread.save(update_fields=["answer"])
        author = answer.author.same_as or answer.author
        apart = sight_of(by).shut_out
        record_here(by, SETTLED, answer, to=[] if author.pk in apart else [author])
    return thread


def reopen(*, by: Person, thread: Thread) -> Thread:
    """The asker says that the question is still open. Raises NotAQuestion, NotTheAsker, NotAnAnswer."""
    with transaction.atomic():
        thread = _my_question(by, thread)
        answer = thread.answer
        if answer is None:
            raise NotAnAnswer
        thread.answer = None
        thread.save(update_fields=["answer"])
        record_here(by, REOPENED, answer)
    return thread


def _my_question(by: Person, thread: Thread) -> Thread:
    thread = (
        Thread.objects.select_for_update(of=("self",), no_key=True)
        .select_related("community", "huddle", "answer__thread__community", "answer__thread__huddle")
        .get(pk=thread.pk)
    )
    if thread.kind != Kind.QUESTION:
        raise NotAQuestion
    if thread.starter_id not in sight_of(by).selves:
        raise NotTheAsker
    return thread


def _refit(before: Context, after: Context) -> Context:
    # What was fit when it was written stays so: the end of a flash may be over by the time a typing error is mended.
    return before if after == before else fit_context(after, clock.now(), before)
