"""Coming in and going: openly, on request, by invitation; being welcomed; leaving."""

from datetime import timedelta

from django.db import transaction

from comvir.journal.record import record
from comvir.journal.sight import Audience
from comvir.journal.verbs import (
    ACCEPTED,
    ASKED_TO_JOIN,
    DECLINED,
    INVITED,
    JOINED,
    LEFT,
    WELCOMED,
    WITHDREW_INVITATION,
)
from comvir.lib import clock
from comvir.lib.ids import spoken_code
from comvir.lib.text import tidy
from comvir.people.access import role_in, stewards_of
from comvir.people.acts.communities import end_stay, keep_one_steward, require_steward, stay_of
from comvir.people.models import Block, Community, Invitation, JoinMode, JoinRequest, Membership, Person, Role
from comvir.people.models.membership import BELONGS
from comvir.people.refusals import (
    AlreadyAnswered,
    AlreadyAsked,
    AlreadyMember,
    AlreadyWelcomed,
    AskedTooSoon,
    AsksFirst,
    ClosedDoor,
    InvitationClosed,
    MembersOnly,
    NotYourself,
    TooLong,
    TooManyUses,
)

BEFORE_ASKING_AGAIN = timedelta(days=14)


def join(*, by: Person, community: Community) -> Membership:
    """Walk into an open community. Raises AlreadyMember, AsksFirst, ClosedDoor."""
    if community.join_mode == JoinMode.REQUEST:
        raise AsksFirst
    if community.join_mode != JoinMode.OPEN:
        raise ClosedDoor
    with transaction.atomic():
        stay = _come_in(by, community)
        record(by, JOINED, community, community=community, audience=Audience.COMMUNITY, to=stewards_of(community))
    return stay


def ask_to_join(*, by: Person, community: Community, answers: str) -> JoinRequest:
    """Ask the stewards to come in; again, two weeks after they said no.

    Raises AlreadyMember, AlreadyAsked, AskedTooSoon, ClosedDoor, TooLong.
    """
    if community.join_mode != JoinMode.REQUEST:
        raise ClosedDoor
    answers = tidy(answers)
    if len(answers) > 4000:
        raise TooLong(field="answers")
    with transaction.atomic():
        _not_yet_in(by, community)
        if JoinRequest.objects.filter(community=community, person=by, outcome=JoinRequest.Outcome.WAITING).exists():
            raise AlreadyAsked
        if JoinRequest.objects.filter(
            community=community,
            person=by,
            outcome=JoinRequest.Outcome.DECLINED,
            decided_at__gt=clock.now() - BEFORE_ASKING_AGAIN,
        ).exists():
            raise AskedTooSoon
        request = JoinRequest.objects.create(community=community, person=by, answers=answers, asked_at=clock.now())
        record(by, ASKED_TO_JOIN, request, community=community, audience=Audience.STEWARDS, to=stewards_of(community))
    return request


def accept_request(*, by: Person, request: JoinRequest) -> Membership:
    """Let an applicant in, as a newcomer. Raises StewardsOnly, AlreadyAnswered."""
    with transaction.atomic():
        request = _answered(by, request, JoinRequest.Outcome.ACCEPTED)
        stay = _come_in(request.person, request.community)
        record(by, ACCEPTED, request, community=request.community, audience=Audience.STEWARDS, to=[request.person])
    return stay


def decline_request(*, by: Person, request: JoinRequest) -> JoinRequest:
    """Not let an applicant in, this time. Raises StewardsOnly, AlreadyAnswered."""
    with transaction.atomic():
        request = _answered(by, request, JoinRequest.Outcome.DECLINED)
        record(by, DECLINED, request, community=request.community, audience=Audience.STEWARDS, to=[request.person])
    return request


def invite(*, by: Person, community: Community, uses: int = 1, days: int = 14, words: str = "") -> Invitation:
    """Make a link that lets in. Members may make single ones, stewards up to 25 uses.

    Raises MembersOnly, StewardsOnly, TooManyUses, TooLong.
    """
    if role_in(by, community) not in (Role.MEMBER, Role.STEWARD):
        raise MembersOnly
    if uses > 1:
        require_steward(by, community)
    words = tidy(words)
    if len(words) > 500:
        raise TooLong(field="words")
    if not (1 <= uses <= Invitation.MOST_USES and 1 <= days <= Invitation.MOST_DAYS):
        raise TooManyUses
    now = clock.now()
    with transaction.atomic():
        invitation = Invitation.objects.create(
            community=community, by=by, code=spoken_code(), words=words, uses_left=uses, made_at=now,
            expires_at=now + timedelta(days=days),
        )  # fmt: skip
        record(by, INVITED, invitation, community=community, audience=Audience.STEWARDS)
    return invitation


