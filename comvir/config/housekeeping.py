"""What the server does on the side: readers go through the journal, and one checkpointer tends the log of SQLite."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.db import close_old_connections, connection, transaction

from comvir.journal import bell
from comvir.journal.reading import Reader, catch_up, has_little_news
from comvir.lib.sqlite import has_wal_reset_fault, library, library_version

log = logging.getLogger("comvir.housekeeping")

LOOK_ROUND_SECONDS = 5.0
GATHER_SECONDS = 0.02
CHORES_SECONDS = 600.0
BETWEEN_PIECES_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 300.0
IDLE_SECONDS = 30.0
WORTH_TRUNCATING_BYTES = 4 << 20
LEAST_FREE_BYTES = 64 << 20


class Readers(threading.Thread):
    """Lets each reader catch up when there is news. A reader that fails is left alone for a while, then tried again."""

    def __init__(self, readers: Sequence[Reader], *, look_round: float = LOOK_ROUND_SECONDS) -> None:
        super().__init__(name="readers", daemon=True)
        self._readers = readers
        self._look_round = look_round
        self._news = threading.Event()
        self._pause = threading.Event()
        self._over = False
        self._faults = dict.fromkeys((reader.name for reader in readers), 0)
        self._not_before = dict.fromkeys((reader.name for reader in readers), 0.0)

    def wake(self) -> None:
        """There is news."""
        self._news.set()

    def run(self) -> None:
        hush = bell.listen(self.wake)
        self.wake()
        try:
            while not self._over:
                if self._news.wait(self._look_round) or any(self._faults.values()):
                    # What is done at the same moment is read in one go.
                    self._pause.wait(GATHER_SECONDS)
                    self._news.clear()
                    self._round()
        finally:
            hush()
            connection.close()

    def stop(self) -> None:
        """Finish the batch in hand and end."""
        self._over = True
        self._pause.set()
        self._news.set()
        if self.is_alive():
            self.join()

    def _round(self) -> None:
        if not any(self._faults.values()) and self._all_at_once():
            return
        for reader in self._readers:
            if self._over or time.monotonic() < self._not_before[reader.name]:
                continue
            try:
                close_old_connections()
                catch_up(reader)
            except Exception:
                self._faults[reader.name] += 1
                pause = min(2.0 ** self._faults[reader.name], LONGEST_PAUSE_SECONDS)
                self._not_before[reader.name] = time.monotonic() + pause
                log.exception("reader %s failed and tries again in %d s", reader.name, pause)
            else:
                self._faults[reader.name] = 0

    def _all_at_once(self) -> bool:
        """All readers in one transaction, which is one commit; False where each has to go by itself."""
        try:
            close_old_connections()
            if not has_little_news(self._readers):
                return False
            with transaction.atomic():
                for reader in self._readers:
                    catch_up(reader)
        except Exception:
            log.exception("the readers stumbled together, and go one by one")
            return False
        return True


class Chores(threading.Thread):
    """What has to be done some time, by nobody in particular: once after the start, then every `look_round` seconds.

    Each chore does a piece and says how much it did; it is asked again until nothing is left, with a pause between
    two pieces, since people come first.
    """

    def __init__(
        self,
        chores: Sequence[Callable[[], int]],
        *,
        look_round: float = CHORES_SECONDS,
        name: str = "chores",
        patience: float | None = None,
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._chores = chores
        self._look_round = look_round
        self._patience = patience
        self._over = threading.Event()

    def run(self) -> None:
        wait = min(LOOK_ROUND_SECONDS, self._look_round)
        while not self._over.wait(wait):
            wait = self._look_round
            for chore in self._chores:
                self._do(chore)
            connection.close()

    def stop(self) -> None:
        """Finish the piece in hand and end; waited for no longer than `patience` seconds, if it has an end."""
        self._over.set()
        if self.is_alive():
            self.join(self._patience)

    def _do(self, chore: Callable[[], int]) -> None:
        try:
            while chore() and not self._over.wait(BETWEEN_PIECES_SECONDS):
                pass
        except Exception:
            log.exception("a chore failed and waits for the next round")


class Checkpointer(threading.Thread):
    """Moves pages from SQLite's write-ahead log into the file, from this one place; and sees that one can write."""

    def __init__(self, database: Path, *, look_round: float = LOOK_ROUND_SECONDS) -> None:
        super().__init__(name="checkpointer", daemon=True)
        self._database = database
        self._log = database.with_name(f"{database.name}-wal")
        self._look_round = look_round
        self._over = threading.Event()
        self._seen = (0, 0.0)
        self._changed_at = time.monotonic()
        self.can_write = True

    def run(self) -> None:
        while not self._over.wait(self._look_round):
            try:
                self._look()
            except Exception as error:
                self.can_write = False
                log.error("the database could not be tended: %s", error)
        self._quietly_truncate()

    def stop(self) -> None:
        """Empty the log into the file and end."""
        self._over.set()
        if self.is_alive():
            self.join()

    def _look(self) -> None:
        now = time.monotonic()
        state = self._state()
        moved, self._seen = state != self._seen, state
        if moved:
            self._changed_at = now
            self._checkpoint("PASSIVE")
        elif state[0] > WORTH_TRUNCATING_BYTES and now - self._changed_at > IDLE_SECONDS:
            self._checkpoint("TRUNCATE")
            self._seen = self._state()
        self.can_write = free_bytes(self._database.parent) > LEAST_FREE_BYTES and os.access(self._database, os.W_OK)

    def _state(self) -> tuple[int, float]:
        try:
            found = self._log.stat()
        except FileNotFoundError:
            return (0, 0.0)
        return (found.st_size, found.st_mtime)

    def _checkpoint(self, mode: str) -> None:
        house: Any = library().connect(str(self._database), timeout=0.2, isolation_level=None)
        try:
            house.execute("PRAGMA wal_autocheckpoint=0")
            house.execute(f"PRAGMA wal_checkpoint({mode})").fetchall()
        finally:
            house.close()

    def _quietly_truncate(self) -> None:
        try:
            self._checkpoint("TRUNCATE")
        except Exception as error:
            log.error("the last checkpoint failed, and the next start will make it: %s", error)


def free_bytes(folder: Path) -> int:
    """Room left on the disk of `folder` for one who is not root."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize


def checkpointer_for(database: dict[str, Any]) -> Checkpointer | None:
    """The checkpointer this DATABASES entry needs: none on PostgreSQL, none without a write-ahead log."""
    if "sqlite" not in database["ENGINE"] or has_wal_reset_fault(library_version()):
        return None
    return Checkpointer(Path(database["NAME"]))
