"""What the news of a place holds: at most thirty messages, as one viewer may see them, in a fixed number of queries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F, Max, Q, QuerySet

from comvir.conversation.models import Message, Picture, Tag, Thread, ThreadAudience
from comvir.conversation.queries import answers_unseen, html_of, threads_in
from comvir.conversation.search import found_by, question_of
from comvir.feeds.topics import Place
from comvir.lib.prepared import prepared
from comvir.memory.models import TurnRow
from comvir.memory.queries import standings
from comvir.memory.standing import Standing
from comvir.people.access import Sight
from comvir.people.models import Theme
from comvir.people.queries import my_latest_communities

MOST = 30
_LISTED = [ThreadAudience.PUBLIC, ThreadAudience.COMMUNITY]
# Neither XML nor a reader's screen can bear these: controls, halves of characters, and what turns text round.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class Item:
    """One message as it goes out. `comments` counts what was said in answer, the last of it at `commented_at`.

    `exact` when the viewer belongs where it was said, and so may have its point; `open` when everybody may read it.
    """

    message: Message
    title: str
    author: str
    html: str
    standing: Standing | None
    turned_at: datetime | None
    comments: int
    commented_at: datetime | None
    tags: tuple[str, ...]
    pictures: tuple[Picture, ...]
    in_reply_to: int | None
    exact: bool
    open: bool

    @property
    def updated(self) -> datetime:
        """When it last became something else: reworded, corrected, or of another standing."""
        message = self.message
        moments = (message.written_at, message.edited_at, message.corrected_at, self.turned_at)
        return max(moment for moment in moments if moment is not None)


def items_of(place: Place, sight: Sight) -> list[Item]:
    """The items, those said or answered last first."""
    messages = _messages(place, sight)
    numbers = [message.pk for message in messages]
    known = standings(numbers)
    turned = dict(_turned(numbers)) if known else {}
    threads = [message.thread for message in messages if message.position == 0]
    unseen = answers_unseen(threads, sight)
    last: datetime | None
    answered = _answered([message.pk for message in messages if message.position], sight)
    tags = _grouped(_tags(numbers))
    pictured = [message.pk for message in messages if message.pictured]
    pictures = _grouped([(one.message_id, one) for one in _pictures(pictured)]) if pictured else {}
    items = []
    for message in messages:
        thread = message.thread
        if message.position == 0:
            comments = thread.answers - unseen.get(thread.pk, 0)
            # When somebody shut out answered is theirs: where one did, the moment of the last answer is not told.
            last = None if thread.pk in unseen else thread.last_at
        else:
            comments, last = answered.get(message.pk, (0, None))
        items.append(
            Item(
                message=message, title=_title(message), author=clean((message.author.same_as or message.author).name),
                html=clean(html_of(message)), standing=known.get(message.pk), turned_at=turned.get(message.pk),
                comments=comments, commented_at=last if comments else None,
                tags=tuple(tags.get(message.pk, ())), pictures=tuple(pictures.get(message.pk, ())),
                in_reply_to=_replied(message, sight), exact=thread.community_id in sight.communities,
                open=thread.audience == ThreadAudience.PUBLIC and thread.community_id in sight.open,
            )
        )  # fmt: skip
    return items


def clean(words: str) -> str:
    """The words without what no document can hold or nobody should be fooled by."""
    return _UNSEEN.sub("", words)


def _replied(message: Message, sight: Sight) -> int | None:
    # Whoever is shut out is pointed at nowhere, not even as the one who was answered.
    earlier = message.in_reply_to
    return None if earlier is None or earlier.removed_at or earlier.author_id in sight.shut_out else earlier.pk


def _title(message: Message) -> str:
    # A reader shows the title alone: an answer's is that of what it answers, as in mail.
    return clean(message.thread.title)


def _messages(place: Place, sight: Sight) -> Sequence[Message]:
    sort, ref = place.topic.sort, place.topic.ref
    if sort == "thread":
        return _in_thread(place.row, sight)
    if sort == "tag":
        return _tagged(sight, ref)
    if sort == "person":
        return _by_person(place.row, sight)
    if sort == "search":
        asked = question_of(place.topic.asked)
        found = found_by(sight, asked, zone=ZoneInfo(settings.TIME_ZONE), limit=MOST).messages
        return _whole([message.pk for message in found], sight)
    threads = _threads(place, sight)
    opening = {message.thread_id: message for message in _openings([thread.pk for thread in threads], sight)}
    return [opening[thread.pk] for thread in threads if thread.pk in opening]


def _threads(place: Place, sight: Sight) -> Sequence[Thread]:
    if place.topic.sort == "huddle":
        return threads_in(place.community or 0, sight, place.row, limit=MOST)
    if place.topic.sort == "circle":
        kind = place.topic.asked
        return _of_kind(place.row, sight, kind) if kind else threads_in(place.row, sight, limit=MOST)
    # The thirty threads active last are in the thirty circles active last. Each is asked for its own, at the top of an
    # index: all at once would be sorted whole.
    mine = [one for one in my_latest_communities(sight, limit=MOST) if not one.is_discreet]
    threads = [thread for one in mine for thread in threads_in(one.pk, sight, limit=MOST)]
    return sorted(threads, key=lambda thread: (thread.last_at, thread.pk), reverse=True)[:MOST]


@prepared
def _of_kind(community: int, sight: Sight, kind: str) -> QuerySet[Thread]:
    threads = Thread.objects.visible_to(sight).filter(community=community, kind=kind, audience__in=_LISTED)
    return threads.order_by("-last_at", "-pk")[:MOST]


def _with_all(messages: QuerySet[Message]) -> QuerySet[Message]:
    return (
        messages.filter(removed_at=None)
        .select_related("thread__community", "author__same_as", "in_reply_to")
        .defer("author__about", "author__about_html", "author__same_as__about", "author__same_as__about_html")
        .defer("in_reply_to__text", "in_reply_to__html")
    )


@prepared
def _openings(threads: list[int], sight: Sight) -> QuerySet[Message]:
    openings = Message.objects.filter(thread_id__in=threads, position=0)
    return _with_all(openings.exclude(author_id__in=sight.shut_out))


@prepared
def _in_thread(thread: int, sight: Sight) -> QuerySet[Message]:
    said = Message.objects.filter(thread=thread).exclude(author_id__in=sight.shut_out)
    return _with_all(said).order_by("-position")[:MOST]


def _everywhere(sight: Sight) -> QuerySet[Message]:
    seen = Message.objects.visible_to(sight).exclude(thread__audience=ThreadAudience.REQUEST)
    return _with_all(seen.exclude(community__theme=Theme.SUPPORT))


@prepared
def _tagged(sight: Sight, name: str) -> QuerySet[Message]:
    return _everywhere(sight).filter(tags__name=name).order_by("-pk")[:MOST]


@prepared
def _by_person(person: int, sight: Sight) -> QuerySet[Message]:
    theirs = Q(author_id=person) | Q(author__same_as_id=person)
    return _everywhere(sight).filter(theirs).order_by("-pk")[:MOST]


@prepared
def _whole(messages: list[int], sight: Sight) -> QuerySet[Message]:
    return _everywhere(sight).filter(pk__in=messages).order_by("-pk")


def _answered(messages: list[int], sight: Sight) -> dict[int, tuple[int, datetime]]:
    """How many answered each of these directly, and when last."""
    return {message: (count, last) for message, count, last in _replies(messages, sight)} if messages else {}


@prepared
def _replies(messages: list[int], sight: Sight) -> QuerySet[Message, tuple[Any, ...]]:
    replies = Message.objects.filter(in_reply_to__in=messages, removed_at=None).exclude(author_id__in=sight.shut_out)
    return replies.order_by().values_list("in_reply_to").annotate(Count("pk"), Max("written_at"))


@prepared
def _turned(messages: list[int]) -> QuerySet[TurnRow, tuple[Any, ...]]:
    turns = TurnRow.objects.filter(message__in=messages).exclude(before=F("after"))
    return turns.order_by().values_list("message").annotate(Max("at"))


@prepared
def _tags(messages: list[int]) -> QuerySet[Tag, tuple[Any, ...]]:
    return Tag.objects.filter(message__in=messages).order_by("pk").values_list("message_id", "name")


@prepared
def _pictures(messages: list[int]) -> QuerySet[Picture]:
    return Picture.objects.filter(message__in=messages).order_by("place", "pk")


def _grouped(rows: Sequence[tuple[Any, Any]]) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = {}
    for message, thing in rows:
        groups.setdefault(message, []).append(thing)
    return groups
