"""What the rows of lists are made of: filled in by `rows` and `lines`, drawn by `rowhtml`."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from comvir.conversation.models import Message, Thread
from comvir.people.models import Person

NOTHING = SafeString("")


@dataclass(frozen=True)
class Labels:
    """The words every message row says, translated once a page."""

    reply: str
    quote: str
    pass_on: str
    settle: str
    settled: str
    edit: str
    remove: str
    undo: str
    edited: str
    corrected: str
    removed: str
    archive: str
    unread: str
    quoted: SafeString


@dataclass(frozen=True)
class Line:
    """One line of a list of threads. `language` is empty when it is the page's own; the chips say kind and state."""

    thread: Thread
    starter: Person
    title: str
    first_words: str
    answers: str
    awaits: bool
    language: str
    chips: SafeString = NOTHING
    standing: SafeString = NOTHING
    unread: bool = False


@dataclass(frozen=True)
class Around:
    """What stands with the words of one message, each drawn already and empty when there is none."""

    quote: SafeString = NOTHING
    hung: SafeString = NOTHING
    poll: SafeString = NOTHING
    standing: SafeString = NOTHING


ALONE = Around()


@dataclass(frozen=True)
class Spoken:
    """One message as the reader may see it. `address` and `answered` are empty where there is nothing to link to."""

    message: Message
    author: Person
    address: str
    html: SafeString
    language: str
    answered: str
    answered_name: str
    to_whom: str
    about: str
    may_reply: bool
    mine: bool
    may_undo: bool
    chips: SafeString = NOTHING
    context: SafeString = NOTHING
    may_pass_on: bool = False
    may_settle: bool = False
    settled: bool = False
    unread: bool = False
    around: Around = ALONE


@dataclass(frozen=True)
class Entry:
    """One message in a list of messages of many threads: of a tag, of a search. `words` is safe HTML."""

    message: Message
    author: Person
    title: str
    words: SafeString
    circle: str
    language: str
    chips: SafeString = NOTHING
    standing: SafeString = NOTHING
