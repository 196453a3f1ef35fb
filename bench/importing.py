"""The archive of a mailing list taken into a new house: mails a second, and the most memory it took."""

import os
import resource
import tempfile
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from bench.town import WORDS, settle, wake

MAILS = {"quick": 1_000, "normal": 10_000, "full": 100_000}
IN_A_THREAD = 8


def measure(scale: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as place:
        os.environ.update(COMVIR_DATA=str(Path(place) / "data"), COMVIR_DATABASE="")
        archive = Path(place) / "list.mbox"
        write_archive(archive, MAILS[scale])
        wake()
        from comvir.transfer.mbox import import_mbox  # noqa: PLC0415 - models need the registry

        circle, _people = settle()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begun, busy = time.perf_counter(), time.process_time()
        report = import_mbox(archive, circle)
        spent, worked = time.perf_counter() - begun, time.process_time() - busy
        if report.taken != MAILS[scale]:
            raise RuntimeError(f"{report.taken} mails of {MAILS[scale]} came in")
        return {
            "mails": report.taken,
            "mails_per_s": round(report.taken / spent),
            "cpu_us": round(worked / report.taken * 1_000_000),
            "archive_mb": round(archive.stat().st_size / 1_000_000, 1),
            "peak_above_start_mb": round((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1000, 1),
        }


def write_archive(path: Path, mails: int) -> None:
    """An mbox of so many mails by forty people, in threads of eight."""
    moment = datetime(2019, 1, 1, 8, tzinfo=UTC)
    with path.open("w", encoding="utf-8") as file:
        for number in range(mails):
            first = number - number % IN_A_THREAD
            who = number * 7 % 40
            at = moment + timedelta(minutes=11 * number)
            file.write(f"From person{who}@example.org {at:%a %b %d %H:%M:%S %Y}\n")
            file.write(f"From: Person {who} <person{who}@example.org>\nDate: {format_datetime(at)}\n")
            file.write(
                f"Subject: {'' if number == first else 'Re: '}Sunday {first}\nMessage-ID: <{number}@example.org>\n"
            )
            if number != first:
                file.write(f"In-Reply-To: <{first}@example.org>\nReferences: <{first}@example.org>\n")
            file.write(
                "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
            )
            file.write(f"{WORDS}\n\nNumber {number}.\n\n")
