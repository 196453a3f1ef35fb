"""Saying that one met somebody: it counts once both say so."""

from datetime import date, timedelta

from django.db import transaction

from comvir.journal.models import Deed
from comvir.journal.record import record
from comvir.journal.sight import Audience
from comvir.journal.verbs import MET, SAID_THEY_MET, UNMET
from comvir.lib import clock
from comvir.people.access import role_in, sight_of
from comvir.people.acts.communities import stay_of
from comvir.people.models import Community, Meeting, Person, Role
from comvir.people.refusals import AlreadyAnswered, AlreadySaid, MembersOnly, NotYourMeeting, NotYourself, WrongDay

LONG_AGO = timedelta(days=366)


def say_met(*, by: Person, community: Community, person: Person, on: date) -> Meeting:
    """Say that one met another member; if they said so of that day already, it is agreed at once.

    Raises MembersOnly, NotInThisCircle, NotYourself, WrongDay, AlreadySaid.
    """
    if role_in(by, community) in (None, Role.GHOST):
        raise MembersOnly
    if person.pk == by.pk:
        raise NotYourself
    today = clock.now().date()
    # Where it is already tomorrow, today has come.
    if not today - LONG_AGO <= on <= today + timedelta(days=1):
        raise WrongDay
    with transaction.atomic():
        stay_of(community, person)
        if person.pk in sight_of(by).shut_out:
            raise MembersOnly
        theirs = (
            Meeting.objects.select_for_update()
            .filter(community=community, said_by=person, with_person=by, on=on, denied_at=None)
            .first()
        )
        if theirs is not None and theirs.agreed_at is None:
            theirs.agreed_at = clock.now()
            theirs.save(update_fields=["agreed_at"])
            meeting, verb, audience = theirs, MET, Audience.COMMUNITY
        else:
            meeting, fresh = Meeting.objects.get_or_create(
                community=community, said_by=by, with_person=person, on=on, defaults={"said_at": clock.now()}
            )
            if not fresh or theirs is not None:
                raise AlreadySaid
            verb, audience = SAID_THEY_MET, Audience.NAMED
        record(by, verb, meeting, community=community, audience=audience, to=[person])
    return meeting


def agree_met(*, by: Person, meeting: Meeting) -> Meeting:
    """Say that it was so. Raises NotYourMeeting, AlreadyAnswered."""
    with transaction.atomic():
        meeting = _mine_to_answer(by, meeting)
        meeting.agreed_at = clock.now()
        meeting.save(update_fields=["agreed_at"])
        record(by, MET, meeting, community=meeting.community, audience=Audience.COMMUNITY, to=[meeting.said_by])
    return meeting


def unsay_met(*, by: Person, meeting: Meeting) -> Meeting:
    """Say that it was not so, or take back that it was; either of the two can.

    Raises NotYourMeeting, AlreadyAnswered.
    """
    with transaction.atomic():
        meeting = _locked(meeting)
        if by.pk not in (meeting.said_by_id, meeting.with_person_id):
            raise NotYourMeeting
        if meeting.denied_at is not None:
            raise AlreadyAnswered
        was_agreed = meeting.agreed_at is not None
        meeting.agreed_at, meeting.denied_at = None, clock.now()
        meeting.save(update_fields=["agreed_at", "denied_at"])
        met = Deed.objects.filter(
            object_type="people.meeting", object_id=meeting.pk, verb=MET if was_agreed else SAID_THEY_MET
        )
        # Of what nobody else ever heard, nobody else hears the end.
        record(
            by, UNMET, meeting, community=meeting.community, undoes=met.order_by("-pk").first(),
            audience=Audience.COMMUNITY if was_agreed else Audience.NAMED,
            to=[meeting.said_by, meeting.with_person],
        )  # fmt: skip
    return meeting


def _mine_to_answer(by: Person, meeting: Meeting) -> Meeting:
    meeting = _locked(meeting)
    if meeting.with_person_id != by.pk:
        raise NotYourMeeting
    if meeting.agreed_at is not None or meeting.denied_at is not None:
        raise AlreadyAnswered
    return meeting


def _locked(meeting: Meeting) -> Meeting:
    whole = Meeting.objects.select_for_update(of=("self",)).select_related("community", "said_by", "with_person")
    return whole.get(pk=meeting.pk)
