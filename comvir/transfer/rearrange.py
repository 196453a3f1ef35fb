"""Make room in threads that are in the house already: an archive may bring what was said before, or in between."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import F

from comvir.conversation.models import Message, Thread
from comvir.lib.archive.threads import answered_by
from comvir.transfer.plan import Kept, PlannedThread

# Places are unique within a thread: while messages change places, all stand this far aside.
ASIDE = 1_000_000_000
Places = dict[str, int]


def arrange(batch: list[PlannedThread], kept: Mapping[str, Kept], ids: Mapping[str, int]) -> list[Places]:
    """The place of every message in each thread, by key; of those said here, by "here:" and their id."""
    return [_places(one, _said_here(one)) for one in batch]


def _said_here(one: PlannedThread) -> list[tuple[datetime, int]]:
    if not one.absorbed:
        return []
    rows = Message.objects.filter(thread__in=one.absorbed, source_uri=None).order_by("happened_at", "pk")
    return list(rows.values_list("happened_at", "pk"))


def _places(one: PlannedThread, here: list[tuple[datetime, int]]) -> Places:
    first, *others = one.leaves
    # The mail that opens the conversation stays first, whatever the clocks said.
    order = [(leaf.date, 0, number, leaf.key) for number, leaf in enumerate(others)]
    order += [(date, 1, pk, f"here:{pk}") for date, pk in here]
    return {key: place for place, key in enumerate([first.key, *(key for *_, key in sorted(order))])}


def move(
    batch: list[PlannedThread],
    arranged: list[Places],
    kept: Mapping[str, Kept],
    ids: Mapping[str, int],
    new_threads: Mapping[int, int],
) -> None:
    """Put the messages that are in the house where they belong now; a thread left empty goes."""
    involved = {kept[leaf.key].thread for one in batch for leaf in one.leaves if leaf.key in kept}
    involved |= {thread for one in batch for thread in one.absorbed}
    if not involved:
        return
    Message.objects.filter(thread__in=involved).update(position=F("position") + ASIDE)
    rows = Message.objects.filter(thread__in=involved).in_bulk()
    for one, places in zip(batch, arranged, strict=True):
        thread = one.home or new_threads[id(one)]
        answers = answered_by(one.leaves)
        for key, place in places.items():
            pk = int(key.removeprefix("here:")) if key.startswith("here:") else ids[key]
            row = rows.get(pk)
            if row is not None:
                row.thread_id, row.position = thread, place
                if key in answers:
                    above = answers[key]
                    row.in_reply_to_id = ids[above] if above and above != one.leaves[0].key else None
    Message.objects.bulk_update(rows.values(), ["thread", "position", "in_reply_to"], batch_size=200)
    Thread.objects.filter(pk__in=involved, messages=None).delete()


def recount(batch: list[PlannedThread], kept: Mapping[str, Kept], new_threads: Mapping[int, int]) -> None:
    """Set what a thread says of its messages: who began it and when, how many answered, when the last did."""
    for one in batch:
        if not any(leaf.key in kept for leaf in one.leaves):
            continue
        thread = one.home or new_threads[id(one)]
        rows = list(
            Message.objects.filter(thread=thread)
            .order_by("position")
            .values_list("author_id", "happened_at", "position", "removed_at")
        )
        author, began, _, _ = rows[0]
        Thread.objects.filter(pk=thread).update(
            starter_id=author,
            started_at=began,
            last_at=max(row[1] for row in rows),
            last_position=rows[-1][2],
            answers=sum(row[3] is None for row in rows[1:]),
        )
