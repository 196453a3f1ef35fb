# ruff: noqa: PLC0415 - models wait for the folder this is told of
"""A large house, the same for the same seed: `python -m bench.large FOLDER MESSAGES` furnishes a data folder.

Rows are written as an import writes them, in the order in which they would have been said: so the messages of one
thread lie apart on the disk, as they do where people talk. Two fifths of all are in one giant thread, the rest in
threads of two to five hundred. What the figures need to know of it is kept in `bench.json`.
"""

import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.server import ROOT
from bench.town import wake
from bench.wording import Paragraph, paragraphs

SEED = 20260101
MESSAGES = {"quick": 5_000, "normal": 50_000, "full": 250_000}
SMALL = {"quick": 1_000, "normal": 5_000, "full": 25_000}
GIANT_SHARE = 0.4
CHUNK = 5_000
OPEN_AT_ONCE = 200
READ = 20
LAST = datetime(2026, 6, 1, tzinfo=UTC)
MESSAGE_FIELDS = (
    "id", "thread", "community", "position", "author", "text", "html", "sanitiser", "in_reply_to", "happened_at",
    "written_at", "kind", "place", "indexed",
)  # fmt: skip
THREAD_FIELDS = (
    "id", "community", "audience", "title", "starter", "started_at", "last_at", "kind", "last_position", "answers",
)  # fmt: skip
DEED_FIELDS = (
    "id", "actor", "verb", "object_type", "object_id", "object_name", "context_type", "context_id", "community",
    "audience", "happened_at", "recorded_at",
)  # fmt: skip
KINDS = ("fact", "question", "testimony", "opinion", "flash", "resource")
PLACES = {"fr": "Place des Tilleuls", "en": "Mill Lane"}


