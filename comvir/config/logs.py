"""One line of log for one thing that went wrong, with the number of its request and no word of anybody's."""

from __future__ import annotations

import logging
import traceback
from typing import Any


class OneLine(logging.Formatter):
    """Level, logger, request number, message; an exception as its type and the places it went through.

    The address of a request is given as its pattern: addresses can hold keys. The text of an exception
    is left out for the same reason, but for those of the machine and of the database's own engine.
    """

    def format(self, record: logging.LogRecord) -> str:
        request: Any = getattr(record, "request", None)
        number = getattr(record, "request_id", None) or _number_of(request)
        message = record.getMessage() if request is None else f"{request.method} {_pattern_of(request)}"
        parts = [record.levelname, record.name, f"[{number}]" if number else "", message]
        if record.exc_info and record.exc_info[1] is not None:
            parts.append(_fault(record.exc_info[1]))
        line = " ".join(part for part in parts if part)
        return line.replace("\r", " ").replace("\n", " ")


def _number_of(request: Any) -> str:
    return str(request.META.get("comvir.request_id", "")) if hasattr(request, "META") else ""


def _pattern_of(request: Any) -> str:
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match is not None else "(no such address)"


def _fault(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    places = " < ".join(f"{_short(frame.filename)}:{frame.lineno}" for frame in reversed(frames))
    said = f": {error}" if isinstance(error, OSError) or type(error).__name__ == "OperationalError" else ""
    return f"| {type(error).__module__}.{type(error).__qualname__}{said} at {places}"


def _short(filename: str) -> str:
    return "/".join(filename.rsplit("/", 3)[1:])


def speak_in_one_line() -> None:
    """Let every handler of the root logger write so, and keep quiet about what visitors mistype or send amiss."""
    for handler in logging.getLogger().handlers:
        handler.setFormatter(OneLine())
    for name in ("django.request", "django.security", "uvicorn.error"):
        logging.getLogger(name).setLevel(logging.ERROR)
