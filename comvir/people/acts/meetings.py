"""Saying that one met somebody: it counts once both say so."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet

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
    """Say that one met another member. If they said so of that day already, it is agreed at once.

    What one took back can be said again; what the other denied, only by them.
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
        # Both stays are held, in one order: of two who say so at once, the second finds what the first said.
        for somebody in sorted((by, person), key=lambda one: one.pk):
            stay_of(community, somebody)
        if person.pk in sight_of(by).shut_out:
            raise MembersOnly
        pair = Meeting.objects.select_for_update(no_key=True).filter(community=community, on=on)
        theirs = pair.filter(said_by=person, with_person=by).first()
        if theirs is not None and theirs.agreed_at is None and _is_open_to(by, theirs):
            theirs.agreed_at, theirs.denied_at = clock.now(), None
            theirs.save(update_fields=["agreed_at", "denied_at"])
            meeting, verb, audience = theirs, MET, Audience.COMMUNITY
        else:
            if theirs is not None and theirs.agreed_at is not None:
                raise AlreadySaid
            meeting = _say_mine(by, community, person, on, pair.filter(said_by=by, with_person=person).first())
            verb, audience = SAID_THEY_MET, Audience.NAMED
        record(by, verb, meeting, community=community, audience=audience, to=[person])
    return meeting


def agree_met(*, by: Person, meeting: Meeting) -> Meeting:
    """Say that it was so; also after having said that it was not.

    Raises NotYourMeeting, AlreadyAnswered, MembersOnly.
    """
    with transaction.atomic():
        meeting = _locked(meeting)
        if meeting.with_person_id != by.pk or meeting.said_by_id in sight_of(by).shut_out:
            raise NotYourMeeting
        if meeting.agreed_at is not None or not _is_open_to(by, meeting):
            raise AlreadyAnswered
        # It is told to the members, so one has to be among them.
        if role_in(by, meeting.community) in (None, Role.GHOST):
            raise MembersOnly
        meeting.agreed_at, meeting.denied_at = clock.now(), None
        meeting.save(update_fields=["agreed_at", "denied_at"])
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
        other = meeting.said_by if by.pk == meeting.with_person_id else meeting.with_person
        # Of what nobody else ever heard, nobody else hears the end.
        record(
            by, UNMET, meeting, community=meeting.community,
            undoes=_deeds_on(meeting).filter(verb=MET if was_agreed else SAID_THEY_MET).last(),
            audience=Audience.COMMUNITY if was_agreed else Audience.NAMED,
            to=[] if other.pk in sight_of(by).shut_out else [other],
        )  # fmt: skip
    return meeting


def _say_mine(by: Person, community: Community, person: Person, on: date, said: Meeting | None) -> Meeting:
    """What one says first of that day, or again after having taken it back. Raises AlreadySaid."""
    if said is None:
        return Meeting.objects.create(
            community=community, said_by=by, with_person=person, on=on, said_at=clock.now()
        )  # fmt: skip
    if said.denied_at is None or not _is_open_to(by, said):
        raise AlreadySaid
    said.said_at, said.denied_at = clock.now(), None
    said.save(update_fields=["said_at", "denied_at"])
    return said


def _is_open_to(by: Person, meeting: Meeting) -> bool:
    """Whether nobody but this person has said that it was not so."""
    if meeting.denied_at is None:
        return True
    denial = _deeds_on(meeting).filter(verb=UNMET).last()
    return denial is not None and denial.actor_id == by.pk


def _deeds_on(meeting: Meeting) -> QuerySet[Deed]:
    return Deed.objects.filter(object_type="people.meeting", object_id=meeting.pk).order_by("pk")


def _locked(meeting: Meeting) -> Meeting:
    whole = Meeting.objects.select_for_update(of=("self",), no_key=True).select_related(
        "community", "said_by", "with_person"
    )
    return whole.get(pk=meeting.pk)
