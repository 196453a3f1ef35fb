"""Small mails and archives, written by hand."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"


def mail(
    number: int,
    *,
    subject: str = "Pique-nique",
    who: str = "Ana <ana@example.org>",
    answers: int | None = None,
    day: int | None = None,
    text: str = "Bonjour.",
    extra: str = "",
) -> str:
    """Mail `number`, written at noon of day `number` after 1 January 2020 unless told otherwise."""
    date = datetime(2020, 1, 1, 12, tzinfo=UTC) + timedelta(days=number if day is None else day)
    lines = [
        f"From somebody@example.org {date:%a %b %d %H:%M:%S %Y}",
        f"From: {who}",
        f"Date: {date:%a, %d %b %Y %H:%M:%S +0000}",
        f"Subject: {subject}",
        f"Message-ID: <{number}@list.example>",
    ]
    if answers is not None:
        lines += [f"In-Reply-To: <{answers}@list.example>", f"References: <{answers}@list.example>"]
    if extra:
        lines.append(extra)
    return "\n".join([*lines, "", text, "", ""])


def archive(folder: Path, *mails: str | bytes, name: str = "list.mbox") -> Path:
    """A file with these mails."""
    path = folder / name
    path.write_bytes(b"".join(one if isinstance(one, bytes) else one.encode() for one in mails))
    return path
