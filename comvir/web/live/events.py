"""What goes over a live stream: the number of a deed and the ids it is about, never a word of what was said."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

# A topic is what a page shows: ("thread", 12), ("community", 3), ("person", 7) for what is addressed to one.
Topic = tuple[str, int]

HEARTBEAT = b":\n\n"
RESYNC = b"event: resync\ndata: {}\n\n"


@dataclass(frozen=True)
class Event:
    """One deed, ready to send. `covered(sight)` says whether a sight may learn of it."""

    id: int
    topics: frozenset[Topic]
    body: bytes
    covered: Callable[[Any], bool]
    # Whose sight may have changed with this deed, and the community everybody's may have changed in.
    changes_people: frozenset[int] = field(default=frozenset())
    changes_community: int | None = None


def encode(number: int, name: str, data: dict[str, Any]) -> bytes:
    """One server-sent event, with its id."""
    return f"id: {number}\nevent: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()


def opening(position: int, retry_ms: int) -> bytes:
    """The first bytes of a stream: the position to resume from even if nothing follows, and how soon to come back."""
    return f"retry: {retry_ms}\nid: {position}\n\n".encode()


def farewell(retry_ms: int) -> bytes:
    """The last bytes of a stream that the house closes."""
    return f"retry: {retry_ms}\n\n".encode()
