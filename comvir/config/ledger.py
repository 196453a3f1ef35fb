"""What a kept page is held against: where the journal stands, and the reader's session, account and desk.

One statement for each request. On SQLite it is asked in the event loop, through a connection of its own that only
reads: it takes less than going to a thread and back. On PostgreSQL, which is a network away, in a thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from django.db import OperationalError, connection

from comvir.journal.verbs import CHANGE_STANDING
from comvir.lib.sqlite import library

_STANDING = ", ".join(f"'{verb}'" for verb in sorted(CHANGE_STANDING))
LOOK = """
SELECT (SELECT MAX(id) FROM journal_deed), (SELECT moved FROM people_house),
       (SELECT session_data FROM django_session WHERE session_key = ? AND expire_date > ?),
       (SELECT MAX(id) FROM notifications_notice WHERE person_id = ?),
       a.password, a.is_active, a.language, a.scheme, a.text_size, p.desk
  FROM people_person p JOIN people_account a ON a.person_id = p.id WHERE p.id = ? AND a.id = ?
"""
LOOK_ANONYMOUS = "SELECT (SELECT MAX(id) FROM journal_deed), (SELECT moved FROM people_house)"
# The deed up to which pages can be true: one that may change a standing counts once its reader has read it.
STAND = f"""
SELECT COALESCE(
    (SELECT MIN(id) - 1 FROM journal_deed
      WHERE id > COALESCE((SELECT at FROM journal_bookmark WHERE reader = 'memory.standing'), 0)
        AND verb IN ({_STANDING})),
    (SELECT MAX(id) FROM journal_deed), 0)
"""
SINCE = """
SELECT id, CASE WHEN object_type = 'conversation.thread' THEN object_id
                WHEN context_type = 'conversation.thread' THEN context_id END,
       community_id, object_id, object_type, verb
  FROM journal_deed WHERE id > ? ORDER BY id LIMIT 2001
"""
MOST_AT_ONCE = 2000
MOST_REMEMBERED = 50_000

Rows = list[tuple[Any, ...]]
Ask = Callable[[str, tuple[Any, ...]], Rows]


class State(NamedTuple):
    """What moves without a deed: the house's own, and the reader's. Without a session that leads to them, None."""

    moved: int
    session: str | None
    account: tuple[Any, ...]

    @property
    def holds(self) -> bool:
        """Whether the session still leads to the reader."""
        return self.session is not None


class Journal:
    """The last deed that touched each thread and community, as far as the journal was read; `seen` is how far."""

    def __init__(self) -> None:
        self.seen = 0
        self._all = 0
        self._threads: dict[int, int] = {}
        self._communities: dict[int, int] = {}

    def touched(self, threads: Collection[int], communities: Collection[int]) -> int:
        """The last deed that touched any of these, or that may have touched every page."""
        last = [self._threads.get(one, 0) for one in threads]
        return max(self._all, *last, *(self._communities.get(one, 0) for one in communities), 0)

    def read(self, rows: Rows) -> None:
        """Take deeds in, as SINCE gives them."""
        for deed, thread, community, *_object in rows:
            self.seen = deed
            if thread is None:
                # Who may see what, names, charters: it is rare, and may show anywhere.
                self._all = deed
                continue
            self._threads[thread] = deed
            if community is not None:
                self._communities[community] = deed
        if len(self._threads) > MOST_REMEMBERED:
            self.forget(self.seen)

    def forget(self, newest: int) -> None:
        """Begin anew from here: every page kept before is untrue."""
        self.seen = self._all = newest
        self._threads.clear()
        self._communities.clear()


class Ledger(Protocol):
    """What `Kept` asks."""

    journal: Journal

    async def stand(self) -> int:
        """The deed a page made now is true to."""

    async def look(self, session: str, reader: int, account: int) -> State:
        """The reader's own state now; and the journal is read on to its end."""


def _look(ask: Ask, journal: Journal, session: str, reader: int, account: int) -> State:
    if not reader:
        newest, moved = ask(LOOK_ANONYMOUS, ())[0]
        _read_on(ask, journal, int(newest or 0))
        return State(int(moved or 0), None if session else "", ())
    found = ask(LOOK, (session, datetime.now(UTC).replace(tzinfo=None), reader, reader, account))
    if not found:
        return State(0, None, ())
    newest, moved, held, *own = found[0]
    _read_on(ask, journal, int(newest or 0))
    return State(int(moved or 0), held, tuple(own))


def _read_on(ask: Ask, journal: Journal, newest: int) -> None:
    if newest <= journal.seen:
        return
    rows = ask(SINCE, (journal.seen,)) if journal.seen and newest - journal.seen <= MOST_AT_ONCE else []
    if rows and len(rows) <= MOST_AT_ONCE:
        journal.read(rows)
    else:
        journal.forget(newest)


class SQLiteLedger:
    """Asked in the event loop, by a connection that only reads."""

    def __init__(self, database: Path) -> None:
        self.journal = Journal()
        self._database = database
        self._open: Any = None

    async def stand(self) -> int:
        return int(self._ask(STAND, ())[0][0])

    async def look(self, session: str, reader: int, account: int) -> State:
        return _look(self._ask, self.journal, session, reader, account)

    def close(self) -> None:
        """Let go of the database."""
        if self._open is not None:
            self._open.close()

    def _ask(self, sql: str, values: tuple[Any, ...]) -> Rows:
        if self._open is None:
            self._open = library().connect(f"{self._database.as_uri()}?mode=ro", uri=True, check_same_thread=False)
        plain = [str(one) if isinstance(one, datetime) else one for one in values]
        found: Rows = self._open.execute(sql, plain).fetchall()
        return found


class ConnectionLedger:
    """Asked through Django's connection, in a thread of `executor`; without one, where it is called."""

    def __init__(self, executor: Executor | None = None) -> None:
        self.journal = Journal()
        self._executor = executor

    async def stand(self) -> int:
        return int(await self._aside(lambda: _through_django(STAND, ())[0][0]))

    async def look(self, session: str, reader: int, account: int) -> State:
        found: State = await self._aside(lambda: _look(_through_django, self.journal, session, reader, account))
        return found

    def close(self) -> None:
        """Let the threads end; Django looks after its connections."""
        if self._executor is not None:
            self._executor.shutdown(wait=False)

    async def _aside(self, ask: Callable[[], Any]) -> Any:
        if self._executor is None:
            return ask()
        return await asyncio.get_running_loop().run_in_executor(self._executor, ask)


def ledger_for(database: dict[str, Any]) -> SQLiteLedger | ConnectionLedger:
    """The ledger this DATABASES entry needs."""
    if "sqlite" in database["ENGINE"]:
        return SQLiteLedger(Path(database["NAME"]))
    return ConnectionLedger(ThreadPoolExecutor(2, thread_name_prefix="ledger"))


def _through_django(sql: str, values: tuple[Any, ...]) -> Rows:
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql.replace("?", "%s"), values)
            return [tuple(row) for row in cursor.fetchall()]
    except OperationalError:
        # A database that was closed meanwhile: the next question opens a connection anew.
        if not connection.in_atomic_block:
            connection.close()
        raise
