"""Opening a community, changing it, its charter, its stewards."""

from django.db import IntegrityError, transaction

from comvir.journal.record import record
from comvir.journal.sight import Audience
from comvir.journal.verbs import APPOINTED, CHANGED, CHARTERED, OPENED, PARTED
from comvir.lib import clock
from comvir.lib.ids import secret_key, slug_of
from comvir.lib.text import render, tidy, tidy_line
from comvir.people.access import role_in
from comvir.people.acts.persons import fit_name
from comvir.people.models import Charter, Community, JoinMode, Membership, Person, Role, Theme, Visibility
from comvir.people.models.membership import BELONGS
from comvir.people.refusals import (
    AddressTaken,
    HiddenNeedsInvitation,
    LastSteward,
    NotInThisCircle,
    NotYourself,
    StewardsOnly,
    TooLong,
)

LIMITS = {"summary": 300, "place": 120, "rhythm": 120, "questions": 1000}


def require_steward(person: Person, community: Community) -> None:
    """Raises StewardsOnly unless the person is a steward of the community now."""
    if role_in(person, community) is not Role.STEWARD:
        raise StewardsOnly


def open_community(
    *,
    by: Person,
    name: str,
    theme: str,
    summary: str = "",
    place: str = "",
    rhythm: str = "",
    language: str = "fr",
    visibility: str = Visibility.LISTED,
    join_mode: str = JoinMode.INVITATION,
    questions: str = "",
    slug: str = "",
) -> Community:
    """Open a community and be its first steward.

    Raises NameMissing, NameTooLong, TooLong, AddressTaken, HiddenNeedsInvitation.
    """
    name = fit_name(name)
    now = clock.now()
    community = Community(
        slug=slug or _free_slug(name),
        theme=Theme(theme),
        opened_by=by,
        opened_at=now,
        last_at=now,
        language=language,
    )
    _describe(community, name, summary, place, rhythm, visibility, join_mode, questions)
    try:
        with transaction.atomic():
            community.save()
            Membership.objects.create(community=community, person=by, role=Role.STEWARD, joined_at=now)
            record(by, OPENED, community, community=community, audience=Audience.COMMUNITY)
    except IntegrityError as error:
        raise AddressTaken from error
    return community


def change_community(
    *,
    by: Person,
    community: Community,
    name: str,
    summary: str,
    place: str,
    rhythm: str,
    visibility: str,
    join_mode: str,
    questions: str,
) -> Community:
    """Change what is said of a community and how one comes in. Its address stays.

    Raises StewardsOnly, NameMissing, NameTooLong, TooLong, HiddenNeedsInvitation.
    """
    require_steward(by, community)
    with transaction.atomic():
        community = Community.objects.select_for_update(no_key=True).get(pk=community.pk)
        _describe(community, fit_name(name), summary, place, rhythm, visibility, join_mode, questions)
        community.save()
        record(by, CHANGED, community, community=community, audience=Audience.COMMUNITY)
    return community


def write_charter(*, by: Person, community: Community, text: str) -> Charter:
    """Write the next version of the charter. Raises StewardsOnly, TooLong."""
    require_steward(by, community)
    text = tidy(text)
    if len(text) > 10000:
        raise TooLong(field="text")
    with transaction.atomic():
        Community.objects.select_for_update(no_key=True).get(pk=community.pk)
        last = Charter.objects.filter(community=community).order_by("-version").first()
        charter = Charter.objects.create(
            community=community,
            version=last.version + 1 if last else 1,
            text=text,
            html=render(text),
            written_by=by,
            written_at=clock.now(),
        )
        record(by, CHARTERED, charter, community=community, audience=Audience.COMMUNITY)
    return charter


def appoint(*, by: Person, community: Community, person: Person, role: str) -> Membership:
    """Give a member another role. Raises StewardsOnly, NotInThisCircle, LastSteward."""
    require_steward(by, community)
    with transaction.atomic():
        stay = stay_of(community, person)
        role = Role(role)
        if stay.role == Role.STEWARD and role is not Role.STEWARD:
            keep_one_steward(community, person)
        stay.role = role
        stay.save(update_fields=["role"])
        record(by, APPOINTED, person, community=community, audience=Audience.COMMUNITY, to=[person])
    return stay


def part_with(*, by: Person, community: Community, person: Person) -> None:
    """End somebody's membership. Raises StewardsOnly, NotInThisCircle, NotYourself, LastSteward."""
    require_steward(by, community)
    if person.pk == by.pk:
        raise NotYourself
    with transaction.atomic():
        stay = stay_of(community, person)
        if stay.role == Role.STEWARD:
            keep_one_steward(community, person)
        end_stay(stay)
        record(by, PARTED, person, community=community, audience=Audience.STEWARDS, to=[person])


def end_stay(stay: Membership) -> None:
    """Close a membership, and with it the person's stays in the community's huddles and the links they gave."""
    now = clock.now()
    stay.left_at = now
    stay.save(update_fields=["left_at"])
    # A link left open would be a way back in that nobody watches.
    stay.person.invitations.filter(community=stay.community, revoked_at=None).update(revoked_at=now)
    stay.person.huddle_members.filter(huddle__community=stay.community, left_at=None).update(left_at=now)


def stay_of(community: Community, person: Person) -> Membership:
    """The person's present membership, locked. Raises NotInThisCircle."""
    try:
        return Membership.objects.select_for_update(of=("self",), no_key=True).get(
            BELONGS, community=community, person=person
        )
    except Membership.DoesNotExist as error:
        raise NotInThisCircle from error


def keep_one_steward(community: Community, leaving: Person) -> None:
    """Raises LastSteward when nobody else is a steward of the community."""
    stewards = Membership.objects.select_for_update(no_key=True).filter(BELONGS, community=community, role=Role.STEWARD)
    if not any(stay.person_id != leaving.pk for stay in stewards):
        raise LastSteward


def _describe(
    community: Community,
    name: str,
    summary: str,
    place: str,
    rhythm: str,
    visibility: str,
    join_mode: str,
    questions: str,
) -> None:
    community.name, community.summary = name, tidy_line(summary)
    community.place, community.rhythm = tidy_line(place), tidy_line(rhythm)
    community.visibility, community.join_mode = Visibility(visibility), JoinMode(join_mode)
    community.questions = tidy(questions)
    for field in LIMITS:
        if len(getattr(community, field)) > LIMITS[field]:
            raise TooLong(field=field)
    if community.visibility == Visibility.HIDDEN and community.join_mode != JoinMode.INVITATION:
        raise HiddenNeedsInvitation


def _free_slug(name: str) -> str:
    stem = slug_of(name, 36) or f"c-{secret_key()[:6].lower().strip('-_').replace('_', 'x')}"
    taken = set(Community.objects.filter(slug__startswith=stem).values_list("slug", flat=True)) | {"new"}
    if stem not in taken:
        return stem
    return next(slug for n in range(2, len(taken) + 3) if (slug := f"{stem}-{n}") not in taken)
