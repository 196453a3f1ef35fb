"""Huddles: gathering one, adding somebody, leaving."""

from collections.abc import Sequence

from django.db import transaction

from comvir.journal.record import record
from comvir.journal.sight import Audience
from comvir.journal.verbs import ADDED_TO_HUDDLE, GATHERED_HUDDLE, LEFT_HUDDLE
from comvir.lib import clock
from comvir.people.access import role_in, sight_of
from comvir.people.acts.persons import fit_name
from comvir.people.models import Community, Huddle, HuddleMember, Person, Role
from comvir.people.refusals import MembersOnly, NotInThisCircle


def gather_huddle(*, by: Person, community: Community, name: str, others: Sequence[Person] = ()) -> Huddle:
    """Start a huddle with these members of the community. Raises MembersOnly, NameMissing, NotInThisCircle."""
    if role_in(by, community) not in (Role.MEMBER, Role.STEWARD):
        raise MembersOnly
    name = fit_name(name)
    now = clock.now()
    with transaction.atomic():
        huddle = Huddle.objects.create(community=community, name=name, gathered_by=by, gathered_at=now)
        for person in {by.pk: by, **{other.pk: other for other in others}}.values():
            _require_belonging(person, community)
            HuddleMember.objects.create(huddle=huddle, person=person, since=now)
        record(
            by, GATHERED_HUDDLE, huddle, community=community, huddle=huddle, audience=Audience.HUDDLE, to=list(others)
        )
    return huddle


def add_to_huddle(*, by: Person, huddle: Huddle, person: Person) -> HuddleMember:
    """Bring a member of the community into the huddle. Raises MembersOnly, NotInThisCircle."""
    _require_in(by, huddle)
    with transaction.atomic():
        Huddle.objects.select_for_update(no_key=True).get(pk=huddle.pk)
        _require_belonging(person, huddle.community)
        stay, _ = HuddleMember.objects.get_or_create(
            huddle=huddle, person=person, left_at=None, defaults={"since": clock.now()}
        )
        record(
            by,
            ADDED_TO_HUDDLE,
            huddle,
            community=huddle.community,
            huddle=huddle,
            audience=Audience.HUDDLE,
            to=[person],
        )
    return stay


def leave_huddle(*, by: Person, huddle: Huddle) -> None:
    """Leave a huddle. Raises MembersOnly."""
    _require_in(by, huddle)
    with transaction.atomic():
        HuddleMember.objects.filter(huddle=huddle, person=by, left_at=None).update(left_at=clock.now())
        record(by, LEFT_HUDDLE, huddle, community=huddle.community, huddle=huddle, audience=Audience.HUDDLE)


def _require_in(person: Person, huddle: Huddle) -> None:
    if huddle.pk not in sight_of(person).huddles:
        raise MembersOnly


def _require_belonging(person: Person, community: Community) -> None:
    if role_in(person, community) is None:
        raise NotInThisCircle
