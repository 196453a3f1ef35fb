"""The first walk through an archive: where each mail lies, who wrote it when, what it answers. Nothing is written.

What is kept of a mail is a few hundred bytes, whatever its length; its words are read in the second walk.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from comvir.lib.archive.mbox import Archive, Place
from comvir.lib.archive.message import Head, address_in, read_head
from comvir.lib.archive.threads import Leaf
from comvir.transfer.report import Report

LONGEST_SUBJECT = 300
STEP = 500
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Entry:
    """A mail to take in: where it lies, what threading needs of it, who wrote it (address, or "name:" and a name)."""

    place: Place
    leaf: Leaf
    author: str


@dataclass(slots=True)
class Survey:
    """What the first walk found: mails to take in by their key, and the best name of each author."""

    entries: dict[str, Entry]
    names: dict[str, str]


@dataclass(slots=True)
class _Seen:
    number: int
    place: Place
    head: Head
    date: datetime


def survey(
    archive: Archive, path: Path, known: Mapping[str, Mapping[datetime, str]], report: Report, now: datetime, told: Told
) -> Survey:
    """Walk through the archive. `known` gives, by Message-ID or digest, the dates and keys taken in before.

    `told(done, total)` hears of the progress in bytes. Raises NotAnArchive.
    """
    seen = _dated(list(_heads(archive, report, now, told)), path)
    entries: dict[str, Entry] = {}
    names: dict[str, Counter[str]] = {}
    keys = {base: dict(dates) for base, dates in known.items()}
    for one in sorted(seen, key=lambda one: (one.date, one.number)):
        author = author_key(one.head)
        names.setdefault(author, Counter())[one.head.name] += 1
        _span(report, one.date)
        dates = keys.setdefault(one.head.key, {})
        if one.date in dates:
            if dates[one.date] in entries:
                report.twice += 1
                report.note(one.number, one.head.subject, "twice")
            else:
                report.known += 1
            continue
        # Some programs gave several mails the same Message-ID: another date is another mail.
        key = one.head.key if not dates else f"{one.head.key}#{one.date:%Y%m%dT%H%M%S}"
        dates[one.date] = key
        entries[key] = Entry(one.place, _leaf(one, key), author)
        _count(report, one)
    return Survey(entries, {author: _best(counted, author) for author, counted in names.items()})


def author_key(head: Head) -> str:
    """What tells one writer from another: the address; without one, the name."""
    return head.address or f"name:{head.name.casefold()[:200]}"


def _heads(archive: Archive, report: Report, now: datetime, told: Told) -> list[_Seen]:
    heads = []
    told(0, archive.size)
    for number, place in enumerate(archive.places(), 1):
        report.read += 1
        if number % STEP == 0:
            told(place.end, archive.size)
        raw = archive.raw(place)
        if not raw.strip():
            report.skipped += 1
            report.note(number, "", "empty")
            continue
        try:
            head = read_head(raw, archive.envelope(place), now)
        except Exception as error:  # one mail never stops the others, whatever is in it
            report.skipped += 1
            report.note(number, "", f"unreadable: {type(error).__name__}")
            continue
        heads.append(_Seen(number, place, head, head.date or datetime.min.replace(tzinfo=UTC)))
    report.preamble = len(archive.bytes[: archive.preamble].strip(b"\xef\xbb\xbf \t\r\n"))
    told(archive.size, archive.size)
    return heads


def _dated(heads: list[_Seen], path: Path) -> list[_Seen]:
    """Give a mail without any date that can be believed the date of its neighbour in the file."""
    last = next((seen.head.date for seen in heads if seen.head.date), None)
    last = last or datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).replace(microsecond=0)
    for seen in heads:
        last = seen.date = seen.head.date or last
    return heads


def _leaf(one: _Seen, key: str) -> Leaf:
    head = one.head
    return Leaf(key, head.message_id, head.references, head.subject[:LONGEST_SUBJECT], one.date)


def _count(report: Report, one: _Seen) -> None:
    report.taken += 1
    report.without_id += not one.head.message_id
    report.without_author += not one.head.address
    if one.head.doubt:
        report.redated[one.head.doubt] = report.redated.get(one.head.doubt, 0) + 1
        report.note(one.number, one.head.subject, one.head.doubt)


def _span(report: Report, date: datetime) -> None:
    report.first = min(report.first or date, date)
    report.last = max(report.last or date, date)


def _best(counted: Counter[str], author: str) -> str:
    """The name most often given; a name that is an address is none, and the first half of the address stands for it."""
    names = [(-count, name) for name, count in counted.items() if name and not address_in(name)]
    if names:
        return min(names)[1]
    return "" if author.startswith("name:") else author.partition("@")[0].replace(".", " ").replace("_", " ")
