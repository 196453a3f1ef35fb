"""The reader that keeps the standing of messages: one turn for each word, with what was known when it was given.

Deeds come in the order of their ids, as `catch_up` gives them. A word is weighed as of itself, never again because
something else became known later: so what was kept and what is read anew are the same to the bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from comvir.journal.models import Addressee, Deed
from comvir.journal.reading import Reader, addressees_of
from comvir.journal.sight import Audience
from comvir.journal.verbs import APPOINTED, ATTEST, CLAIMED, MET, OPENED, REMOVED, RESTORED, SAID, UNMET, WELCOMED
from comvir.memory import parameters as par
from comvir.memory.dependence import week_of
from comvir.memory.evidence import MESSAGE, heard, weigh
from comvir.memory.housekeeping import reopen, settle_until
from comvir.memory.models import EVERYWHERE, Acquaintance, MessageStanding, Roots, SettledWord, Talk, TurnRow
from comvir.memory.standing import Status

TURNS = ATTEST | {REMOVED, RESTORED}
COMMON = frozenset({Audience.PUBLIC, Audience.COMMUNITY})
KNOWING = frozenset({MET, UNMET, WELCOMED, APPOINTED, OPENED, CLAIMED})


def read(deeds: Sequence[Deed]) -> None:
    """Take in who met whom, and what was said of messages."""
    deeds = sorted(deeds, key=lambda deed: deed.pk)
    _note([deed for deed in deeds if deed.verb in KNOWING])
    _note_talk([deed for deed in deeds if deed.verb == SAID])
    for deed in deeds:
        if deed.verb in TURNS and deed.object_type == MESSAGE:
            _turn(deed)


def forget() -> None:
    """Drop all standings and what they were made with."""
    for model in (MessageStanding, TurnRow, SettledWord, Acquaintance, Talk, Roots):
        model._default_manager.all().delete()


standing = Reader("memory.standing", read, forget)


def _turn(deed: Deed) -> None:
    assert deed.object_id is not None
    kept = MessageStanding.objects.select_for_update(no_key=True).filter(pk=deed.object_id).first()
    if kept is None and deed.verb not in ATTEST:
        return  # nobody has given a word that a removal could end
    if kept is not None and kept.deed >= deed.pk:
        return  # read already
    found = heard(deed)
    if found is None or not found.counts:
        return
    settle_until(deed.happened_at)
    reopen(deed.object_id, deed.happened_at)
    before = Status.UNVERIFIED if kept is None else Status(kept.status)
    now = weigh(found, deed.object_id, before)
    MessageStanding(
        message=now.message, status=now.status, for_milli=now.for_milli, against_milli=now.against_milli,
        confirm=now.confirm, dispute=now.dispute, weighed=now.weighed, at=now.at, deed=now.deed,
        voices=[[v.person, v.stance, v.ground, v.at.isoformat(), v.credit, v.counted] for v in now.voices],
        parameters=par.VERSION, community=found.community, settled=False,
    ).save(force_insert=kept is None, force_update=kept is not None)  # fmt: skip
    TurnRow.objects.create(
        deed=deed.pk, message=now.message, person=deed.actor_id, verb=deed.verb, ground=_ground(deed),
        at=deed.happened_at, before=before, after=now.status,
    )  # fmt: skip


def _ground(deed: Deed) -> str:
    # The journal keeps of a removal what the message was called.
    return deed.object_name if deed.verb in ATTEST else ""


def _note(deeds: Sequence[Deed]) -> None:
    """Keep what these deeds say of who knows whom, as far as every member may know of it."""
    common = [deed for deed in deeds if deed.verb == CLAIMED or deed.audience in COMMON]
    named = addressees_of([deed for deed in common if deed.verb in (MET, UNMET)])
    rows = [row for deed in common for row in _rows(deed, named.get(deed.pk, frozenset()))]
    Acquaintance.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def _rows(deed: Deed, named: frozenset[int]) -> list[Acquaintance]:
    week = week_of(deed.happened_at)
    if deed.verb in (MET, UNMET):
        people = sorted({deed.actor_id, *named})
        if not 2 <= len(people) <= par.MOST_AT_A_MEETING:
            return []
        return [
            Acquaintance(
                deed=deed.pk, kind=deed.verb, community=_place(deed), one=one,
                other=other, week=week, units=par.MET_UNIT // (len(people) - 1) if deed.verb == MET else 0,
                undoes=deed.undoes_id,
            )
            for one, other in combinations(people, 2)
            if deed.verb == MET or deed.actor_id in (one, other)
        ]  # fmt: skip
    # A claim is told to nobody, but anybody can see whose page a claimed name leads to.
    place = EVERYWHERE if deed.verb == CLAIMED else deed.community_id
    if place is None or deed.object_id is None:
        return []
    other = deed.actor_id if deed.verb == OPENED else deed.object_id
    return [Acquaintance(deed=deed.pk, kind=deed.verb, community=place, one=deed.actor_id, other=other, week=week)]


def _place(deed: Deed) -> int:
    """Where a deed of the commons may be known: in its community, or everywhere."""
    inside = None if deed.audience == Audience.PUBLIC else deed.community_id
    return EVERYWHERE if inside is None else inside


def _note_talk(deeds: Sequence[Deed]) -> None:
    """Keep who wrote to whom, once a week; who is only called with an @ was not written to."""
    common = {deed.pk: deed for deed in deeds if deed.audience in COMMON}
    told = Addressee.objects.filter(deed__in=common, as_named=False).order_by("deed_id", "person_id")
    rows = []
    for pk, reader in told.values_list("deed_id", "person_id"):
        deed = common[pk]
        week = week_of(deed.happened_at)
        rows.append(Talk(writer=deed.actor_id, week=week, reader=reader, community=_place(deed), deed=pk))
    Talk.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
