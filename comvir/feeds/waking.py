"""The hub's bell: rung when there is something to send or to verify, so that nobody waits for the clock."""

from collections.abc import Callable

_listeners: list[Callable[[], None]] = []


def listen(callback: Callable[[], None]) -> Callable[[], None]:
    """Call `callback` after each commit that left the hub something to do. Returns what stops it."""
    _listeners.append(callback)

    def stop() -> None:
        if callback in _listeners:
            _listeners.remove(callback)

    return stop


def ring() -> None:
    """Wake the hub."""
    for callback in list(_listeners):
        callback()
