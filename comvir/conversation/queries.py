"""Which threads and messages pages list."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from comvir.conversation.kinds import Kind
from comvir.conversation.models import Draft, Mention, Message, Tag, Thread, ThreadAudience
from comvir.lib import text as texts
from comvir.lib.marks import Mark, before_mark
from comvir.lib.prepared import prepared
from comvir.people.access import Sight
from comvir.people.models import Community, Person, Theme

PAGE = 20
# Whose threads the lists of a circle show.
LISTED = (ThreadAudience.PUBLIC, ThreadAudience.COMMUNITY)


@prepared
def thread_seen(sight: Sight, pk: int) -> QuerySet[Thread]:
    """The thread, with all that its page says of it, if the viewer may read it: one row or none."""
    return (
        Thread.objects.visible_to(sight)
        .filter(pk=pk)
        .select_related("community", "huddle", "join_request", "join_request__person", "starter", "starter__same_as")
    )


def answer_of(thread: Thread, sight: Sight) -> Message | None:
    """The message that answered the question of a thread, if the viewer may read it. No query without one."""
    if thread.answer_id is None:
        return None
    return next((message for message in _answer(thread.pk, sight, thread.answer_id) if not message.is_removed), None)


@prepared
def _answer(thread: int, sight: Sight, message: int) -> QuerySet[Message]:
    return _readable(thread, sight).filter(pk=message)


@prepared
def threads_in(
    community: int,
    sight: Sight,
    huddle: int | None = None,
    before: Mark | None = None,
    *,
    limit: int = PAGE,
    kind: str = "",
) -> QuerySet[Thread]:
    """Threads of a community (or of one of its huddles), of one kind if asked, the most recently active first."""
    threads = Thread.objects.visible_to(sight).filter(before_mark(before), community=community)
    if kind:
        threads = threads.filter(kind=kind)
    threads = threads.filter(huddle=huddle) if huddle is not None else threads.filter(audience__in=LISTED)
    return threads.select_related("starter", "starter__same_as").order_by("-last_at", "-pk")[:limit]


def recent_threads(
    sight: Sight, communities: Sequence[Community], since: datetime, each: int = 5
) -> dict[int, list[Thread]]:
    """At most `each` threads of each of these communities in which something was said since then, by community id.

    Two queries, however many communities: first the ids, each found at the top of an index, then the threads.
    """
    rows = _recent(sight, [community.pk for community in communities], since, each=each)
    ids = {community: [pk for pk in found if pk is not None] for community, *found in rows}
    threads = {thread.pk: thread for thread in _with_starter([pk for pks in ids.values() for pk in pks])}
    return {community.pk: [threads[pk] for pk in ids.get(community.pk, [])] for community in communities}


@prepared
def _recent(
    sight: Sight, communities: Sequence[int], since: datetime, *, each: int
) -> QuerySet[Community, tuple[Any, ...]]:
    listed = (
        Thread.objects.visible_to(sight)
        .filter(
            community=OuterRef("pk"),
            audience__in=LISTED,
            last_at__gte=since,
        )
        .order_by("-last_at", "-pk")
        .values("pk")
    )
    nth = {f"thread_{n}": Subquery(listed[n : n + 1]) for n in range(each)}
    return Community.objects.filter(pk__in=communities).values_list("pk").annotate(**nth)


@prepared
def _with_starter(threads: Sequence[int]) -> QuerySet[Thread]:
    return Thread.objects.filter(pk__in=threads).select_related("starter", "starter__same_as")


def latest_titles(sight: Sight, communities: Sequence[Community]) -> dict[int, str]:
    """The title of the most recently active thread of each of these communities, by community id.

    A title whose opening was taken away is taken away with it.
    """
    return {pk: title for pk, title in _titles(sight, [community.pk for community in communities]) if title}


@prepared
def _titles(sight: Sight, communities: Sequence[int]) -> QuerySet[Community, tuple[Any, ...]]:
    here = (
        Thread.objects.visible_to(sight)
        .filter(community=OuterRef("pk"), audience__in=LISTED)
        .filter(messages__position=0, messages__removed_at=None)
        .order_by("-last_at", "-pk")
    )
    rows = Community.objects.filter(pk__in=communities)
    return rows.annotate(title=Subquery(here.values("title")[:1])).values_list("pk", "title")


@prepared
def unanswered_newcomers(sight: Sight, community: int, newcomers: Sequence[int], *, limit: int) -> QuerySet[Thread]:
    """Threads of a community begun by these persons, the viewer apart, that nobody has answered yet, oldest first."""
    return (
        Thread.objects.visible_to(sight)
        .filter(community=community, starter_id__in=newcomers, answers=0)
        .filter(audience__in=LISTED)
        .exclude(starter_id=sight.person)
        .order_by("started_at", "pk")[:limit]
    )


def opening_of(thread: Thread, sight: Sight) -> Message | None:
    """The message that opens the thread, with its author; None when its author is shut out."""
    return next(iter(_opening(thread.pk, sight)), None)


def answers_of(thread: Thread, sight: Sight, after: int = 0, limit: int = PAGE) -> list[Message]:
    """Messages after a position, in order, with their authors: by position, so that no page is slow."""
    return _after(thread.pk, sight, after, limit=limit)


def answers_before(thread: Thread, sight: Sight, before: int, limit: int = PAGE) -> list[Message]:
    """The last messages before a position, in order."""
    return _before(thread.pk, sight, before, limit=limit)[::-1]


def html_of(message: Message) -> str:
    """The message's HTML; an imported one, or one an older sanitiser made, is rendered when first read.

    Not written back: reading changes nothing. `refresh_html` does that, off the page.
    """
    if message.sanitiser == texts.SANITISER:
        return message.html
    return texts.render(message.text, tagged=True)


class Opening(NamedTuple):
    """What a list tells of the message that opens a thread."""

    pk: int
    words: str
    valid_until: datetime | None
    attested: bool


def openings_of(threads: Sequence[Thread]) -> dict[int, Opening]:
    """The openings of these threads that were not taken away, by thread id."""
    rows = _openings([thread.pk for thread in threads])
    return {
        thread: Opening(pk, texts.excerpt(text), until, bool(attested)) for thread, pk, text, until, attested in rows
    }


@prepared
def _openings(threads: Sequence[int]) -> QuerySet[Message, tuple[Any, ...]]:
    openings = Message.objects.filter(thread_id__in=threads, position=0, removed_at=None)
    return openings.values_list("thread_id", "pk", "text", "valid_until", "attested")


def first_words(threads: Sequence[Thread]) -> dict[int, str]:
    """The beginning of each thread's opening message, by thread id."""
    return {thread: opening.words for thread, opening in openings_of(threads).items()}


