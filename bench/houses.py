"""The large houses the figures are taken in, built once for all of them: how long that takes, and what they weigh."""

from pathlib import Path
from typing import Any

from bench.large import MESSAGES, SMALL, large


def measure(scale: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    # The small one is there to compare with, which takes more time than the quick figures have.
    for messages in (MESSAGES[scale],) if scale == "quick" else (SMALL[scale], MESSAGES[scale]):
        folder, told = large(messages)
        found[f"messages_{messages}"] = {
            "built_s": told["seconds"],
            "messages_per_s": round(messages / told["seconds"]),
            "database_mb": round(_size(folder) / 1_000_000, 1),
            "threads": told["threads"],
            "in_the_giant": told["giant_last"] + 1,
        }
    return found


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.glob("*.sqlite3"))
