"""Take a mail archive into a community: every mail once, in its thread, at its own date, by its own author.

Two walks through the file. The first looks at headers and makes the plan; the second writes whole threads, some
hundreds of messages a transaction. What was killed between two transactions is simply planned again.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from django.db import transaction

from comvir.conversation.models import TITLE_LIMIT, Message, Thread, ThreadAudience
from comvir.journal.models import Audience, Deed
from comvir.journal.record import deed_of, record_many
from comvir.journal.verbs import SAID
from comvir.lib import clock
from comvir.lib import text as texts
from comvir.lib.archive.mbox import Archive
from comvir.lib.archive.threads import Leaf, answered_by, title_of
from comvir.people.models import Community, Person, Visibility
from comvir.transfer import rearrange
from comvir.transfer.ghosts import Ghosts
from comvir.transfer.models import ArchivedMail
from comvir.transfer.plan import Kept, PlannedThread, dates_by_id, kept_in, plan
from comvir.transfer.report import Report
from comvir.transfer.rows import take_ids
from comvir.transfer.survey import Entry, Survey, Told, survey
from comvir.transfer.words import words_of

BATCH = 500


def nobody(_done: int, _total: int) -> None:
    """Hears of progress and does nothing."""


def import_mbox(
    path: Path, community: Community, *, dry_run: bool = False, looking: Told = nobody, writing: Told = nobody
) -> Report:
    """Take the archive in. With `dry_run` only say what would be done.

    `looking` hears of the first walk in bytes, `writing` of the second in messages. Raises NotAnArchive.
    """
    now = clock.now()
    report = Report()
    with Archive(path) as archive:
        kept = kept_in(community)
        found = survey(archive, path, dates_by_id(kept), report, now, looking)
        planned = plan(kept, (entry.leaf for entry in found.entries.values()))
        report.threads = sum(one.home is None for one in planned)
        if dry_run:
            report.ghosts = len({entry.author for entry in found.entries.values()} - set(Ghosts(community, {}).known))
        else:
            _Import(community, archive, found, kept, report, now).write(planned, writing)
    return report


class _Import:
    def __init__(
        self, community: Community, archive: Archive, found: Survey, kept: dict[str, Kept], report: Report, now: datetime
    ) -> None:
        self.community, self.archive, self.kept, self.report, self.now = community, archive, kept, report, now
        self.entries = found.entries
        self.ghosts = Ghosts(community, found.names)
        public = community.visibility == Visibility.PUBLIC
        self.audience = ThreadAudience.PUBLIC if public else ThreadAudience.COMMUNITY
        self.deed_audience = Audience.PUBLIC if public else Audience.COMMUNITY

    def write(self, planned: list[PlannedThread], told: Told) -> None:
        total, done = len(self.entries), 0
        touched = [one for one in planned if any(leaf.key in self.kept for leaf in one.leaves)]
        fresh = [one for one in planned if all(leaf.key not in self.kept for leaf in one.leaves)]
        # Threads that were here already change together: between two of them messages may move.
        for batch in [touched, *_batches(fresh)]:
            if batch:
                done += self._write(batch)
                told(done, total)

    def _write(self, batch: list[PlannedThread]) -> int:
        with transaction.atomic():
            new = [[leaf for leaf in one.leaves if leaf.key not in self.kept] for one in batch]
            homeless = [one for one in batch if one.home is None]
            thread_ids = dict(zip(map(id, homeless), take_ids(Thread, len(homeless)), strict=True))
            leaves = [leaf for some in new for leaf in some]
            ids = {leaf.key: one.message for leaf in _all(batch) if (one := self.kept.get(leaf.key))}
            ids.update(zip((leaf.key for leaf in leaves), take_ids(Message, len(leaves)), strict=True))
            ghosts = self.ghosts.of((self.entries[leaf.key].author, leaf.date) for leaf in leaves)
            arranged = rearrange.arrange(batch, self.kept, ids)
            messages: list[Message] = []
            threads: list[Thread] = []
            for one, places in zip(batch, arranged, strict=True):
                thread_id = one.home or thread_ids[id(one)]
                answers = answered_by(one.leaves)
                opening = one.leaves[0].key
                for leaf in one.leaves:
                    if leaf.key not in self.kept:
                        above = answers[leaf.key]
                        answered = ids[above] if above and above != opening else None
                        messages.append(self._message(leaf, thread_id, places[leaf.key], ids, ghosts, answered))
                if one.home is None:
                    threads.append(self._thread(one, thread_id, ghosts, messages[-len(one.leaves) :]))
            Thread.objects.bulk_create(threads)
            rearrange.move(batch, arranged, self.kept, ids, thread_ids)
            Message.objects.bulk_create(messages)
            ArchivedMail.objects.bulk_create(_headers(leaves, ids))
            rearrange.recount(batch, self.kept, thread_ids)
            self._last(leaves)
            record_many(self._deeds(messages))
        self.ghosts.remember(ghosts)
        self.report.ghosts = self.ghosts.made
        return len(leaves)

    def _message(
        self, leaf: Leaf, thread: int, position: int, ids: dict[str, int], ghosts: dict[str, int], answered: int | None
    ) -> Message:
        entry: Entry = self.entries[leaf.key]
        words = words_of(self.archive.raw(entry.place), self.community.language)
        self.report.attachments += words.attachments
        self.report.cut += words.cut
        # No HTML yet: rendering half a million messages nobody may ever read again would take most of the time.
        return Message(
            pk=ids[leaf.key], thread_id=thread, community=self.community, position=position, text=words.text,
            author_id=ghosts[entry.author], in_reply_to_id=answered, happened_at=leaf.date, written_at=self.now,
            source_uri=leaf.key,
        )  # fmt: skip

    def _thread(self, one: PlannedThread, pk: int, ghosts: dict[str, int], messages: list[Message]) -> Thread:
        first, last = one.leaves[0], one.leaves[-1]
        return Thread(
            pk=pk, community=self.community, audience=self.audience, title=title_for(first, messages[0].text),
            starter_id=ghosts[self.entries[first.key].author], started_at=first.date, last_at=last.date,
            last_position=len(one.leaves) - 1, answers=len(one.leaves) - 1,
        )  # fmt: skip

    def _deeds(self, messages: Iterable[Message]) -> Iterator[Deed]:
        people = Person.objects.in_bulk({message.author_id for message in messages})
        for message in messages:
            yield deed_of(
                people[message.author_id], SAID, message, audience=self.deed_audience, community=self.community,
                context=Thread(pk=message.thread_id), happened_at=message.happened_at,
            )  # fmt: skip

    def _last(self, leaves: list[Leaf]) -> None:
        newest = max((leaf.date for leaf in leaves), default=None)
        if newest:
            Community.objects.filter(pk=self.community.pk, last_at__lt=newest).update(last_at=newest)


def title_for(opening: Leaf, text: str) -> str:
    """A thread's title: the subject of its first mail, or its first words."""
    title = texts.tidy_line(title_of(opening.subject)) or texts.excerpt(text, 90) or "…"
    return title if len(title) <= TITLE_LIMIT else title[: TITLE_LIMIT - 1].rstrip() + "…"


def _headers(leaves: list[Leaf], ids: dict[str, int]) -> list[ArchivedMail]:
    return [
        ArchivedMail(
            message_id=ids[leaf.key], mail_id=leaf.message_id, references=" ".join(leaf.references), subject=leaf.subject
        )
        for leaf in leaves
    ]


def _all(batch: list[PlannedThread]) -> Iterator[Leaf]:
    for one in batch:
        yield from one.leaves


def _batches(threads: list[PlannedThread]) -> Iterator[list[PlannedThread]]:
    """Whole threads, together about BATCH messages: what is committed is never half a conversation."""
    batch: list[PlannedThread] = []
    size = 0
    for one in threads:
        batch.append(one)
        size += len(one.leaves)
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    yield batch