def answers_by(messages: Sequence[int], authors: Collection[int]) -> set[int]:
    """Those of these messages that are by one of these persons. No query without either."""
    if not messages or not authors:
        return set()
    return set(Message.objects.filter(pk__in=messages, author__in=authors).values_list("pk", flat=True))


def answers_unseen(threads: Sequence[Thread], sight: Sight) -> dict[int, int]:
    """How many of the answers counted in these threads are by people shut out, by thread id. No query without any."""
    if not sight.shut_out:
        return {}
    theirs = Message.objects.filter(thread__in=threads, author__in=sight.shut_out, position__gt=0, removed_at=None)
    return dict(theirs.values_list("thread_id").annotate(Count("pk")).order_by())


def answers_hidden(after: Mapping[int, int], sight: Sight) -> dict[int, int]:
    """How many messages after these positions, by thread id, the viewer cannot read. No query without any thread.

    Taken away, or by people shut out.
    """
    if not after:
        return {}
    later = Q(*(Q(thread=pk, position__gt=position) for pk, position in after.items()), _connector=Q.OR)
    hidden = Message.objects.filter(later, ~Q(removed_at=None) | Q(author__in=sight.shut_out))
    return dict(hidden.values_list("thread_id").annotate(Count("pk")).order_by())


def untitled(threads: Iterable[int]) -> set[int]:
    """Of these threads, those whose opening was taken away, and its title with it."""
    openings = Message.objects.filter(thread__in=list(threads), position=0).exclude(removed_at=None)
    return set(openings.values_list("thread_id", flat=True))


def messages_naming(sight: Sight, messages: Sequence[int]) -> set[int]:
    """Of these messages, those that name the viewer with an @."""
    return set(_naming(sight, messages))


@prepared
def _naming(sight: Sight, messages: Sequence[int]) -> QuerySet[Mention, int]:
    return Mention.objects.filter(message__in=messages, person__in=sight.selves).values_list("message_id", flat=True)


@prepared
def threads_among(sight: Sight, threads: Sequence[int]) -> QuerySet[Thread]:
    """Of these threads, those the viewer may read."""
    return Thread.objects.visible_to(sight).filter(pk__in=threads)


@prepared
def messages_among(sight: Sight, messages: Sequence[int]) -> QuerySet[Message]:
    """Of these messages, those the viewer may read, removed ones apart."""
    return Message.objects.visible_to(sight).filter(pk__in=messages, removed_at=None)


@prepared
def messages_quoted(sight: Sight, messages: Sequence[int]) -> QuerySet[Message]:
    """Of these messages, those the viewer may read, with what a card says of them; removed ones apart."""
    return (
        Message.objects.visible_to(sight)
        .filter(pk__in=messages, removed_at=None)
        .select_related("author", "author__same_as", "thread__community")
        .defer("html", "author__about", "author__about_html")
    )


