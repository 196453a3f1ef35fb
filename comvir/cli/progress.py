"""A line that grows while something long is done; silent steps when nobody looks at a terminal."""

import sys
import time


class Progress:
    """`step(name, total)` begins a line; `more(size)` and `at(done, total)` move it."""

    def __init__(self) -> None:
        self._name, self._done, self._total, self._shown = "", 0, 0, 0.0
        self._live = sys.stderr.isatty()

    def step(self, name: str, total: int = 0) -> None:
        """Begin a new line; `total` in whatever unit `more` will count, 0 when unknown."""
        self.end()
        self._name, self._done, self._total = name, 0, total
        print(name, end="" if self._live else "\n", file=sys.stderr, flush=True)

    def more(self, size: int) -> None:
        """So much more of the total is done."""
        self.at(self._done + size, self._total)

    def at(self, done: int, total: int) -> None:
        """So much of so much is done."""
        self._done, self._total = done, total
        now = time.monotonic()
        if self._live and total and now - self._shown > 0.1:
            self._shown = now
            print(f"\r{self._name} {min(100, 100 * done // total)} %", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Close the line."""
        if self._live and self._name:
            print(f"\r{self._name}      ", file=sys.stderr, flush=True)
        self._name = ""
