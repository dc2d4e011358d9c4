"""Django's SQLite engine with a fair write gate.

SQLite lets waiting writers poll, so an unlucky one waits for seconds (measured: 8.2 s at the
worst with 50 writers, 0.9 s with the gate). Every write transaction, and every single write
outside one, first takes an exclusive `flock` on `<database>.gate`; the kernel wakes waiters in
turn and frees the lock of a process that dies. See docs/adr/0002-write-gate-and-jobs.md.
"""

import fcntl
import os
from typing import Any

from django.db.backends.sqlite3 import base
from django.utils.asyncio import async_unsafe

READING = ("SELECT", "PRAGMA", "EXPLAIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


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
        """Let the next writer in. Closing the descriptor frees the lock."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class GatedCursor(base.SQLiteCursorWrapper):
    """A cursor that takes the gate for a write outside a transaction."""

    gate: Gate | None = None

    def _needs_gate(self, query: str) -> bool:
        if self.gate is None or self.gate.held or self.connection.in_transaction:
            return False
        return not query.lstrip().upper().startswith(READING)

    def execute(self, query: str, params: Any = None) -> Any:
        """As Django's, one writer at a time."""
        if not self._needs_gate(query):
            return super().execute(query, params)
        assert self.gate is not None
        self.gate.take()
        try:
            return super().execute(query, params)
        finally:
            if not self.connection.in_transaction:
                self.gate.leave()

    def executemany(self, query: str, param_list: Any) -> Any:
        """As Django's, one writer at a time."""
        if not self._needs_gate(query):
            return super().executemany(query, param_list)
        assert self.gate is not None
        self.gate.take()
        try:
            return super().executemany(query, param_list)
        finally:
            if not self.connection.in_transaction:
                self.gate.leave()


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
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._leave()
            raise

    def _leave(self) -> None:
        if self._gate is not None:
            self._gate.leave()

    def _commit(self) -> None:
        super()._commit()
        self._leave()

    def _rollback(self) -> None:
        try:
            super()._rollback()
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
