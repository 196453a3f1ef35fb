"""Take a mail archive into a community: every mail once, in its thread, at its own date, by its own author.

Two walks through the file. The first looks at headers and makes the plan; the second writes whole threads, some
hundreds of messages a transaction. What was killed between two transactions is simply planned again.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from comvir.conversation.models import TITLE_LIMIT, Message, Thread, ThreadAudience
from comvir.journal.models import Deed
from comvir.journal.record import deed_of, record_many
from comvir.journal.sight import Audience
from comvir.journal.verbs import SAID
from comvir.lib import clock
from comvir.lib import text as texts
from comvir.lib.archive.mbox import Archive
from comvir.lib.archive.threads import Leaf, title_of
from comvir.lib.archive.words import Words
from comvir.people.models import Community, Person, Visibility
from comvir.transfer import rearrange
from comvir.transfer.ghosts import Ghosts
from comvir.transfer.models import ArchivedMail
from comvir.transfer.plan import Kept, PlannedThread, dates_by_id, kept_in, plan
from comvir.transfer.report import Report
from comvir.transfer.rows import insert, take_ids
from comvir.transfer.survey import Survey, Told, survey
from comvir.transfer.words import kept_text
from comvir.transfer.workers import read_ahead

BATCH = 500
MESSAGE_FIELDS = (
    "id", "thread", "community", "position", "text", "html", "sanitiser", "author", "in_reply_to",
    "happened_at", "written_at", "source_uri",
)  # fmt: skip
THREAD, POSITION, TEXT, AUTHOR, ANSWERED, HAPPENED = (
    MESSAGE_FIELDS.index(name) for name in ("thread", "position", "text", "author", "in_reply_to", "happened_at")
)
HEADER_FIELDS = ("message", "mail_id", "references", "subject")


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
        kept = kept_in(community) if community.pk else {}
        found = survey(archive, path, dates_by_id(kept), report, now, looking)
        planned = plan(kept, (entry.leaf for entry in found.entries.values()))
        report.threads = sum(one.home is None for one in planned)
        if dry_run:
            known = set(Ghosts(community, {}).known) if community.pk else set()
            report.ghosts = len({entry.author for entry in found.entries.values()} - known)
        else:
            _Import(community, archive, found, kept, report, now).write(planned, writing)
    return report


class _Import:
    def __init__(
        self,
        community: Community,
        archive: Archive,
        found: Survey,
        kept: dict[str, Kept],
        report: Report,
        now: datetime,
    ) -> None:
        self.community, self.archive, self.kept, self.report, self.now = community, archive, kept, report, now
        self.entries = found.entries
        self.ghosts = Ghosts(community, found.names)
        public = community.visibility == Visibility.PUBLIC
        self.audience = ThreadAudience.PUBLIC if public else ThreadAudience.COMMUNITY
        self.deed_audience = Audience.PUBLIC if public else Audience.COMMUNITY

    def write(self, planned: list[PlannedThread], told: Told) -> None:
        total, done = len(self.entries), 0
        told(done, total)
        touched = [one for one in planned if any(leaf.key in self.kept for leaf in one.leaves)]
        fresh = [one for one in planned if all(leaf.key not in self.kept for leaf in one.leaves)]
        # Threads that were here already change together: between two of them messages may move.
        batches = (self._with_raws(batch) for batch in (touched, *_batches(fresh)) if batch)
        for batch, words in read_ahead(batches, total):
            done += self._write(batch, iter(words))
            told(done, total)

    def _with_raws(self, batch: list[PlannedThread]) -> tuple[list[PlannedThread], list[bytes]]:
        return batch, [
            self.archive.raw(self.entries[leaf.key].place) for leaf in _all(batch) if leaf.key not in self.kept
        ]

    def _write(self, batch: list[PlannedThread], words: Iterator[Words]) -> int:
        new = [leaf for leaf in _all(batch) if leaf.key not in self.kept]
        with transaction.atomic():
            homes = self._homes(batch)
            ids = {leaf.key: kept.message for leaf in _all(batch) if (kept := self.kept.get(leaf.key))}
            ids.update(zip((leaf.key for leaf in new), take_ids(Message, len(new)), strict=True))
            ghosts = self.ghosts.of((self.entries[leaf.key].author, leaf.date) for leaf in new)
            arranged = [rearrange.places_of(one) for one in batch]
            rows = {leaf.key: self._message(leaf, next(words), ids, ghosts) for leaf in new}
            for one, home, places in zip(batch, homes, arranged, strict=True):
                _place(one, home, places, ids, rows)
            Thread.objects.bulk_create(
                [self._thread(one, home, rows) for one, home in zip(batch, homes, strict=True) if one.home is None]
            )
            rearrange.move(batch, homes, arranged, self.kept, ids)
            insert(Message, MESSAGE_FIELDS, rows.values())
            insert(ArchivedMail, HEADER_FIELDS, (_headers(leaf, ids) for leaf in new))
            self._recount(batch, homes, rows)
            self._last(new)
            record_many(self._deeds(list(rows.values())))
        self.ghosts.remember(ghosts)
        self.report.ghosts = self.ghosts.made
        return len(new)

    def _homes(self, batch: list[PlannedThread]) -> list[int]:
        fresh = iter(take_ids(Thread, sum(one.home is None for one in batch)))
        return [next(fresh) if one.home is None else one.home for one in batch]

    def _message(self, leaf: Leaf, words: Words, ids: dict[str, int], ghosts: dict[str, int]) -> list[Any]:
        self.report.attachments += len(words.files)
        self.report.cut += words.cut
        text = kept_text(words, self.community.language)
        author = ghosts[self.entries[leaf.key].author]
        # No HTML yet: rendering half a million messages nobody may ever read again would take most of the time.
        return [
            ids[leaf.key], 0, self.community.pk, 0, text, "", "", author, None, leaf.date, self.now, leaf.key
        ]  # fmt: skip

    def _thread(self, one: PlannedThread, pk: int, rows: dict[str, list[Any]]) -> Thread:
        first, last = one.leaves[0], one.leaves[-1]
        if first.key in rows:
            author, text = rows[first.key][AUTHOR], rows[first.key][TEXT]
        else:
            opening = Message.objects.get(pk=self.kept[first.key].message)
            author, text = opening.author_id, opening.text
        return Thread(
            pk=pk, community=self.community, audience=self.audience, title=title_for(first, text), starter_id=author,
            started_at=first.date, last_at=last.date, last_position=len(one.leaves) - 1, answers=len(one.leaves) - 1,
        )  # fmt: skip

    def _recount(self, batch: list[PlannedThread], homes: list[int], rows: dict[str, list[Any]]) -> None:
        for one, home in zip(batch, homes, strict=True):
            first = one.leaves[0]
            if any(leaf.key in self.kept for leaf in one.leaves):
                title = title_for(first, rows[first.key][TEXT]) if first.key in rows else None
                rearrange.recount(home, title)

    def _deeds(self, messages: list[list[Any]]) -> Iterator[Deed]:
        people = Person.objects.in_bulk({row[AUTHOR] for row in messages})
        for row in messages:
            yield deed_of(
                people[row[AUTHOR]], SAID, Message(pk=row[0]), audience=self.deed_audience, community=self.community,
                context=Thread(pk=row[THREAD]), happened_at=row[HAPPENED],
            )  # fmt: skip

    def _last(self, leaves: list[Leaf]) -> None:
        newest = max((leaf.date for leaf in leaves), default=None)
        if newest:
            Community.objects.filter(pk=self.community.pk, last_at__lt=newest).update(last_at=newest)


def title_for(opening: Leaf, text: str) -> str:
    """A thread's title: the subject of its first mail, or its first words."""
    title = texts.tidy_line(title_of(opening.subject)) or texts.excerpt(text, 90) or "…"
    return title if len(title) <= TITLE_LIMIT else title[: TITLE_LIMIT - 1].rstrip() + "…"


def _place(
    one: PlannedThread, home: int, places: dict[str, int], ids: dict[str, int], rows: dict[str, list[Any]]
) -> None:
    answers = rearrange.answers_in(one, ids)
    for leaf in one.leaves:
        if leaf.key in rows:
            row = rows[leaf.key]
            row[THREAD], row[POSITION], row[ANSWERED] = home, places[leaf.key], answers[leaf.key]


def _headers(leaf: Leaf, ids: dict[str, int]) -> tuple[Any, ...]:
    return ids[leaf.key], leaf.message_id, " ".join(leaf.references), leaf.subject


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
