# ruff: noqa: PLC0415 - models wait for the folder this chooses
"""How many mails a second `import mbox` takes in: `python bench/import_rate.py ARCHIVE [TIMES]`.

The archive is written TIMES over (10 unless told otherwise), each copy with Message-IDs of its own, and taken into a
new house in a temporary folder. The figure is the whole import: both walks, ghosts, threads, words, journal. HTML is
made when a message is first read, and is timed apart.
"""

import os
import re
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def main(archive: Path, times: int) -> None:
    with tempfile.TemporaryDirectory(prefix="comvir-bench-") as folder:
        os.environ["COMVIR_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "comvir.config.settings"
        grown = Path(folder) / "grown.mbox"
        grow(archive, times, grown)
        measure(grown)


def grow(archive: Path, times: int, to: Path) -> None:
    """Write an archive several times over, no Message-ID twice."""
    ids = re.compile(rb"^((?:message-id|references|in-reply-to):[^\n]*?)@", re.IGNORECASE | re.MULTILINE)
    with to.open("wb") as file:
        for copy in range(times):
            file.write(ids.sub(rb"\1." + str(copy).encode() + rb"@", archive.read_bytes()).rstrip(b"\n") + b"\n\n")


def measure(archive: Path) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from comvir.conversation.models import Message
    from comvir.lib.text import render
    from comvir.people import acts
    from comvir.people.models import Account
    from comvir.transfer.mbox import import_mbox

    steward = acts.arrive(by=Account.objects.create_user("gil@example.org"), name="Gil")
    community = acts.open_community(by=steward, name="Archive", theme="learning")
    for run in ("first", "second"):
        began, here, there = time.perf_counter(), used(resource.RUSAGE_SELF), used(resource.RUSAGE_CHILDREN)
        report = import_mbox(archive, community)
        took = time.perf_counter() - began
        here, there = used(resource.RUSAGE_SELF) - here, used(resource.RUSAGE_CHILDREN) - there
        print(
            f"{run} run: {report.read:,} read, {report.taken:,} taken, {took:.2f} s, {report.read / took:,.0f} a second"
        )
        print(f"  processor time: {here:.2f} s in the import itself, {there:.2f} s in its workers")
    texts = list(Message.objects.values_list("text", flat=True)[:500])
    began = time.perf_counter()
    for text in texts:
        render(text)
    print(f"rendering at first reading: {(time.perf_counter() - began) / len(texts) * 1e6:,.0f} µs a message")


def used(who: int) -> float:
    """Processor time in seconds: what other work on the machine does not change."""
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10)
