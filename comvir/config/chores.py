"""What the house does by itself, and how often. A new chore is a line here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from comvir.config.housekeeping import Chores
from comvir.conversation.housekeeping import erase_removed, refresh_html, say_due
from comvir.conversation.pictures import sweep_desk
from comvir.conversation.previews import fetch_previews
from comvir.conversation.search import index_rest
from comvir.feeds.hub import Hub
from comvir.intake.housekeeping import poll_due
from comvir.memory.housekeeping import settle
from comvir.web.digests import send_digests

Chore = Callable[[], int]

# What somebody waits for: said later, sent at an hour, found by a search.
SOON: list[Chore] = [say_due, send_digests, index_rest]
SOON_SECONDS = 20.0
# What goes out to the web and may wait there: each has a thread of its own, and nobody waits for it.
OUTSIDE: list[Chore] = [fetch_previews, poll_due]
OUTSIDE_SECONDS = 10.0
# What is written there is one transaction each: whoever is out when the house closes is left behind.
PATIENCE = 2.0
# What can wait.
SOME_TIME: list[Chore] = [erase_removed, refresh_html, sweep_desk, settle]


class Helper(Protocol):
    """A thread that can be asked to end."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


def helpers() -> list[Helper]:
    """The threads that do all this, not yet started."""
    return [
        Chores(SOME_TIME),
        Chores(SOON, look_round=SOON_SECONDS, name="soon"),
        *(Chores([one], look_round=OUTSIDE_SECONDS, name=one.__name__, patience=PATIENCE) for one in OUTSIDE),
        Hub(),
    ]
