"""What the page of a person says of having met them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Q
from django.utils import dates, timezone

from comvir.lib import clock
from comvir.people.access import Sight
from comvir.people.models import Community, Meeting, Membership, Person, Role
from comvir.web.forms.meetings import Met
from comvir.web.times import day_and_month


@dataclass(frozen=True)
class Encounter:
    """A meeting and its day in words; what the viewer can still do about it."""

    meeting: Meeting
    day: str
    asked: bool
    waits: bool


@dataclass(frozen=True)
class Encounters:
    """The meetings of the viewer with somebody, the latest first, and the form to say of another.

    `undo` is one the viewer has just said no to.
    """

    agreed: list[Encounter]
    open: list[Encounter]
    undo: Encounter | None
    form: Met | None


def encounters(
    sight: Sight, somebody: Person, circles: Sequence[Community], form: Met | None = None, undo: str = ""
) -> Encounters:
    """For the page of `somebody`; `circles` are those both belong to: without one there is no form. One query."""
    with_them = Q(said_by=somebody) | Q(with_person=somebody)
    mine = Q(said_by_id__in=sight.selves) | Q(with_person_id__in=sight.selves)
    rows = Meeting.objects.visible_to(sight).filter(with_them, mine).order_by("-on", "-pk")
    found = [_encounter(row, sight) for row in rows]
    return Encounters(
        agreed=[one for one in found if one.meeting.agreed_at is not None],
        open=[one for one in found if one.meeting.agreed_at is None and one.meeting.denied_at is None],
        undo=next((one for one in found if str(one.meeting.pk) == undo and one.meeting.denied_at is not None), None),
        form=form or (Met(circles=circles) if circles else None),
    )


def where_to_meet(stays: Iterable[Membership]) -> list[Community]:
    """Of the circles somebody shares with the viewer, those where a meeting can be told of: no discreet ones."""
    return [stay.community for stay in stays if stay.role != Role.GHOST and not stay.community.is_discreet]


def _encounter(meeting: Meeting, sight: Sight) -> Encounter:
    said_by_me = meeting.said_by_id in sight.selves
    return Encounter(meeting, day_in_words(meeting.on), asked=not said_by_me, waits=said_by_me)


def day_in_words(day: date) -> str:
    """“Sunday 7 June”; with its year when that is not this one."""
    noon = datetime.combine(day, time(12), tzinfo=timezone.get_current_timezone())
    words = f"{dates.WEEKDAYS[day.weekday()]} {day_and_month(noon)}"
    return words if day.year == timezone.localtime(clock.now()).year else f"{words} {day.year}"
