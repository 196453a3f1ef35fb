"""Pages of lists sorted by their last movement: by key, so that a page stays quick and never skips a row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)
_MARK = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)-([1-9]\d{0,17})")


@dataclass(frozen=True)
class Page(Generic[M]):
    """Some rows, and the addresses of the pages on either side: "" where there is none."""

    rows: list[M]
    older: str
    newer: str


def page_by_last(rows: QuerySet[M], before: str, size: int = 20) -> Page[M]:
    """The `size` rows that moved before the mark, of rows ordered by -last_at, -pk; from the top without a mark."""
    mark = _read(before)
    if mark is not None:
        rows = rows.filter(Q(last_at__lt=mark[0]) | Q(last_at=mark[0], pk__lt=mark[1]))
    found = list(rows[: size + 1])
    more = len(found) > size
    found = found[:size]
    return Page(found, older=f"?before={mark_of(found[-1])}" if more else "", newer="?" if mark is not None else "")


def mark_of(row: Model) -> str:
    """The place of a row in the list: its last movement and its id."""
    moment: datetime = row.last_at  # type: ignore[attr-defined]
    return f"{moment.astimezone(UTC).strftime('%Y-%m-%dT%H:%M:%S.%fZ')}-{row.pk}"


def _read(before: str) -> tuple[datetime, int] | None:
    found = _MARK.fullmatch(before)
    if found is None:
        return None
    try:
        return datetime.fromisoformat(found[1]), int(found[2])
    except ValueError:
        return None