def withdraw_invitation(*, by: Person, invitation: Invitation) -> Invitation:
    """Close a link at once: one's own, or any as a steward. Raises StewardsOnly."""
    if invitation.by_id != by.pk:
        require_steward(by, invitation.community)
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update(no_key=True).get(pk=invitation.pk)
        if invitation.revoked_at is None:
            invitation.revoked_at, invitation.revoked_by = clock.now(), by
            invitation.save(update_fields=["revoked_at", "revoked_by"])
        record(by, WITHDREW_INVITATION, invitation, community=invitation.community, audience=Audience.STEWARDS)
    return invitation


def accept_invitation(*, by: Person, invitation: Invitation) -> Membership:
    """Come in by a link. Raises InvitationClosed, AlreadyMember.

    A link given by somebody either of the two has blocked answers like a used one.
    """
    with transaction.atomic():
        invitation = (
            Invitation.objects.select_for_update(of=("self",), no_key=True)
            .select_related("community")
            .get(pk=invitation.pk)
        )
        if not invitation.is_open(clock.now()) or _blocked(by, invitation.by_id):
            raise InvitationClosed
        stay = _come_in(by, invitation.community, by_invitation=invitation)
        invitation.uses_left -= 1
        invitation.save(update_fields=["uses_left"])
        to = [invitation.by, *stewards_of(invitation.community)]
        record(by, JOINED, invitation.community, community=invitation.community, audience=Audience.COMMUNITY, to=to)
    return stay


def welcome(*, by: Person, community: Community, person: Person) -> Membership:
    """A member welcomes a newcomer, who is a member from then on.

    Raises MembersOnly, NotInThisCircle, NotYourself, AlreadyWelcomed.
    """
    if role_in(by, community) not in (Role.MEMBER, Role.STEWARD):
        raise MembersOnly
    if person.pk == by.pk:
        raise NotYourself
    with transaction.atomic():
        stay = stay_of(community, person)
        if stay.role != Role.NEWCOMER:
            raise AlreadyWelcomed
        stay.role, stay.welcomed_by = Role.MEMBER, by
        stay.save(update_fields=["role", "welcomed_by"])
        record(by, WELCOMED, person, community=community, audience=Audience.COMMUNITY, to=[person])
    return stay


def leave(*, by: Person, community: Community) -> None:
    """Leave a community and its huddles. What one said stays. Raises NotInThisCircle, LastSteward."""
    with transaction.atomic():
        stay = stay_of(community, by)
        if stay.role == Role.STEWARD and _others_stay(community, by):
            keep_one_steward(community, by)
        end_stay(stay)
        record(by, LEFT, community, community=community, audience=Audience.STEWARDS, to=[])


def _come_in(person: Person, community: Community, by_invitation: Invitation | None = None) -> Membership:
    _not_yet_in(person, community)
    JoinRequest.objects.filter(community=community, person=person, outcome=JoinRequest.Outcome.WAITING).update(
        outcome=JoinRequest.Outcome.ACCEPTED, decided_at=clock.now()
    )
    return Membership.objects.create(
        community=community, person=person, role=Role.NEWCOMER, joined_at=clock.now(), by_invitation=by_invitation
    )


def _not_yet_in(person: Person, community: Community) -> None:
    # The community's row is the lock: two tabs that join at once must not both pass.
    Community.objects.select_for_update(no_key=True).get(pk=community.pk)
    if Membership.objects.filter(BELONGS, community=community, person=person).exists():
        raise AlreadyMember


def _answered(by: Person, request: JoinRequest, outcome: JoinRequest.Outcome) -> JoinRequest:
    require_steward(by, request.community)
    request = (
        JoinRequest.objects.select_for_update(of=("self",), no_key=True)
        .select_related("community", "person")
        .get(pk=request.pk)
    )
    if request.outcome != JoinRequest.Outcome.WAITING:
        raise AlreadyAnswered
    request.outcome, request.decided_by, request.decided_at = outcome, by, clock.now()
    request.save(update_fields=["outcome", "decided_by", "decided_at"])
    return request


def _others_stay(community: Community, leaving: Person) -> bool:
    return Membership.objects.filter(BELONGS, community=community).exclude(person=leaving).exists()


def _blocked(one: Person, other_id: int) -> bool:
    return (
        Block.objects.filter(blocker=one, blocked_id=other_id).exists()
        or Block.objects.filter(blocker_id=other_id, blocked=one).exists()
    )
