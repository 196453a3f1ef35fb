"""`python -m comvir import mbox FILE --community ADDRESS`: the archive of a mailing list becomes conversations."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

from comvir.cli.house import need_house
from comvir.cli.trouble import Trouble
from comvir.lib.archive.mbox import NotAnArchive

if TYPE_CHECKING:
    from comvir.transfer.report import Report

ODD_SHOWN = 20
BETWEEN_LINES = 5.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What may follow `import`."""
    parser.description = "\n".join(
        [
            _("Bring a mailing list’s archive in: every message once, in its conversation, at its own date."),
            _("Its authors become names without a way in; whoever proves an address can claim theirs."),
            _("Run it again after an interruption, or when the archive has grown: nothing comes twice."),
        ]
    )
    parser.add_argument("kind", choices=["mbox"], help=_("what the archive is: mbox, one file of mails"))
    parser.add_argument("file", type=Path, help=_("the archive"))
    parser.add_argument(
        "--community", required=True, metavar="ADDRESS", help=_("the circle’s address, as in /c/ADDRESS/")
    )
    parser.add_argument(
        "--title",
        default="",
        help=_(
            "if there is no such circle yet, open it under this name: its front page is listed, people ask to come in, "
            "and the house’s first steward keeps it. Without a title nothing is opened; "
            "an existing circle keeps its name."
        ),
    )
    parser.add_argument("--dry-run", action="store_true", help=_("only say what would be done"))


def run(options: argparse.Namespace) -> int:
    """Import, and give account of it. Raises Trouble for what the host can mend."""
    from comvir.lib.archive.mbox import Archive  # noqa: PLC0415 - beside the next ones, for one reason
    from comvir.people.models import Community  # noqa: PLC0415 - models need the registry; --help must not wait for it
    from comvir.transfer.mbox import import_mbox  # noqa: PLC0415 - the same
    from comvir.transfer.opening import find_or_open  # noqa: PLC0415 - the same

    need_house()
    try:
        # Looked at before a circle is opened for it: a wrong file must not leave an empty circle behind.
        with Archive(options.file) as archive:
            next(archive.places())
        _check_address(options)
        community = find_or_open(options.community, options.title, nobody=_("The archive"), dry_run=options.dry_run)
        with _progress() as (looking, writing):
            report = import_mbox(
                options.file, community or Community(), dry_run=options.dry_run, looking=looking, writing=writing
            )
    except NotAnArchive as error:
        raise Trouble(_why_not(error, options.file)) from error
    print("\n".join(account(report, dry_run=options.dry_run)))
    return 0


def _check_address(options: argparse.Namespace) -> None:
    from comvir.people.models import Community  # noqa: PLC0415 - models need the registry
    from comvir.transfer.opening import fit_slug  # noqa: PLC0415 - the same

    words = {"address": options.community}
    addresses = list(Community.objects.order_by("slug").values_list("slug", flat=True))
    if options.community in addresses:
        return
    if options.title and not fit_slug(options.community):
        raise Trouble(
            _("“%(address)s” can’t be the address of a circle: small letters, digits and hyphens, 40 at most.") % words
        )
    if not options.title:
        words["known"] = ", ".join(addresses[:20]) + ("…" if len(addresses) > 20 else "")
        raise Trouble(
            _("There is no circle at “%(address)s”. There are: %(known)s. To open one, add --title and its name.")
            % words
            if addresses
            else _("There is no circle at “%(address)s”, nor any other yet. To open one, add --title and its name.")
            % words
        )


def _why_not(error: NotAnArchive, file: Path) -> str:
    sentences = {
        "missing": _("There is no such file: %(file)s"),
        "folder": _(
            "This is a folder: %(file)s. Name the mbox file inside it; a Maildir has to be made into one first."
        ),
        "unreadable": _("The file can’t be read (%(detail)s): %(file)s"),
        "empty": _("The file is empty: %(file)s. Fetch the archive again."),
        "packed": _("The file is packed (%(detail)s): %(file)s. Unpack it first, then name the mbox file."),
        "binary": _("This is no mail archive, but a file of another kind: %(file)s. An mbox begins with “From ”."),
        "mail": _(
            "There is no message in %(file)s: in an mbox each begins with a line “From someone date”. Is it one?"
        ),
    }
    return sentences[error.reason] % {"file": file, "detail": error.detail}


