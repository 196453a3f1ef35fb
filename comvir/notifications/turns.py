"""Who is to be told that what they read has been corrected, confirmed or disputed since.

All who read it, answered after it, passed it on, gave their word on it or wrote it, before it turned. Who comes later
finds it as it is, and is told nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from comvir.journal.models import Deed
from comvir.journal.reading import catch_up
from comvir.journal.verbs import ATTEST, CORRECTED, PASSED_ON, SAID
from comvir.lib import clock
from comvir.lib.prepared import prepared
from comvir.memory.queries import turns_of
from comvir.memory.readers import standing
from comvir.notifications.levels import thread_of
from comvir.notifications.models import Notice, Seen
from comvir.people.desk import desk_moved
from comvir.people.models import Person

MESSAGE = "conversation.message"


def turns_among(deeds: Sequence[Deed]) -> list[Deed]:
    """Those of these deeds after which readers are to be told, oldest first."""
    words = [deed.pk for deed in deeds if deed.verb in ATTEST]
    turned: set[int] = set()
    if words:
        # Each reader goes at its own pace: this one needs the other to have been here.
        catch_up(standing)
        turned = {pk for pk, turn in turns_of(words).items() if turn.turned}
    return [deed for deed in deeds if deed.object_type == MESSAGE and (deed.verb == CORRECTED or deed.pk in turned)]


def knew(turn: Deed) -> tuple[set[int], int]:
    """The persons who knew the message before it turned, and who wrote it; not the one who made it turn."""
    message, thread = turn.object_id or 0, thread_of(turn)
    about = _about(message, MESSAGE, turn.pk)
    said = next(((pk, actor) for pk, actor, verb in about if verb == SAID), (0, 0))
    readers = set(_readers(thread, message, turn.recorded_at))
    answered = set(_answered(turn.community_id or 0, thread, said[0], turn.pk))
    people = _real({*readers, *answered, *(actor for _pk, actor, _verb in about)})
    author = next(iter(_real({said[1]})), 0)
    return people - {turn.actor_id} - _real({turn.actor_id}), author


def replace_older(turns: Sequence[Deed]) -> None:
    """Put away what still waits of earlier turns of the same messages: however often it flips, it is told once."""
    for turn in turns:
        alike = [CORRECTED] if turn.verb == CORRECTED else list(ATTEST)
        put_away(
            Notice.objects.filter(
                why=Notice.Why.TURNED, deed_id__lt=turn.pk, deed__verb__in=alike,
                deed__object_type=MESSAGE, deed__object_id=turn.object_id,
            )
        )  # fmt: skip


def put_away(notices: QuerySet[Notice]) -> None:
    """Settle what has become pointless, and say so of the desks it lay on."""
    waiting = notices.filter(settled_at=None)
    desks = set(waiting.values_list("person_id", flat=True))
    if desks:
        waiting.update(settled_at=clock.now())
    for person in desks:
        desk_moved(person)


def _real(persons: set[int]) -> set[int]:
    """The people who can come in behind these names: whoever claimed a ghost, and nobody for one left unclaimed."""
    return set(_with_account(list(persons))) if persons else set()


@prepared
def _with_account(persons: list[int]) -> QuerySet[Person, int]:
    behind = Person.objects.filter(Q(pk__in=persons) | Q(ghosts__in=persons)).exclude(account=None)
    return behind.values_list("pk", flat=True).distinct()


@prepared
def _about(message: int, kind: str, before: int) -> QuerySet[Deed, tuple[int, int, str]]:
    verbs = [SAID, PASSED_ON, *sorted(ATTEST)]
    about = Deed.objects.filter(object_type=kind, object_id=message, verb__in=verbs, pk__lt=before)
    return about.order_by("pk").values_list("pk", "actor_id", "verb")


@prepared
def _readers(thread: int, message: int, at: datetime) -> QuerySet[Seen, int]:
    came_so_far = Seen.objects.filter(thread_id=thread, message_id__gte=message, at__lte=at)
    return came_so_far.values_list("person_id", flat=True)


@prepared
def _answered(community: int, thread: int, after: int, before: int) -> QuerySet[Deed, int]:
    said = Deed.objects.filter(community=community, pk__gt=after, pk__lt=before, verb=SAID)
    here = said.filter(context_type="conversation.thread", context_id=thread)
    return here.values_list("actor_id", flat=True)
