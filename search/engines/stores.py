"""Where the embedded engine keeps its tables: the site's own SQLite database, or a file beside
PostgreSQL.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from django.db import connections, transaction


class SiteStore:
    """The site's own database; statements join the open transaction."""

    def __init__(self, alias: str = "default") -> None:
        self.alias = alias

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with connections[self.alias].cursor() as cursor:
            cursor.execute(sql.replace("%", "%%").replace("?", "%s"), tuple(parameters))
            return cursor.fetchall() if cursor.description else []

    def execute_many(self, sql: str, parameters: Iterable[Sequence[Any]]) -> None:
        rows = [tuple(row) for row in parameters]
        if rows:
            with connections[self.alias].cursor() as cursor:
                cursor.executemany(sql.replace("%", "%%").replace("?", "%s"), rows)

    def atomic(self) -> AbstractContextManager[Any]:
        return transaction.atomic(using=self.alias)


class FileStore:
    """A SQLite file of its own; one connection per thread, WAL, writers wait up to ten seconds."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None and self._local.inode != self._inode():
            connection.close()  # somebody took the file away
            connection = None
        if connection is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(
                self.path, timeout=10, isolation_level=None, cached_statements=64
            )
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(
                "PRAGMA synchronous = NORMAL"
            )  # it can be rebuilt from PostgreSQL at any time
            self._local.connection, self._local.depth = connection, 0
            self._local.inode = self._inode()
        return connection

    def _inode(self) -> int:
        try:
            return self.path.stat().st_ino
        except FileNotFoundError:
            return 0

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._connection().execute(sql, tuple(parameters)).fetchall()

    def execute_many(self, sql: str, parameters: Iterable[Sequence[Any]]) -> None:
        self._connection().executemany(sql, [tuple(row) for row in parameters])

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        connection = self._connection()
        if self._local.depth:
            self._local.depth += 1
            try:
                yield
            finally:
                self._local.depth -= 1
            return
        connection.execute("BEGIN IMMEDIATE")
        self._local.depth = 1
        try:
            yield
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        else:
            connection.execute("COMMIT")
        finally:
            self._local.depth = 0

    def atomic(self) -> AbstractContextManager[Any]:
        return self._transaction()
