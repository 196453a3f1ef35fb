"""Which threads and messages pages list."""

from collections.abc import Iterable, Sequence

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from comvir.conversation.models import Draft, Mention, Message, Thread, ThreadAudience
from comvir.lib import text as texts
from comvir.people.access import Sight
from comvir.people.models import Community, Huddle, Person, Theme

PAGE = 20


def threads_in(community: Community, sight: Sight, huddle: Huddle | None = None) -> QuerySet[Thread]:
    """Threads of a community (or of one of its huddles), the most recently active first."""
    threads = Thread.objects.visible_to(sight).filter(community=community)
    if huddle is not None:
        threads = threads.filter(huddle=huddle)
    else:
        threads = threads.filter(audience__in=[ThreadAudience.PUBLIC, ThreadAudience.COMMUNITY])
    return threads.select_related("starter", "starter__same_as").order_by("-last_at", "-pk")


def recent_threads(sight: Sight, communities: Sequence[Community], each: int = 5) -> dict[int, list[Thread]]:
    """At most `each` threads of each of these communities, by community id: the news of Today.

    Two queries, however many communities: first the ids, each found at the top of an index, then the threads.
    """
    listed = (
        Thread.objects.visible_to(sight)
        .filter(community=OuterRef("pk"), audience__in=[ThreadAudience.PUBLIC, ThreadAudience.COMMUNITY])
        .order_by("-last_at", "-pk")
        .values("pk")
    )
    nth = {f"thread_{n}": Subquery(listed[n : n + 1]) for n in range(each)}
    rows = (
        Community.objects.filter(pk__in=[community.pk for community in communities]).values_list("pk").annotate(**nth)
    )
    ids = {community: [pk for pk in found if pk is not None] for community, *found in rows}
    threads = Thread.objects.select_related("starter", "starter__same_as").in_bulk(
        [pk for pks in ids.values() for pk in pks]
    )
    return {community.pk: [threads[pk] for pk in ids.get(community.pk, [])] for community in communities}


def latest_titles(sight: Sight, communities: Sequence[Community]) -> dict[int, str]:
    """The title of the most recently active thread of each of these communities, by community id.

    A title whose opening was taken away is taken away with it.
    """
    here = (
        Thread.objects.visible_to(sight)
        .filter(community=OuterRef("pk"), audience__in=[ThreadAudience.PUBLIC, ThreadAudience.COMMUNITY])
        .filter(messages__position=0, messages__removed_at=None)
        .order_by("-last_at", "-pk")
    )
    rows = Community.objects.filter(pk__in=[community.pk for community in communities])
    titled = rows.annotate(title=Subquery(here.values("title")[:1])).values_list("pk", "title")
    return {pk: title for pk, title in titled if title}


def unanswered_newcomers(sight: Sight, newcomers: Sequence[int]) -> QuerySet[Thread]:
    """Threads begun by these persons that nobody has answered yet, the longest waiting first."""
    return (
        Thread.objects.visible_to(sight)
        .filter(starter_id__in=newcomers, answers=0, audience__in=[ThreadAudience.PUBLIC, ThreadAudience.COMMUNITY])
        .order_by("started_at", "pk")
    )


def opening_of(thread: Thread, sight: Sight) -> Message | None:
    """The message that opens the thread, with its author; None when its author is shut out."""
    return _readable(thread, sight).filter(position=0).first()


def answers_of(thread: Thread, sight: Sight, after: int = 0, limit: int = PAGE) -> list[Message]:
    """Messages after a position, in order, with their authors: by position, so that no page is slow."""
    return list(_readable(thread, sight).filter(position__gt=after).order_by("position")[:limit])


def answers_before(thread: Thread, sight: Sight, before: int, limit: int = PAGE) -> list[Message]:
    """The last messages before a position, in order."""
    found = _readable(thread, sight).filter(position__gt=0, position__lt=before).order_by("-position")[:limit]
    return list(found)[::-1]


def html_of(message: Message) -> str:
    """The message's HTML; an imported one, or one an older sanitiser made, is rendered when first read.

    Not written back: reading changes nothing. `refresh_html` does that, off the page.
    """
    if message.sanitiser == texts.SANITISER:
        return message.html
    return texts.render(message.text)


def first_words(threads: Sequence[Thread]) -> dict[int, str]:
    """The beginning of each thread's opening message, by thread id."""
    rows = Message.objects.filter(thread__in=threads, position=0, removed_at=None).values_list("thread_id", "text")
    return {thread: texts.excerpt(text) for thread, text in rows}


def answers_unseen(threads: Sequence[Thread], sight: Sight) -> dict[int, int]:
    """How many of the answers counted in these threads are by people shut out, by thread id. No query without any."""
    if not sight.shut_out:
        return {}
    theirs = Message.objects.filter(thread__in=threads, author__in=sight.shut_out, position__gt=0, removed_at=None)
    return dict(theirs.values_list("thread_id").annotate(Count("pk")).order_by())


def untitled(threads: Iterable[int]) -> set[int]:
    """Of these threads, those whose opening was taken away, and its title with it."""
    openings = Message.objects.filter(thread__in=list(threads), position=0).exclude(removed_at=None)
    return set(openings.values_list("thread_id", flat=True))


def messages_naming(sight: Sight, messages: Sequence[int]) -> set[int]:
    """Of these messages, those that name the viewer with an @."""
    named = Mention.objects.filter(message__in=messages, person__in=sight.selves)
    return set(named.values_list("message_id", flat=True))


def drafts_of(person: Person, sight: Sight) -> QuerySet[Draft]:
    """One's drafts, for places one can still write in, newest first."""
    return (
        Draft.objects.filter(by=person, community_id__in=sight.communities)
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


def _readable(thread: Thread, sight: Sight) -> QuerySet[Message]:
    return (
        Message.objects.filter(thread=thread)
        .exclude(author_id__in=sight.shut_out)
        .select_related("author", "author__same_as", "in_reply_to", "in_reply_to__author")
    )
