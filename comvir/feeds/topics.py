"""Which lists there is news of, and whether somebody may read one.

A topic is written as the path of its page: `/c/petanque/?kind=flash`, `/t/12/`, `/tag/velo/`, `/p/ana/`, `/` for Today.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from django.db.models import QuerySet

from comvir.conversation.kinds import Kind
from comvir.conversation.models import Thread, ThreadAudience
from comvir.feeds.models import TOPIC_LIMIT
from comvir.lib.prepared import prepared
from comvir.lib.text import fold, tidy_line
from comvir.people.access import Sight
from comvir.people.models import Community, Huddle, Person, Theme

_HANDLE = "[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?"
_NUMBER = "[1-9][0-9]{0,17}"
_PATHS = {
    "today": re.compile(r"/"),
    "circle": re.compile(rf"/c/({_HANDLE})/"),
    "huddle": re.compile(rf"/c/({_HANDLE})/huddles/({_NUMBER})/"),
    "thread": re.compile(rf"/t/({_NUMBER})/"),
    "tag": re.compile(r"/tag/([^/]{2,600})/"),
    "person": re.compile(rf"/p/({_HANDLE})/"),
    "search": re.compile(r"/search/"),
}
# What may be asked besides: circles by kind, a search by its words.
_ASKED = {"circle": "kind", "search": "q"}
_TAG = re.compile(r"\w{2,50}")


class Topic(NamedTuple):
    """`ref` names the thing as its address does; `asked` narrows it: a kind of message, the words of a search."""

    sort: str
    ref: str = ""
    part: str = ""
    asked: str = ""

    def __str__(self) -> str:
        path = {
            "today": "/",
            "circle": f"/c/{self.ref}/",
            "huddle": f"/c/{self.ref}/huddles/{self.part}/",
            "thread": f"/t/{self.ref}/",
            "tag": f"/tag/{quote(self.ref)}/",
            "person": f"/p/{self.ref}/",
            "search": "/search/",
        }[self.sort]
        return f"{path}?{urlencode({_ASKED[self.sort]: self.asked})}" if self.asked else path


def read_topic(written: str) -> Topic | None:
    """The topic of a page's path; None for what is no list of ours."""
    parts = urlsplit(written)
    if len(written) > TOPIC_LIMIT or parts.scheme or parts.netloc:
        return None
    for sort, path in _PATHS.items():
        found = path.fullmatch(parts.path)
        if found:
            ref, part = (*found.groups(), "", "")[:2]
            asked = dict(parse_qsl(parts.query)).get(_ASKED.get(sort, ""), "")
            return fit(Topic(sort, unquote(ref), part, asked))
    return None


def fit(topic: Topic) -> Topic | None:
    """The topic if what it asks for can exist."""
    if topic.sort == "tag" and (not _TAG.fullmatch(topic.ref) or fold(topic.ref) != topic.ref):
        return None
    if topic.sort == "search" and (not tidy_line(topic.asked) or tidy_line(topic.asked) != topic.asked):
        return None
    if topic.sort == "circle" and topic.asked and topic.asked not in Kind.values:
        return None
    return topic if len(str(topic)) <= TOPIC_LIMIT else None


@dataclass(frozen=True)
class Place:
    """A topic that may be read: what it is called, and which deeds can change it (`community` None: any deed).

    `name` is members' words, empty where the page has to find some.
    """

    topic: Topic
    name: str = ""
    about: str = ""
    community: int | None = None
    thread: int | None = None
    row: int = 0
    language: str = ""
    since: datetime | None = None


def seen(topic: Topic, sight: Sight) -> Place | None:
    """The place, if the viewer may have its news; None alike for what is hidden, discreet, or not there."""
    return _LOOK[topic.sort](topic, sight)


def _circle(topic: Topic, sight: Sight) -> Place | None:
    for one in _circles(sight, topic.ref):
        return Place(topic, one.name, one.summary, one.pk, None, one.pk, one.language, one.opened_at)
    return None


@prepared
def _circles(sight: Sight, slug: str) -> QuerySet[Community]:
    return Community.objects.read_by(sight).filter(slug=slug).exclude(theme=Theme.SUPPORT)


def _thread(topic: Topic, sight: Sight) -> Place | None:
    for one in _threads(sight, int(topic.ref)):
        where = one.community
        return Place(topic, one.title, where.name, where.pk, one.pk, one.pk, where.language, one.started_at)
    return None


