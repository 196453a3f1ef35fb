"""Make room in threads that are in the house already: an archive may bring what was said before, or in between."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import F

from comvir.conversation.models import Message, Thread
from comvir.lib.archive.threads import answered_by
from comvir.transfer.plan import Kept, PlannedThread

# Places are unique within a thread: while messages change places, all stand this far aside.
ASIDE = 1_000_000_000
HERE = "here:"


def places_of(one: PlannedThread) -> dict[str, int]:
    """The place of every message in a thread, by key; of those said in this house, by "here:" and their id."""
    first, *others = one.leaves
    # The mail that opens the conversation stays first, whatever the clocks said.
    order = [(leaf.date, 0, number, leaf.key) for number, leaf in enumerate(others)]
    order += [(date, 1, pk, f"{HERE}{pk}") for date, pk in _said_here(one)]
    return {key: place for place, key in enumerate([first.key, *(key for *_, key in sorted(order))])}


def answers_in(one: PlannedThread, ids: Mapping[str, int]) -> dict[str, int | None]:
    """For each mail the id of the message it answers; None when it answers the opening, which is all of it."""
    opening = one.leaves[0].key
    return {
        key: ids[above] if above is not None and above != opening else None
        for key, above in answered_by(one.leaves).items()
    }


def move(
    batch: list[PlannedThread],
    homes: list[int],
    arranged: list[dict[str, int]],
    kept: Mapping[str, Kept],
    ids: Mapping[str, int],
) -> None:
    """Put the messages that are in the house where they belong now; a thread left empty goes."""
    involved = {kept[leaf.key].thread for one in batch for leaf in one.leaves if leaf.key in kept}
    if not involved:
        return
    Message.objects.filter(thread__in=involved).update(position=F("position") + ASIDE)
    rows = Message.objects.filter(thread__in=involved).in_bulk()
    for one, home, places in zip(batch, homes, arranged, strict=True):
        answers = answers_in(one, ids)
        for key, place in places.items():
            said_here = key.startswith(HERE)
            row = rows.get(int(key.removeprefix(HERE)) if said_here else ids[key])
            if row is not None:
                row.thread_id, row.position = home, place
                if not said_here:
                    row.in_reply_to_id = answers[key]
    Message.objects.bulk_update(rows.values(), ["thread", "position", "in_reply_to"], batch_size=200)
    Thread.objects.filter(pk__in=involved - set(homes), messages=None).delete()


def recount(thread: int, title: str | None) -> None:
    """Set what a thread says of its messages: who began it and when, how many answered, when the last did.

    `title`: its new one, when another mail opens it now.
    """
    rows = list(
        Message.objects.filter(thread=thread)
        .order_by("position")
        .values_list("author_id", "happened_at", "position", "removed_at")
    )
    starter, began, _, _ = rows[0]
    Thread.objects.filter(pk=thread).update(
        starter_id=starter,
        started_at=began,
        last_at=max(row[1] for row in rows),
        last_position=rows[-1][2],
        answers=sum(row[3] is None for row in rows[1:]),
        **({"title": title} if title else {}),
    )


def _said_here(one: PlannedThread) -> list[tuple[datetime, int]]:
    if not one.absorbed:
        return []
    rows = Message.objects.filter(thread__in=one.absorbed, source_uri=None).order_by("happened_at", "pk")
    return list(rows.values_list("happened_at", "pk"))
