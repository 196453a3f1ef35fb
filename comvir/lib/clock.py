"""The one clock of the house, so that tests and the demonstration can set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_held: ContextVar[datetime | None] = ContextVar("held", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _held.get() or timezone.now()


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Hold the clock at an aware moment for the length of the block, in this thread or task only."""
    if timezone.is_naive(moment):
        raise ValueError("the clock needs a moment with its time zone")
    token = _held.set(moment)
    try:
        yield
    finally:
        _held.reset(token)
