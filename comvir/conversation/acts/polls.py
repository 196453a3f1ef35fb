"""Deciding together: a poll opens with its message, is voted in, and closes with its outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from comvir.conversation.acts.common import record_here
from comvir.conversation.models import CHOICE_LIMIT, MOST_CHOICES, Choice, Message, Poll, Vote
from comvir.conversation.refusals import (
    AlreadyRemoved,
    CannotSpeakHere,
    NoSuchChoice,
    NotYourPoll,
    OneChoice,
    OutcomeTooLong,
    PollEndUnfit,
    PollOver,
    PollUnfit,
)
from comvir.conversation.wording import may_speak
from comvir.journal.record import record
from comvir.journal.sight import Audience
from comvir.journal.verbs import CLOSED_POLL, VOTED
from comvir.lib import clock
from comvir.lib.text import tidy_line
from comvir.people.access import sight_of
from comvir.people.models import Person

OUTCOME_LIMIT = 500
LONGEST = timedelta(days=90)


@dataclass(frozen=True)
class PollWish:
    """A poll to open: its choices in order, whether one may take several, and when it closes by itself."""

    choices: tuple[str, ...]
    several: bool = False
    closes_at: datetime | None = None


def fit_poll(wish: PollWish, now: datetime) -> PollWish:
    """The poll as it is kept. Raises PollUnfit, PollEndUnfit."""
    choices = tuple(choice for choice in map(tidy_line, wish.choices) if choice)
    fits = 2 <= len(choices) <= MOST_CHOICES and len(set(map(str.casefold, choices))) == len(choices)
    if not fits or any(len(choice) > CHOICE_LIMIT for choice in choices):
        raise PollUnfit
    if wish.closes_at is not None and not now < wish.closes_at <= now + LONGEST:
        raise PollEndUnfit
    return PollWish(choices, wish.several, wish.closes_at)


def open_poll(message: Message, wish: PollWish, now: datetime) -> Poll:
    """Write the poll of a message that is being said, inside the act that says it. Raises PollUnfit."""
    wish = fit_poll(wish, now)
    poll = Poll.objects.create(message=message, several=wish.several, closes_at=wish.closes_at)
    Choice.objects.bulk_create(
        [Choice(poll=poll, place=place, words=words) for place, words in enumerate(wish.choices)]
    )
    return poll


def vote(*, by: Person, poll: Poll, choices: Sequence[int]) -> Poll:
    """Choose, or choose again; no choice takes one's vote back. Who voted for what is told to nobody.

    Raises CannotSpeakHere, AlreadyRemoved, PollOver, NoSuchChoice, OneChoice.
    """
    wanted = set(choices)
    with transaction.atomic():
        poll = _locked(poll)
        if not may_speak(sight_of(by), poll.message.thread):
            raise CannotSpeakHere
        if poll.message.is_removed:
            raise AlreadyRemoved
        if is_over(poll):
            raise PollOver
        if not wanted <= set(poll.choices.values_list("pk", flat=True)):
            raise NoSuchChoice
        if len(wanted) > 1 and not poll.several:
            raise OneChoice
        Vote.objects.filter(poll=poll, person=by).delete()
        Vote.objects.bulk_create([Vote(poll=poll, choice_id=choice, person=by) for choice in sorted(wanted)])
        record(
            by, VOTED, poll.message, community=poll.message.thread.community, audience=Audience.NAMED,
            context=poll.message.thread,
        )  # fmt: skip
    return poll


def close_poll(*, by: Person, poll: Poll, outcome: str = "") -> Poll:
    """End a poll, and say what was decided. Raises NotYourPoll, AlreadyRemoved, PollOver, OutcomeTooLong."""
    outcome = tidy_line(outcome)
    if len(outcome) > OUTCOME_LIMIT:
        raise OutcomeTooLong
    sight = sight_of(by)
    with transaction.atomic():
        poll = _locked(poll)
        if not poll.message.is_by(sight) and poll.message.community_id not in sight.stewarded:
            raise NotYourPoll
        if poll.message.is_removed:
            raise AlreadyRemoved
        if poll.closed_at is not None:
            raise PollOver
        poll.closed_at, poll.outcome = clock.now(), outcome
        poll.save(update_fields=["closed_at", "outcome"])
        record_here(by, CLOSED_POLL, poll.message)
    return poll


def is_over(poll: Poll) -> bool:
    """Whether nobody can vote any more."""
    return poll.closed_at is not None or (poll.closes_at is not None and poll.closes_at <= clock.now())


def _locked(poll: Poll) -> Poll:
    return (
        Poll.objects.select_for_update(of=("self",), no_key=True)
        .select_related("message__thread__community", "message__thread__huddle", "message__author")
        .get(pk=poll.pk)
    )