def large(messages: int) -> tuple[Path, dict[str, Any]]:
    """The data folder of a house of so many messages, built if this run has none yet, and what is in it."""
    folder = Path(os.environ["BENCH_DATA"]) / f"house-{messages}"
    told = folder / "bench.json"
    if not told.exists():
        line = [sys.executable, "-m", "bench.large", str(folder), str(messages)]
        environment = {**os.environ, "COMVIR_DATA": str(folder), "COMVIR_DATABASE": "", "PYTHONPATH": str(ROOT)}
        subprocess.run(line, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return folder, dict(json.loads(told.read_text()))


class _Thread:
    """A thread while it grows. `wanted` is how many messages it will have."""

    def __init__(self, pk: int, circle: int, wanted: int, language: str) -> None:
        self.pk, self.circle, self.wanted, self.language = pk, circle, wanted, language
        self.said = self.starter = self.opening = 0
        self.title, self.kind = "", ""
        self.began = self.last = LAST


class Builder:
    """Writes the house. `people` are ids of members, `circles` those of the circles with their languages."""

    def __init__(self, messages: int, people: list[int], circles: list[tuple[int, str]]) -> None:
        self.messages, self.people, self.circles = messages, people, circles
        self.dice = random.Random(SEED)
        each = max(200, min(3000, messages // 40))
        self.pool = {language: paragraphs(language, each, SEED) for language in ("fr", "en")}
        self.activity = [self.dice.lognormvariate(0, 1.2) for _ in people]
        self.threads: list[_Thread] = []
        self.deeds_before = 0
        self.step = timedelta(days=5 * 365) / messages

    def say_all(self) -> None:
        """Messages, their deeds, whom they answer, their tags and their entries in the index."""
        from django.db import connection, transaction

        from comvir.journal.reading import latest

        self.deeds_before = latest()
        waiting = iter(self._plan())
        giant = next(waiting)
        self.threads.append(giant)
        going: list[_Thread] = []
        done = 0
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA foreign_keys=OFF")
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.execute("PRAGMA cache_size=-200000")
        while done < self.messages:
            with transaction.atomic():
                done += self._chunk(giant, going, waiting, done)
        with transaction.atomic():
            self._keep_threads()

    def _plan(self) -> Iterator[_Thread]:
        """The giant first, then threads of which a few are long, some have twenty messages, and most are short."""
        left = self.messages - (most := int(self.messages * GIANT_SHARE))
        yield _Thread(1, self.circles[0][0], most, self.circles[0][1])
        pk, of_twenty = 1, max(40, self.messages // 600)
        while left > 0:
            pk += 1
            turn = self.dice.random()
            if pk % 10 == 0 and of_twenty > 0:
                wanted, of_twenty, place = READ, of_twenty - 1, 0
            else:
                wanted = 500 if turn < 0.01 else self.dice.randint(20, 100) if turn < 0.06 else self.dice.randint(2, 12)
                place = self.dice.choices(range(len(self.circles)), (6, 2, 1, 1))[0]
            wanted = min(wanted, left)
            left -= wanted
            yield _Thread(pk, self.circles[place][0], wanted, self.circles[place][1])

    def _chunk(self, giant: _Thread, going: list[_Thread], waiting: Iterator[_Thread], done: int) -> int:
        from comvir.conversation.models import Message, Tag
        from comvir.journal.models import Addressee, Deed
        from comvir.transfer.rows import insert

        size = min(CHUNK, self.messages - done)
        authors = self.dice.choices(self.people, self.activity, k=size)
        said, deeds, heard, tags, entries = [], [], [], [], []
        for place in range(size):
            pk = done + place + 1
            thread = self._next(giant, going, waiting)
            row, entry, tag = self._message(pk, thread, authors[place])
            said.append(row)
            entries.append(entry)
            at = row[9]
            deed = self.deeds_before + pk
            deeds.append((deed, row[4], "said", "conversation.message", pk, "", "conversation.thread", thread.pk,
                          thread.circle, "public", at, at))  # fmt: skip
            if thread.said > 1 and thread.starter != row[4]:
                heard.append((deed, thread.starter, False))
            if tag:
                tags.append((pk, thread.circle, tag))
        insert(Message, MESSAGE_FIELDS, said)
        insert(Deed, DEED_FIELDS, deeds)
        insert(Addressee, ("deed", "person", "as_named"), heard)
        insert(Tag, ("message", "community", "name"), tags)
        _index(entries)
        return size

    def _next(self, giant: _Thread, going: list[_Thread], waiting: Iterator[_Thread]) -> _Thread:
        """Whose turn it is to be spoken in; begins another thread when one is complete."""
        while len(going) < OPEN_AT_ONCE and (fresh := next(waiting, None)) is not None:
            going.append(fresh)
            self.threads.append(fresh)
        if giant.said < giant.wanted and (not going or self.dice.random() < GIANT_SHARE):
            thread = giant
        else:
            place = self.dice.randrange(len(going))
            thread = going[place]
            if thread.said + 1 == thread.wanted:
                going[place] = going[-1]
                going.pop()
        thread.said += 1
        return thread

    def _message(self, pk: int, thread: _Thread, author: int) -> tuple[list[Any], tuple[int, str, str, str], str]:
        from comvir.lib.text import SANITISER

        parts = self.dice.choices(self.pool[thread.language], k=self.dice.choice((1, 2, 2, 3)))
        at = LAST - self.step * (self.messages - pk)
        place, kind, shown = thread.said - 1, "", ""
        if self.dice.random() < 0.1:
            kind = KINDS[pk % 6]
            shown = PLACES[thread.language] if kind == "flash" else ""
        text = "\n\n".join(part.text for part in parts)
        if place == 0:
            thread.starter, thread.opening, thread.began, thread.kind = author, pk, at, kind
            thread.title = parts[0].text[:60].rstrip(" *#")
        thread.last = at
        answered = None
        row = [
            pk, thread.pk, thread.circle, place, author, text, "\n".join(part.html for part in parts), SANITISER,
            answered, at, at, kind, shown, 1,
        ]  # fmt: skip
        return row, self._entry(pk, thread, author, at, kind, parts, shown), parts[0].tag

    def _entry(
        self, pk: int, thread: _Thread, author: int, at: datetime, kind: str, parts: list[Paragraph], place: str
    ) -> tuple[int, str, str, str]:
        marks = f"c{thread.circle} a{author} m{at:%Y%m} y{at:%Y}{' k' + kind if kind else ''}"
        return pk, " ".join(part.tokens for part in parts), place.lower(), marks

    def _keep_threads(self) -> None:
        from comvir.conversation.models import Thread
        from comvir.transfer.rows import insert

        insert(Thread, THREAD_FIELDS, (
            (one.pk, one.circle, "public", one.title, one.starter, one.began, one.last, one.kind, one.said - 1,
             one.said - 1)
            for one in self.threads
        ))  # fmt: skip


def _index(entries: list[tuple[int, str, str, str]]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO conversation_search(rowid, words, place, marks) VALUES (%s,%s,%s,%s)", entries)


def main(folder: Path, messages: int) -> None:
    from bench import cast

    begun = time.perf_counter()
    os.environ.update(COMVIR_DATA=str(folder), COMVIR_DATABASE="")
    wake()
    people, circles, cookies = cast.settle(members=max(40, min(2000, messages // 100)), readers=_readers(messages))
    house = Builder(messages, people, circles)
    house.say_all()
    whole = [one.pk for one in house.threads if one.said == READ and one.circle == circles[0][0]]
    cast.read_some(whole)
    vouched = set(whole[::3])
    cast.vouch([one.opening for one in house.threads if one.pk in vouched], circles[0][0])
    cast.catch_up(circles)
    _put_away(folder)
    told = {
        "messages": messages, "seconds": round(time.perf_counter() - begun, 1), "giant": 1,
        "giant_last": house.threads[0].said - 1, "threads": len(house.threads), "of_twenty": whole,
        "not_vouched_for": [pk for pk in whole if pk not in vouched],
        "short": [one.pk for one in house.threads if one.said <= 6 and one.circle == circles[0][0]][:300],
        "circle": cast.SLUG, "cookies": cookies, "words": _words(house.pool["fr"]),
    }  # fmt: skip
    (folder / "bench.json").write_text(json.dumps(told))


def _readers(messages: int) -> int:
    return 410 if messages >= 50_000 else 30


def _words(pool: list[Paragraph]) -> dict[str, list[str]]:
    """What to look for: names that stand in one paragraph, pairs of words in a tenth of them, words in most."""
    from bench.wording import LINKS, WORDS

    texts = [set(part.text.lower().replace("*", "").replace(",", "").replace(".", "").split()) for part in pool]
    often = {word: sum(word in text for text in texts) / len(texts) for word in [*WORDS["fr"], *LINKS["fr"]]}
    middling = sorted(WORDS["fr"], key=lambda word: abs(often[word] - 0.1))[:12]
    common = sorted(often, key=lambda word: -often[word])[:3]
    pairs = [f"{one} {other}" for one, other in zip(middling[::2], middling[1::2], strict=True)]
    return {"rare": [part.name for part in pool[:60]], "two": pairs, "common": common}


def _put_away(folder: Path) -> None:
    from django.db import connection

    connection.close()
    for file in folder.glob("*.sqlite3"):
        database = sqlite3.connect(file)
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
