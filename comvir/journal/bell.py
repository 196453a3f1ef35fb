"""A bell rung after each commit that wrote deeds, so that nobody in this process has to wait for the clock.

Only a nudge: who listens reads the journal from its own bookmark, and would find the deeds
without the bell, a little later. Deeds written by another process ring nothing here.
"""

from collections.abc import Callable

_listeners: list[Callable[[], None]] = []


def listen(callback: Callable[[], None]) -> Callable[[], None]:
    """Call `callback` after each recorded commit, in the thread that committed. Returns what stops it."""
    _listeners.append(callback)

    def stop() -> None:
        if callback in _listeners:
            _listeners.remove(callback)

    return stop


def ring() -> None:
    """Wake whoever listens."""
    for callback in list(_listeners):
        callback()