def tagged(sight: Sight, name: str, before: int | None, size: int) -> tuple[list[Message], bool]:
    """The newest `size` messages with a tag before an id, where the viewer may read, and whether there may be more.

    Not what was said to stewards about joining, nor in a discreet circle: that is shown nowhere but there. First the
    ids, from the index of tags alone, then the messages: as many times as what one may not read leaves a page short.
    """
    places, rows = sorted(sight.communities | sight.open), list[Message]()
    more = bool(places)
    while more and len(rows) <= size:
        ids = _tagged(name, places, before, limit=3 * size)
        rows += _listed(sight, ids)
        more = len(ids) == 3 * size
        before = ids[-1] if ids else before
    return rows[:size], len(rows) > size


@prepared
def _tagged(name: str, communities: Sequence[int], before: int | None, *, limit: int) -> QuerySet[Tag, int]:
    tags = Tag.objects.filter(name=name, community__in=communities).exclude(community__theme=Theme.SUPPORT)
    if before is not None:
        tags = tags.filter(message__lt=before)
    return tags.order_by("-message").values_list("message_id", flat=True)[:limit]


@prepared
def _listed(sight: Sight, messages: Sequence[int]) -> QuerySet[Message]:
    return (
        Message.objects.visible_to(sight)
        .filter(pk__in=messages, removed_at=None)
        .exclude(thread__audience=ThreadAudience.REQUEST)
        .select_related("author", "author__same_as", "thread__community")
        .defer("html", "author__about", "author__about_html")
        .order_by("-pk")
    )


@prepared
def kinds_in(community: int, sight: Sight) -> QuerySet[Community, tuple[bool, ...]]:
    """Whether there are threads of each kind in a community, in the order of `Kind`: each looked up in an index."""
    there = Thread.objects.visible_to(sight).filter(community=OuterRef("pk"), audience__in=LISTED)
    asked = {f"has_{kind}": Exists(there.filter(kind=kind)) for kind in Kind.values}
    return Community.objects.filter(pk=community).annotate(**asked).values_list(*asked)


def position_on(thread: Thread, sight: Sight, since: datetime) -> int | None:
    """The place of the first answer given at a moment or after; None when there was none."""
    return next(iter(_since(thread.pk, sight, since)), None)


@prepared
def _since(thread: int, sight: Sight, since: datetime) -> QuerySet[Message, int]:
    later = Message.objects.filter(thread=thread, happened_at__gte=since, position__gt=0)
    return (
        later.exclude(author_id__in=sight.shut_out)
        .order_by("happened_at", "position")
        .values_list("position", flat=True)[:1]
    )


@prepared
def latest_drafts(person: int, sight: Sight, *, limit: int, in_public: bool) -> QuerySet[Draft]:
    """The first of `drafts_of`; `in_public` leaves out those of discreet places."""
    drafts = drafts_of(person, sight)
    return (drafts.exclude(community__theme=Theme.SUPPORT) if in_public else drafts)[:limit]


def drafts_of(person: Person | int, sight: Sight) -> QuerySet[Draft]:
    """One's drafts, for places one can still write in, newest first; what was to be said later, wherever that is."""
    here = Q(community_id__in=sight.communities) | ~Q(due_at=None) | ~Q(trouble="")
    return (
        Draft.objects.filter(here, by=person)
        .select_related("community", "huddle", "thread")
        .order_by("-kept_at", "-pk")
    )


def how_much_said(persons: Sequence[Person]) -> int:
    """How many messages these persons left, removed ones apart."""
    return Message.objects.filter(author__in=persons, removed_at=None).count() if persons else 0


def lately_said(person: Person, sight: Sight, limit: int = 5) -> list[Message]:
    """What somebody said last, as themselves or as a ghost they claimed, where the viewer can read it too.

    Not what was said to stewards about joining, nor in a discreet circle: that is shown nowhere but there.
    """
    return list(
        Message.objects.visible_to(sight)
        .filter(Q(author=person) | Q(author__same_as=person), removed_at=None)
        .exclude(thread__audience=ThreadAudience.REQUEST)
        .exclude(community__theme=Theme.SUPPORT)
        .select_related("thread", "community")
        .order_by("-happened_at", "-pk")[:limit]
    )


@prepared
def _opening(thread: int, sight: Sight) -> QuerySet[Message]:
    return _readable(thread, sight).filter(position=0)


@prepared
def _after(thread: int, sight: Sight, after: int, *, limit: int) -> QuerySet[Message]:
    return _readable(thread, sight).filter(position__gt=after).order_by("position")[:limit]


@prepared
def _before(thread: int, sight: Sight, before: int, *, limit: int) -> QuerySet[Message]:
    return _readable(thread, sight).filter(position__gt=0, position__lt=before).order_by("-position")[:limit]


def _readable(thread: int, sight: Sight) -> QuerySet[Message]:
    # A page of a thread shows neither the words of the message answered nor what its author says of themselves.
    return (
        Message.objects.filter(thread=thread)
        .exclude(author_id__in=sight.shut_out)
        .select_related("author", "author__same_as", "in_reply_to", "in_reply_to__author__same_as")
        .defer("in_reply_to__text", "in_reply_to__html", "author__about", "author__about_html")
    )