@prepared
def _threads(sight: Sight, pk: int) -> QuerySet[Thread]:
    # The title of an opening taken away is taken away too, so there is no news of such a thread.
    return (
        Thread.objects.visible_to(sight)
        .filter(pk=pk, messages__position=0, messages__removed_at=None)
        .exclude(audience=ThreadAudience.REQUEST)
        .exclude(community__theme=Theme.SUPPORT)
        .select_related("community")
    )


def _huddle(topic: Topic, sight: Sight) -> Place | None:
    for one in _huddles(sight, topic.ref, int(topic.part)):
        where = one.community
        return Place(topic, one.name, where.name, where.pk, None, one.pk, where.language, one.gathered_at)
    return None


@prepared
def _huddles(sight: Sight, slug: str, pk: int) -> QuerySet[Huddle]:
    seen = Huddle.objects.visible_to(sight).filter(community__slug=slug, pk=pk)
    return seen.exclude(community__theme=Theme.SUPPORT).select_related("community")


def _tag(topic: Topic, sight: Sight) -> Place | None:
    return Place(topic, f"#{topic.ref}")


def _person(topic: Topic, sight: Sight) -> Place | None:
    # What anybody can read, and only of who allows it: so nobody needs a key for it.
    for one in _persons(topic.ref) if sight.person is None else ():
        return Place(topic, one.name, row=one.pk, since=one.arrived_at)
    return None


@prepared
def _persons(handle: str) -> QuerySet[Person]:
    return Person.objects.filter(handle=handle, followed_by_rss=True)


def _today(topic: Topic, sight: Sight) -> Place | None:
    return None if sight.person is None else Place(topic)


def _search(topic: Topic, sight: Sight) -> Place | None:
    return Place(topic, topic.asked)


_LOOK: dict[str, Callable[[Topic, Sight], Place | None]] = {
    "circle": _circle,
    "thread": _thread,
    "huddle": _huddle,
    "tag": _tag,
    "person": _person,
    "today": _today,
    "search": _search,
}


def is_discreet(topic: Topic, sight: Sight) -> bool:
    """Whether the viewer reads the place, and it has no news because its words are shown nowhere but inside."""
    if topic.sort == "circle":
        return bool(_discreet_circles(sight, topic.ref))
    if topic.sort == "huddle":
        return bool(_discreet_huddles(sight, topic.ref, int(topic.part)))
    return topic.sort == "thread" and bool(_discreet_threads(sight, int(topic.ref)))


@prepared
def _discreet_circles(sight: Sight, slug: str) -> QuerySet[Community, int]:
    return Community.objects.read_by(sight).filter(slug=slug, theme=Theme.SUPPORT).values_list("pk", flat=True)


@prepared
def _discreet_huddles(sight: Sight, slug: str, pk: int) -> QuerySet[Huddle, int]:
    seen = Huddle.objects.visible_to(sight).filter(community__slug=slug, pk=pk, community__theme=Theme.SUPPORT)
    return seen.values_list("pk", flat=True)


@prepared
def _discreet_threads(sight: Sight, pk: int) -> QuerySet[Thread, int]:
    seen = Thread.objects.visible_to(sight).filter(pk=pk, community__theme=Theme.SUPPORT)
    return seen.values_list("pk", flat=True)


def names_of(topics: Sequence[Topic], sight: Sight) -> dict[Topic, str]:
    """What these lists are called, for those whose names need no telling by the page; the hidden ones are missing.

    Three queries at most, however many lists.
    """
    slugs = {topic.ref for topic in topics if topic.sort in ("circle", "huddle")}
    circles = dict(Community.objects.read_by(sight).filter(slug__in=slugs).values_list("slug", "name"))
    numbers = [int(topic.ref) for topic in topics if topic.sort == "thread"]
    told = Thread.objects.visible_to(sight).filter(messages__position=0, messages__removed_at=None)
    threads = dict(told.filter(pk__in=numbers).values_list("pk", "title"))
    parts = [int(topic.part) for topic in topics if topic.sort == "huddle"]
    huddles = dict(Huddle.objects.visible_to(sight).filter(pk__in=parts).values_list("pk", "name"))
    names: dict[Topic, str | None] = {}
    for topic in topics:
        match topic.sort:
            case "circle":
                names[topic] = circles.get(topic.ref)
            case "thread":
                names[topic] = threads.get(int(topic.ref))
            case "huddle":
                names[topic] = huddles.get(int(topic.part)) if topic.ref in circles else None
            case "tag":
                names[topic] = f"#{topic.ref}"
            case _:
                names[topic] = topic.asked
    return {topic: name for topic, name in names.items() if name is not None}
