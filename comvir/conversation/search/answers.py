"""What a search finds for one searcher: the marks narrow it down, `visible_to` decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from django.db.models import QuerySet

from comvir.conversation.models import Message
from comvir.conversation.search.backend import Bounds
from comvir.conversation.search.entry import month_mark, year_mark
from comvir.conversation.search.keeping import backend
from comvir.conversation.search.question import Question
from comvir.lib import clock
from comvir.lib.prepared import prepared
from comvir.people.access import Sight
from comvir.people.models import Community, Person, Theme

# How often the index is asked again when the searcher may not read what it gave: then the page ends early.
ROUNDS = 5
MOST_MONTHS = 24
# What was said lies between these, with room for a zone at either end: further out dates cannot be reckoned with.
FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(9000, 1, 1)


@dataclass(frozen=True)
class Found:
    """Some messages, with thread, community and author; `before` is where the next page begins, None at the end."""

    messages: list[Message]
    before: int | None


def found_by(
    sight: Sight, question: Question, *, zone: tzinfo, before: int | None = None, ranked: bool = False, limit: int = 20
) -> Found:
    """What the searcher finds, the newest first; `ranked`, one page of the best of the newest thousands instead.

    What was said to stewards about a request, and in discreet circles, is found by nobody. Days are those of `zone`.
    """
    question = replace(question, since=_within(question.since), until=_within(question.until))
    where = _where(sight, question.community)
    nowhere = not where or (question.among is not None and not question.among)
    if nowhere or not question.asks_something:
        return Found([], None)
    keeper, kept = backend(), []
    authors = _authors(question.person)
    for _round in range(ROUNDS):
        bounds = Bounds(where, _months(question), authors, before, limit + 1 + len(sight.shut_out))
        ids = keeper.ranked(question, bounds) if ranked else keeper.recent(question, bounds)
        kept += _readable(ids, sight, question, zone)
        before = ids[-1] if ids else before
        if ranked or len(ids) < bounds.limit or len(kept) > limit:
            break
    more = len(kept) > limit or (not ranked and len(ids) >= bounds.limit)
    page = kept[:limit]
    if not more or ranked:
        return Found(page, None)
    return Found(page, page[-1].pk if len(kept) > limit else before)


def _where(sight: Sight, community: int | None) -> tuple[str, ...]:
    may_read = sight.communities | sight.open
    circles = may_read - set(_discreet(sorted(may_read)))
    huddles = sight.huddles
    if community is not None:
        circles = circles & {community}
    return (*(f"c{pk}" for pk in sorted(circles)), *(f"h{pk}" for pk in sorted(huddles)))


@prepared
def _discreet(communities: Sequence[int]) -> QuerySet[Community, int]:
    return Community.objects.filter(theme=Theme.SUPPORT, pk__in=communities).values_list("pk", flat=True)


def _authors(person: int | None) -> tuple[str, ...]:
    """The marks of somebody's messages: some may have been taken in before they claimed the name they bear."""
    if person is None:
        return ()
    ghosts = Person.objects.filter(same_as=person).order_by("pk").values_list("pk", flat=True)
    return tuple(f"a{pk}" for pk in (person, *ghosts))


def _readable(ids: Sequence[int], sight: Sight, question: Question, zone: tzinfo) -> list[Message]:
    first = None if question.since is None else _morning(question.since, zone)
    end = None if question.until is None else _morning(question.until + timedelta(days=1), zone)
    found = {
        message.pk: message
        for message in _seen(ids, sight)
        if question.community in (None, message.community_id)
        and (first is None or message.happened_at >= first)
        and (end is None or message.happened_at < end)
    }
    return [found[pk] for pk in ids if pk in found]


@prepared
def _seen(ids: Sequence[int], sight: Sight) -> QuerySet[Message]:
    return (
        Message.objects.visible_to(sight)
        .filter(pk__in=ids, removed_at=None)
        .exclude(community__theme=Theme.SUPPORT)
        .select_related("thread", "thread__starter", "community", "author", "author__same_as")
    )


def _months(question: Question) -> tuple[str, ...]:
    """The months or years to look in, a day wider than asked, since marks are of universal time."""
    if question.since is None and question.until is None:
        return ()
    first = (question.since or FIRST_DAY) - timedelta(days=1)
    # The last of many years are kept: those to come would leave no room for those that were.
    last = min(question.until or LAST_DAY, clock.now().date()) + timedelta(days=1)
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    if count > MOST_MONTHS:
        return tuple(year_mark(year) for year in range(first.year, last.year + 1)[-200:])
    months = [divmod(first.year * 12 + first.month - 1 + n, 12) for n in range(max(count, 1))]
    return tuple(month_mark(datetime(year, month + 1, 1, tzinfo=UTC)) for year, month in months)


def _within(day: date | None) -> date | None:
    return None if day is None else min(max(day, FIRST_DAY), LAST_DAY)


def _morning(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone)
