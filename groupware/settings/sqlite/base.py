"""Django's SQLite engine with a fair write gate.

SQLite lets waiting writers poll, so an unlucky one waits for seconds (measured: 8.2 s at the
worst with 50 writers, 0.9 s with the gate). Every write transaction, and every single write
outside one, first takes an exclusive `flock` on `<database>.gate`; the kernel wakes waiters in
turn and frees the lock of a process that dies. See docs/adr/0002-write-gate-and-jobs.md.
"""

import fcntl
import os
import re
from collections import deque
from typing import Any

from django.db.backends.sqlite3 import base
from django.utils.asyncio import async_unsafe

READING = ("SELECT", "PRAGMA", "EXPLAIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
CHANGING_WORD = re.compile(r"\b(?:INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)


def is_reading(query: str) -> bool:
    """Whether a statement cannot write. `WITH` may do either, so its words are looked through."""
    start = query.lstrip()[:9].upper()
    if start.startswith("WITH"):
        return CHANGING_WORD.search(query) is None
    return start.startswith(READING)


class Gate:
    """An exclusive file lock held by one connection; taking it twice is harmless."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Whether this connection holds the lock now."""
        return self._descriptor is not None

    def take(self) -> None:
        """Wait for the lock, in turn. Blocks until the holder commits, rolls back or dies."""
        if self._descriptor is not None:
            return
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor

    def leave(self) -> None:
        """Let the next writer in, also where a forked child holds a copy of the descriptor."""
        if self._descriptor is not None:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
            os.close(self._descriptor)
            self._descriptor = None


class GatedCursor(base.SQLiteCursorWrapper):
    """A cursor that takes the gate for a write outside a transaction.

    `INSERT … RETURNING` commits only when its last row was fetched; the rows are therefore
    fetched at once, before the gate opens, and handed out from memory.
    """

    gate: Gate | None = None
    _fetched: deque[Any] | None = None

    def _needs_gate(self, query: str) -> bool:
        if self.gate is None or self.gate.held or self.connection.in_transaction:
            return False
        return not is_reading(query)

    def execute(self, query: str, params: Any = None) -> Any:
        """As Django's, one writer at a time."""
        self._fetched = None
        if not self._needs_gate(query):
            return super().execute(query, params)
        assert self.gate is not None
        self.gate.take()
        try:
            result = super().execute(query, params)
            if self.description is not None:
                self._fetched = deque(super().fetchall())
            return result
        finally:
            self._leave_unless_begun()

    def executemany(self, query: str, param_list: Any) -> Any:
        """As Django's, one writer at a time."""
        self._fetched = None
        if not self._needs_gate(query):
            return super().executemany(query, param_list)
        assert self.gate is not None
        self.gate.take()
        try:
            return super().executemany(query, param_list)
        finally:
            self._leave_unless_begun()

    def _leave_unless_begun(self) -> None:
        if self.gate is not None and not self.connection.in_transaction:
            self.gate.leave()

    def fetchone(self) -> Any:
        """The next row, or None."""
        if self._fetched is None:
            return super().fetchone()
        return self._fetched.popleft() if self._fetched else None

    def fetchmany(self, size: int | None = None) -> list[Any]:
        """The next rows, at most `size`."""
        size = self.arraysize if size is None else size
        if self._fetched is None:
            return super().fetchmany(size)
        return [self._fetched.popleft() for _ in range(min(size, len(self._fetched)))]

    def fetchall(self) -> list[Any]:
        """All rows that are left."""
        if self._fetched is None:
            return super().fetchall()
        return self.fetchmany(len(self._fetched))

    def __next__(self) -> Any:
        """The next row of an iteration."""
        if self._fetched is None:
            return super().__next__()
        if not self._fetched:
            raise StopIteration
        return self._fetched.popleft()


class DatabaseWrapper(base.DatabaseWrapper):
    """The SQLite connection of this product; in-memory databases need no gate."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._gate: Gate | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open the database and the gate beside it."""
        name = str(conn_params["database"])
        in_memory = ":memory:" in name or "mode=memory" in name
        self._gate = None if in_memory else Gate(f"{name}.gate")
        return super().get_new_connection(conn_params)

    def create_cursor(self, name: str | None = None) -> GatedCursor:
        """A cursor that knows the gate."""
        cursor = self.connection.cursor(factory=GatedCursor)
        cursor.gate = self._gate
        return cursor  # type: ignore[no-any-return]  # sqlite3 types the factory's result as Any

    def _start_transaction_under_autocommit(self) -> None:
        if self._gate is not None:
            self._gate.take()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        except BaseException:
            self._leave()
            raise

    def _leave(self) -> None:
        if self._gate is not None:
            self._gate.leave()

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]  # not in the stubs
        self._leave()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # not in the stubs
        finally:
            self._leave()

    @async_unsafe
    def close(self) -> None:
        """Close the connection; an unfinished transaction frees the gate."""
        try:
            super().close()
        finally:
            if not self.is_in_memory_db():
                self._leave()
