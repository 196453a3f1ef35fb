"""Pages of lists sorted by their last movement: by key, so that a page stays quick and never skips a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from comvir.lib.marks import Mark, read_mark

M = TypeVar("M")


@dataclass(frozen=True)
class Page(Generic[M]):
    """Some rows, and the addresses of the pages on either side: "" where there is none."""

    rows: list[M]
    older: str
    newer: str


def page_by_last(rows: Callable[[Mark | None, int], list[M]], before: str, size: int = 20, keep: str = "") -> Page[M]:
    """The `size` rows that moved before the mark, or from the top without one.

    `rows(mark, limit)` gives the first `limit` rows behind a mark, by -last_at, -pk. `keep` stays in the addresses:
    empty, or ending with "&".
    """
    mark = read_mark(before)
    found = rows(mark, size + 1)
    more = len(found) > size
    found = found[:size]
    return Page(
        found,
        older=f"?{keep}before={_mark_of(found[-1])}" if more else "",
        newer=f"?{keep}".rstrip("&") if mark is not None else "",
    )


def _mark_of(row: Any) -> Mark:
    return Mark(row.last_at, row.pk)
