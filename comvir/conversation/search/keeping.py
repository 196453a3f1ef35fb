"""Keeping the index: with each message that is written, and behind the pages for those that were imported."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from comvir.conversation.models import Message
from comvir.conversation.search import postgres, sqlite
from comvir.conversation.search.backend import Backend
from comvir.conversation.search.entry import entry_of

# Raised, with a migration that sets `indexed` back to 0, when what the index keeps of a message changes.
EDITION = 1


def backend() -> Backend:
    """The one of the database in use."""
    return postgres.BACKEND if connection.vendor == "postgresql" else sqlite.BACKEND


def index(messages: Sequence[Message], *, fresh: bool = False) -> None:
    """Take these messages in, or in anew; inside the act that wrote them. Those just written are `fresh`."""
    keeper = backend()
    entries = [entry_of(message) for message in messages]
    if not fresh:
        keeper.drop([entry.message for entry in entries])
    keeper.add(entries)


def forget(messages: Sequence[int]) -> None:
    """Find these messages, given by id, no more."""
    backend().drop(list(messages))


def index_rest(batch: int = 500) -> int:
    """Take in a batch of the messages that are not in the index yet, the newest first; returns how many."""
    waiting = Message.objects.filter(indexed=0).order_by("-pk")
    if not waiting.exists():
        return 0
    with transaction.atomic():
        found = waiting.select_for_update(skip_locked=True, of=("self",), no_key=True)[:batch]
        messages = list(found.select_related("thread__community", "author"))
        index([message for message in messages if message.removed_at is None])
        Message.objects.filter(pk__in=[message.pk for message in messages]).update(indexed=EDITION)
    return len(messages)
