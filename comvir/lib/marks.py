"""A place in a list sorted by -last_at, -pk: where its next page begins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q

_WRITTEN = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)-([1-9]\d{0,17})")


@dataclass(frozen=True)
class Mark:
    """The last movement of a row, aware, and its id."""

    last_at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{self.last_at.astimezone(UTC).strftime('%Y-%m-%dT%H:%M:%S.%fZ')}-{self.pk}"


def read_mark(written: str) -> Mark | None:
    """The mark an address carries; None when it is none."""
    found = _WRITTEN.fullmatch(written)
    if found is None:
        return None
    try:
        return Mark(datetime.fromisoformat(found[1]), int(found[2]))
    except ValueError:
        return None


def before_mark(mark: Mark | None) -> Q:
    """The condition on the rows behind a mark; on all of them without one."""
    return Q() if mark is None else Q(last_at__lt=mark.last_at) | Q(last_at=mark.last_at, pk__lt=mark.pk)
