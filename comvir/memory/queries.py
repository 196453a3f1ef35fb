"""What is remembered of messages. Standings are true to the last deed the reader took in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from comvir.lib.prepared import prepared
from comvir.memory.models import MessageStanding, TurnRow
from comvir.memory.standing import Standing, Status, Turn, Voice


def standings(messages: Sequence[int]) -> dict[int, Standing]:
    """The standing of those of these messages that anybody vouched for or disputed, by message id; one query.

    One whose words were all taken back, or which was removed, is there with no voices.
    """
    return {row.message: _standing(row) for row in _rows(list(messages))} if messages else {}


@prepared
def _rows(messages: list[int]) -> QuerySet[MessageStanding]:
    return MessageStanding.objects.filter(message__in=messages)


def history(message: int) -> list[Turn]:
    """What each word on a message made of it, oldest first. A removal, and its undoing, are among them."""
    return [_turn(row) for row in _turns(message)]


@prepared
def _turns(message: int) -> QuerySet[TurnRow]:
    return TurnRow.objects.filter(message=message).order_by("deed")


def turns_of(deeds: Sequence[int]) -> dict[int, Turn]:
    """The turns these deeds made, by deed id: for the reader that tells people of them."""
    rows = TurnRow.objects.filter(pk__in=list(deeds))
    return {row.deed: _turn(row) for row in rows}


def messages_standing(status: str, limit: int) -> list[int]:
    """The ids of the newest messages that stand so, whoever may read them: only to narrow down what one may."""
    rows = MessageStanding.objects.filter(status=status).order_by("-message")
    return list(rows.values_list("message", flat=True)[:limit])


def _turn(row: TurnRow) -> Turn:
    before, after = Status(row.before), Status(row.after)
    return Turn(row.deed, row.message, row.person, row.verb, row.ground, row.at, before, after)


def _standing(row: MessageStanding) -> Standing:
    return Standing(
        message=row.message, status=Status(row.status), for_milli=row.for_milli, against_milli=row.against_milli,
        confirm=row.confirm, dispute=row.dispute, weighed=row.weighed, at=row.at, deed=row.deed,
        voices=tuple(
            Voice(person, stance, ground, datetime.fromisoformat(at), credit, counted)
            for person, stance, ground, at, credit, counted in row.voices
        ),
    )  # fmt: skip
