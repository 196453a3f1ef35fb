"""Writing deeds: `record()` for an act, `record_many()` for an import."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection, models, transaction

from comvir.journal import bell
from comvir.journal.models import Addressee, Deed
from comvir.journal.sight import Audience
from comvir.journal.verbs import ACTIVITY
from comvir.lib import clock
from comvir.lib.prepared import insert

if TYPE_CHECKING:
    from comvir.people.models import Community, Huddle, Person

# An arbitrary number of ours, held as PostgreSQL's advisory lock while deeds are written.
ORDERING_LOCK = 7_205_759_403


class OutsideAnAct(RuntimeError):
    """`record()` was called without a transaction: rows and deed must come or go together."""


def record(
    by: Person,
    verb: str,
    thing: models.Model,
    *,
    audience: str,
    community: Community | None = None,
    huddle: Huddle | None = None,
    to: Sequence[Person] = (),
    named: Sequence[Person] = (),
    name: str | None = None,
    context: models.Model | None = None,
    happened_at: datetime | None = None,
    undoes: Deed | None = None,
    uri: str | None = None,
) -> Deed:
    """Write one deed, as the last step of an act, inside its transaction.

    `to` are those it concerns, `named` those it only calls with an @; `name` is kept of the thing in place of its own.
    Raises OutsideAnAct without a transaction, ValueError for an unknown verb.
    """
    if not connection.in_atomic_block:
        raise OutsideAnAct(f"{verb} was recorded outside a transaction")
    deed = deed_of(
        by, verb, thing, audience=audience, community=community, huddle=huddle, context=context,
        happened_at=happened_at, undoes=undoes, uri=uri, name=name,
    )  # fmt: skip
    keep_order()
    insert(deed)
    called = {person.pk: True for person in named} | {person.pk: False for person in to}
    called.pop(by.pk, None)
    if called:
        for pk, as_named in called.items():
            insert(Addressee(deed=deed, person_id=pk, as_named=as_named))
    transaction.on_commit(bell.ring)
    return deed


def record_many(deeds: Iterable[Deed]) -> list[Deed]:
    """Write the deeds of an import, in the order given, each as `deed_of()` made it. No addressees.

    Raises OutsideAnAct without a transaction.
    """
    if not connection.in_atomic_block:
        raise OutsideAnAct("deeds were recorded outside a transaction")
    keep_order()
    written = Deed.objects.bulk_create(list(deeds), batch_size=500)
    transaction.on_commit(bell.ring)
    return written


def deed_of(
    by: Person,
    verb: str,
    thing: models.Model,
    *,
    audience: str,
    community: Community | None = None,
    huddle: Huddle | None = None,
    context: models.Model | None = None,
    happened_at: datetime | None = None,
    undoes: Deed | None = None,
    uri: str | None = None,
    name: str | None = None,
) -> Deed:
    """A deed not yet written, the same whether an act or an import makes it."""
    if verb not in ACTIVITY:
        raise ValueError(f"{verb} is not in the vocabulary: see comvir/journal/verbs.py")
    now = clock.now()
    return Deed(
        uri=uri,
        actor=by,
        verb=verb,
        object_type=thing._meta.label_lower,
        object_id=thing.pk,
        object_name=(str(getattr(thing, "deed_name", "")) if name is None else name)[:200],
        context_type=context._meta.label_lower if context is not None else "",
        context_id=context.pk if context is not None else None,
        community=community,
        huddle=huddle,
        audience=Audience(audience),
        happened_at=happened_at or now,
        recorded_at=now,
        undoes=undoes,
    )


def keep_order() -> None:
    """Make the order of commits the order of ids, on which every reader's bookmark relies.

    SQLite has one writer and gives it. PostgreSQL hands out ids before commits: a slow
    transaction would appear behind a bookmark that has already passed it, and be lost for ever.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ORDERING_LOCK])
