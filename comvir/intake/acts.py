"""Taking outside news into a community, and leaving it out again."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction

from comvir.intake.models import Wire, WireItem, WireKind
from comvir.intake.refusals import AlreadyTakenIn, NoSuchWireKind, TooManyWires
from comvir.journal.record import record
from comvir.journal.sight import Audience
from comvir.journal.verbs import LEFT_OUT, TOOK_IN
from comvir.lib import clock
from comvir.lib.fetch import read_url
from comvir.lib.ids import slug_of
from comvir.people.acts.communities import require_steward
from comvir.people.acts.persons import fit_name, free_handle
from comvir.people.models import Community, Membership, Person, Role

MOST_WIRES = 20


def take_in(*, by: Person, community: Community, url: str, title: str, kind: str) -> Wire:
    """Take outside news into a community, under the title a steward gives it. It is read from then on.

    Raises StewardsOnly, Unfetchable (the address is no address), NameMissing, NameTooLong, NoSuchWireKind,
    AlreadyTakenIn, TooManyWires.
    """
    require_steward(by, community)
    url, title = str(read_url(url.strip())), fit_name(title)
    if kind not in WireKind.values:
        raise NoSuchWireKind
    now = clock.now()
    with transaction.atomic():
        # The community's row is the lock: two stewards may have the same idea.
        Community.objects.select_for_update(no_key=True).get(pk=community.pk)
        here = Wire.objects.filter(community=community, left_out_at=None)
        if here.filter(url=url).exists():
            raise AlreadyTakenIn
        if here.count() >= MOST_WIRES:
            raise TooManyWires
        before = Wire.objects.filter(community=community, url=url).select_related("person").order_by("-pk").first()
        person = _voice(community, title, now, before.person if before else None)
        wire = Wire.objects.create(
            community=community, url=url, title=title, kind=kind, person=person, by=by, taken_in_at=now, next_at=now
        )
        if before is not None:
            # What it brought the last time isn't news.
            WireItem.objects.filter(wire=before).update(wire=wire)
        record(by, TOOK_IN, wire, community=community, audience=Audience.COMMUNITY)
    return wire


def leave_out(*, by: Person, wire: Wire) -> None:
    """Read it no more. What it brought stays. Raises StewardsOnly; nothing happens when it is left out already."""
    require_steward(by, wire.community)
    now = clock.now()
    with transaction.atomic():
        wire = Wire.objects.select_for_update(of=("self",), no_key=True).select_related("community").get(pk=wire.pk)
        if wire.left_out_at is not None:
            return
        wire.left_out_at, wire.left_out_by = now, by
        wire.save(update_fields=["left_out_at", "left_out_by"])
        Membership.objects.filter(community=wire.community, person=wire.person, left_at=None).update(left_at=now)
        record(by, LEFT_OUT, wire, community=wire.community, audience=Audience.COMMUNITY)


def _voice(community: Community, title: str, now: datetime, before: Person | None) -> Person:
    """The ghost that speaks for it: without an account or an address, so that nobody can ever claim it."""
    if before is None:
        stem = title if slug_of(title) else f"news-{sha256(title.encode()).hexdigest()[:6]}"
        before = Person.objects.create(handle=free_handle(stem), name=title, arrived_at=now)
    elif before.name != title:
        before.name = title
        before.save(update_fields=["name"])
    Membership.objects.create(community=community, person=before, role=Role.GHOST, joined_at=now)
    return before
