"""Polls as one viewer may see them: their counts once that viewer has voted, or when it is over; never who."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef

from comvir.conversation.acts.polls import is_over
from comvir.conversation.models import Choice, Message, Poll, Vote
from comvir.people.access import Sight


@dataclass(frozen=True)
class Ballot:
    """One poll as one viewer may see it. `counts` by choice id, None while they are not told."""

    poll: Poll
    choices: Sequence[Choice]
    mine: frozenset[int]
    counts: Mapping[int, int] | None
    voters: int
    over: bool
    may_close: bool


def ballots_of(messages: Sequence[Message], sight: Sight) -> dict[int, Ballot]:
    """The polls of these messages, by message id, removed ones apart; no query without one, else two."""
    asking = {message.pk: message for message in messages if message.polled and not message.is_removed}
    if not asking:
        return {}
    polls = Poll.objects.filter(message__in=list(asking)).annotate(voters=Count("votes__person", distinct=True))
    by_poll = {poll.pk: poll for poll in polls}
    votes = Vote.objects.filter(choice=OuterRef("pk"), person_id__in=sight.selves)
    rows = Choice.objects.filter(poll__in=list(by_poll)).annotate(count=Count("votes"), mine=Exists(votes))
    choices: dict[int, list[Any]] = {pk: [] for pk in by_poll}
    for choice in rows.order_by("poll", "place"):
        choices[choice.poll_id].append(choice)
    return {
        poll.message_id: _ballot(poll, choices[poll.pk], asking[poll.message_id], sight) for poll in by_poll.values()
    }


def _ballot(poll: Any, choices: list[Any], message: Message, sight: Sight) -> Ballot:
    mine, over = frozenset(choice.pk for choice in choices if choice.mine), is_over(poll)
    told = over or bool(mine)
    asked = message.is_by(sight) or message.community_id in sight.stewarded
    return Ballot(
        poll=poll,
        choices=choices,
        mine=mine,
        counts={choice.pk: choice.count for choice in choices} if told else None,
        voters=poll.voters if told else 0,
        over=over,
        may_close=asked and poll.closed_at is None,
    )