def account(report: Report, *, dry_run: bool = False) -> list[str]:
    """What was taken, what was not and why, in lines for people."""
    lines = [
        ngettext("%(n)d message in the archive", "%(n)d messages in the archive", report.read) % {"n": report.read}
    ]
    if report.first and report.last:
        words = {"first": report.first.date().isoformat(), "last": report.last.date().isoformat()}
        lines[0] += _(", from %(first)s to %(last)s") % words
    taken = {"n": report.taken, "threads": report.threads, "people": report.ghosts}
    if dry_run:
        lines.append(_("Would be taken in: %(n)d. New conversations: %(threads)d. New names: %(people)d.") % taken)
    else:
        lines.append(_("Taken in: %(n)d. New conversations: %(threads)d. New names: %(people)d.") % taken)
    lines += [sentence % {"n": number} for number, sentence in _counts(report) if number]
    lines += _odd(report)
    return lines


def _counts(report: Report) -> list[tuple[int, str]]:
    return [
        (report.known, _("Here already: %(n)d.")),
        (report.twice, _("Twice in the file, taken once: %(n)d.")),
        (report.skipped, _("Left out: %(n)d.")),
        (
            report.redated.get("undated", 0),
            _("Without a date one can read, given their envelope’s or neighbour’s: %(n)d."),
        ),
        (
            report.redated.get("future", 0),
            _("Dated in the future, given their envelope’s or neighbour’s date: %(n)d."),
        ),
        (
            report.redated.get("past", 0),
            _("Dated before there was mail, given their envelope’s or neighbour’s date: %(n)d."),
        ),
        (report.without_author, _("Without an address, so that nobody can claim them: %(n)d.")),
        (report.without_id, _("Without a Message-ID, known again by their text: %(n)d.")),
        (report.attachments, _("Attachments, named in their messages and not kept: %(n)d.")),
        (report.cut, _("Too long, cut at their end: %(n)d.")),
        (report.preamble, _("Bytes before the first message, passed over: %(n)d.")),
    ]


def _odd(report: Report) -> list[str]:
    reasons = {
        "twice": _("stands twice in the file"),
        "empty": _("nothing but its separator"),
        "undated": _("no date"),
        "future": _("dated in the future"),
        "past": _("dated before there was mail"),
    }
    lines = [
        f"  {odd.number}: {reasons.get(odd.reason, odd.reason)}{f' – {odd.subject}' if odd.subject else ''}"
        for odd in sorted(report.odd, key=lambda odd: odd.number)[:ODD_SHOWN]
    ]
    return [*lines, "  …"] if len(report.odd) > ODD_SHOWN else lines


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed or 0
        return Text(task.fields["rate"] % {"n": round(speed)}, style="progress.data.speed")


@contextmanager
def _progress() -> Iterator[tuple[_Line, _Line]]:
    """Two lines that grow, one for each walk: bars on a terminal, now and then a plain line elsewhere."""
    if not sys.stderr.isatty():
        yield _Line(_("Looking"), 1_000_000, _("MB")), _Line(_("Writing"), 1, _("messages"))
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), _Rate(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        yield (
            _Line(_("Looking"), 1_000_000, _("MB"), bars),
            _Line(_("Writing"), 1, _("messages"), bars),
        )


class _Line:
    """Hears of the progress of one walk and shows it, with its rate and the time left."""

    def __init__(self, name: str, scale: int, unit: str, bars: Progress | None = None) -> None:
        self.name, self.scale, self.unit, self.bars = name, scale, unit, bars
        self.task = None if bars is None else bars.add_task(name, total=None, start=False, rate=f"%(n)d {unit}/s")
        self.began = self.shown = 0.0

    def __call__(self, done: int, total: int) -> None:
        """So much of so much is done."""
        now = time.monotonic()
        if not self.began:
            self.began = self.shown = now
            if self.bars is not None and self.task is not None:
                self.bars.start_task(self.task)
        if self.bars is not None and self.task is not None:
            self.bars.update(self.task, completed=done / self.scale, total=total / self.scale)
        elif total and (now - self.shown >= BETWEEN_LINES or done == total):
            self.shown = now
            print(self._plain(done, total, now - self.began), file=sys.stderr, flush=True)

    def _plain(self, done: int, total: int, took: float) -> str:
        rate = done / took / self.scale if took > 0 else 0
        words = {
            "name": self.name,
            "done": f"{done / self.scale:,.0f}",
            "total": f"{total / self.scale:,.0f}",
            "unit": self.unit,
            "rate": f"{rate:,.0f}",
            "left": round((total - done) / self.scale / rate) if rate else 0,
        }
        return _("%(name)s: %(done)s of %(total)s %(unit)s, %(rate)s %(unit)s a second, %(left)s s left") % words
