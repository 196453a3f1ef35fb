"""What befalls the machine a house lives on, told apart by the errors that reach us from it."""

from __future__ import annotations

import errno
from enum import Enum, auto

from django.db import DatabaseError

from comvir.lib.sqlite import library


class Mishap(Enum):
    """Something the host can mend, and that passes."""

    FULL = auto()
    READ_ONLY = auto()
    BUSY = auto()
    AWAY = auto()


_WORDS = {
    # SQLite cannot make its shared memory longer on a full disk, and calls that an error of reading and writing.
    Mishap.FULL: ("disk is full", "no space left", "disk i/o error"),
    Mishap.READ_ONLY: ("readonly database", "read-only", "unable to open database file"),
    Mishap.BUSY: ("database is locked",),
}
_ERRNO = {errno.ENOSPC: Mishap.FULL, errno.EDQUOT: Mishap.FULL, errno.EROFS: Mishap.READ_ONLY}


def mishap_of(error: BaseException | None) -> Mishap | None:
    """The mishap behind an error, None when the error is a fault of ours."""
    if isinstance(error, OSError):
        return _ERRNO.get(error.errno or 0)
    if not isinstance(error, DatabaseError | library().DatabaseError):
        return None
    said = str(error).lower()
    for mishap, words in _WORDS.items():
        if any(word in said for word in words):
            return mishap
    cause = type(error.__cause__)
    # psycopg keeps this name for a server that is away; SQLite uses it for mistakes in our own statements too.
    return Mishap.AWAY if cause.__module__.startswith("psycopg") and _is_operational(cause) else None


def _is_operational(kind: type) -> bool:
    return any(parent.__name__ == "OperationalError" for parent in kind.__mro__)
