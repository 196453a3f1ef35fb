"""The reader of the journal that fills the hub's outbox: which subscriptions a deed may concern.

It casts wide: what is sent is made when it is sent, under what its reader may see then, and is not sent when it is
what was sent before. So it is enough here to leave nobody out; deeds that take sight away are among them, which is
how subscriptions end.
"""

from collections.abc import Sequence

from django.db.models import Q

from comvir.feeds.models import Delivery, Subscription
from comvir.feeds.subscribing import deliver
from comvir.journal.models import Deed
from comvir.journal.reading import Reader
from comvir.journal.verbs import (
    ATTEST,
    CHANGE_SIGHT,
    CORRECTED,
    DESCRIBED,
    EDITED,
    PASSED_ON,
    REMOVED,
    REOPENED,
    RESTORED,
    SAID,
    SETTLED,
)

NEWS = frozenset({SAID, EDITED, CORRECTED, REMOVED, RESTORED, PASSED_ON, SETTLED, REOPENED}) | ATTEST
THREAD = "conversation.thread"


def read(deeds: Sequence[Deed]) -> None:
    """Leave a delivery for each subscription these deeds may concern."""
    touching = [deed for deed in deeds if deed.verb in NEWS or deed.verb in CHANGE_SIGHT or deed.verb == DESCRIBED]
    if not touching or not Subscription.objects.exists():
        return
    concerned = Q(community=None)
    here = {deed.community_id for deed in touching if deed.verb in NEWS} - {None}
    threads = {deed.context_id for deed in touching if deed.context_type == THREAD} - {None}
    concerned |= Q(community__in=here) & (Q(thread=None) | Q(thread__in=threads))
    changed = [deed for deed in touching if deed.verb in CHANGE_SIGHT]
    if changed:
        people = {deed.actor_id for deed in changed} | {deed.object_id for deed in changed} - {None}
        concerned |= Q(community__in={deed.community_id for deed in changed} - {None}) | Q(key__person__in=people)
    deliver(list(Subscription.objects.filter(concerned).only("pk", "host", "prompt")), touching[-1].pk)


def forget() -> None:
    """Deliveries are of the present: read again from the beginning, the journal makes the same ones."""
    Delivery.objects.all().delete()


def _nobody_listens() -> bool:
    return not Subscription.objects.exists()


hub = Reader("feeds.hub", read, forget, idle=_nobody_listens)
