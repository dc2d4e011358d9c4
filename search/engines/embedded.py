"""The embedded engine: one contentless FTS5 table and a side table, inside SQLite.

On a SQLite installation the tables lie in the site's own database, so that index rows are written
in the same transaction as the change. On PostgreSQL they lie in a file of their own
(search.feeder).

SQLite 3.40 can delete from a contentless FTS5 table only when it is told the old tokens, so the
side table keeps them, compressed, together with the clean text that exact phrases are verified in.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from search.engines.base import Candidate, Conditions, EngineRow, Match, Rights, Stored
from search.engines.fts_query import expression

TABLES = (
    """CREATE TABLE IF NOT EXISTS search_entry (
        id INTEGER PRIMARY KEY, grp TEXT NOT NULL, kind TEXT NOT NULL, unit INTEGER NOT NULL,
        section INTEGER NOT NULL, year INTEGER NOT NULL, made_on TEXT NOT NULL, author TEXT NOT
        NULL, scan INTEGER NOT NULL, confidence REAL NOT NULL, scope INTEGER NOT NULL, version
        INTEGER NOT NULL, words INTEGER NOT NULL, titles INTEGER NOT NULL, grams INTEGER NOT
        NULL)""",
    "CREATE TABLE IF NOT EXISTS search_tokens (id INTEGER PRIMARY KEY, tokens BLOB NOT NULL)",
    """CREATE VIRTUAL TABLE IF NOT EXISTS search_fts USING fts5(
        t, w, g, d, n, acl, content='', tokenize="ascii tokenchars '-_'")""",
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_terms USING fts5vocab(search_fts, 'col')",
)
TABLES_VERSION = 1  # another number: the file beside PostgreSQL is built anew
_FACTS = "SELECT e.id, e.grp, e.kind, e.section, e.year, e.unit, e.scan, e.made_on"
_WHERE = """
    FROM search_fts CROSS JOIN search_entry e ON e.id = search_fts.rowid
    WHERE search_fts MATCH ?
      AND (? = '' OR e.made_on >= ?)
      AND (? = '' OR (e.made_on <= ? AND e.made_on <> ''))
      AND e.kind IN (SELECT value FROM json_each(?))
      AND (? = '' OR e.grp = ?)
      AND (? = '[]' OR EXISTS (SELECT 1 FROM json_each(?) WHERE instr(e.author, value) > 0))
"""
#: The rough score weighs title, words, bigrams, dates, numbers; rights are never part of a score.
_FIND = f"{_FACTS}, -bm25(search_fts, 0.5, 1.0, 0.15, 0.5, 0.5, 0.0) {_WHERE}"
_BROWSE = f"{_FACTS}, CAST(replace(e.made_on, '-', '') AS REAL) / 1e8 {_WHERE}"
_MATCH = "SELECT rowid FROM search_fts WHERE search_fts MATCH ?"
_LONG = 2_000  # rows from which an answer is browsed
_SEPARATOR = "\x1f"  # a control character, which no clean text holds
_FORGET = (
    "DELETE FROM search_tokens WHERE id IN (SELECT value FROM json_each(?))",
    "DELETE FROM search_entry WHERE id IN (SELECT value FROM json_each(?))",
)


class Store(Protocol):
    """The few things the engine asks of its database."""

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement (``?`` marks parameters) and return its rows."""

    def execute_many(self, sql: str, parameters: Iterable[Sequence[Any]]) -> None:
        """Run one statement for many rows."""

    def atomic(self) -> AbstractContextManager[Any]:
        """A transaction, or the one that is open."""


class EmbeddedEngine:
    """FTS5 behind the port of :mod:`search.engines.base`."""

    name = "embedded"

    def __init__(self, store: Store) -> None:
        self.store = store

    def create(self) -> None:
        """Create the tables where they are missing."""
        for statement in TABLES:
            self.store.execute(statement)

    def is_complete(self) -> bool:
        """Whether a file of its own was built to the end, by this version of the tables."""
        return bool(self.store.execute("PRAGMA user_version")[0][0] == TABLES_VERSION)

    @contextmanager
    def building(self) -> Iterator[None]:
        """Fill a file of its own from nothing, in one transaction that marks it complete."""
        with self.store.atomic():
            self.create()
            self.reset()
            yield
            self.store.execute(f"PRAGMA user_version = {TABLES_VERSION}")

    def put(self, rows: Sequence[EngineRow]) -> None:
        if not rows:
            return
        with self.store.atomic():
            self._forget_orphans()
            self.remove([row.id for row in rows])
            columns = [self._columns(row) for row in rows]
            self.store.execute_many(
                "INSERT INTO search_fts(rowid, t, w, g, d, n, acl) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(row.id, *texts) for row, texts in zip(rows, columns, strict=True)],
            )
            self.store.execute_many(
                "INSERT INTO search_tokens(id, tokens) VALUES (?, ?)",
                [
                    (row.id, self._pack(row, texts))
                    for row, texts in zip(rows, columns, strict=True)
                ],
            )
            self.store.execute_many(
                "INSERT INTO search_entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [self._entry(row, texts) for row, texts in zip(rows, columns, strict=True)],
            )

    @staticmethod
    def _columns(row: EngineRow) -> tuple[str, str, str, str, str, str]:
        tokens = row.tokens
        acl = " ".join((*sorted(row.acl), f"x{row.scope}"))
        return tokens.t, tokens.w, tokens.g, tokens.d, tokens.n, acl

    @staticmethod
    def _pack(row: EngineRow, texts: tuple[str, ...]) -> bytes:
        kept = (*texts, row.tokens.clean, row.tokens.clean_title)
        return zlib.compress(_SEPARATOR.join(kept).encode(), 3)

    @staticmethod
    def _unpack(blob: bytes) -> list[str]:
        return zlib.decompress(blob).decode().split(_SEPARATOR)

    @staticmethod
    def _entry(row: EngineRow, texts: tuple[str, ...]) -> tuple[Any, ...]:
        made_on = row.made_on.isoformat() if row.made_on else ""
        t, w, g = (len(text.split()) for text in texts[:3])
        return (
            *(row.id, row.group, row.kind, row.unit, row.section, row.year, made_on, row.author),
            *(int(row.is_scan), row.confidence, row.scope, row.version, w, t, g),
        )

    def _forget_orphans(self) -> None:
        """An emptied side table means that the index was cleared around us: its postings go too."""
        if self.store.execute("SELECT 1 FROM search_entry LIMIT 1"):
            return
        if self.store.execute("SELECT 1 FROM search_fts_docsize LIMIT 1"):
            self.reset()

    def remove(self, ids: Sequence[int]) -> None:
        with self.store.atomic():
            wanted = json.dumps(list(ids))
            self.store.execute_many(
                "INSERT INTO search_fts(search_fts, rowid, t, w, g, d, n, acl)"
                " VALUES ('delete', ?, ?, ?, ?, ?, ?, ?)",
                [
                    (row_id, *self._unpack(blob)[:6])
                    for row_id, blob in self.store.execute(
                        "SELECT id, tokens FROM search_tokens"
                        " WHERE id IN (SELECT value FROM json_each(?))",
                        (wanted,),
                    )
                ],
            )
            for statement in _FORGET:
                self.store.execute(statement, (wanted,))

    def find(
        self, match: Match, rights: Rights, conditions: Conditions, *, browsing: Match | None = None
    ) -> list[Candidate]:
        if not rights.principals:
            return []
        wanted, rest = expression(match, rights), _parameters(conditions)
        if browsing is None or not self._is_long(wanted):
            found = self.store.execute(_FIND, (wanted, *rest))
        else:
            first = {row[0] for row in self.store.execute(_MATCH, (expression(browsing, rights),))}
            found = [
                (*row[:-1], row[-1] + 1.0 if row[0] in first else row[-1])
                for row in self.store.execute(_BROWSE, (wanted, *rest))
            ]
        if rights.hidden:
            found = [row for row in found if row[0] not in rights.hidden]
        return list(map(Candidate._make, found))

    def _is_long(self, wanted: str) -> bool:
        return len(self.store.execute(f"{_MATCH} LIMIT {_LONG}", (wanted,))) == _LONG

    def load(self, ids: Sequence[int]) -> dict[int, Stored]:
        loaded: dict[int, Stored] = {}
        for row_id, blob, scan, confidence, made_on in self.store.execute(
            "SELECT e.id, k.tokens, e.scan, e.confidence, e.made_on FROM search_entry e"
            " JOIN search_tokens k ON k.id = e.id WHERE e.id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        ):
            t, w, g, _, _, _, cleaned, title = self._unpack(blob)
            loaded[row_id] = Stored(
                row_id, cleaned, title, t, w, g, bool(scan), confidence, made_on
            )
        return loaded

    def frequencies(self) -> Iterable[tuple[str, str, int]]:
        rows: list[tuple[str, str, int]] = self.store.execute(
            "SELECT col, term, doc FROM search_terms"
            " WHERE (col = 'w' AND doc > 1) OR (col = 'g' AND doc > 2)"
        )
        return rows

    def means(self) -> tuple[int, float, float, float]:
        rows, words, titles, grams = self.store.execute(
            "SELECT count(*), avg(words), avg(titles), avg(grams) FROM search_entry"
        )[0]
        return rows, words or 1.0, titles or 1.0, grams or 1.0

    def known(self) -> Iterable[tuple[int, int, int]]:
        rows: list[tuple[int, int, int]] = self.store.execute(
            "SELECT id, version, scope FROM search_entry ORDER BY id"
        )
        return rows

    def reset(self) -> None:
        with self.store.atomic():
            self.store.execute("INSERT INTO search_fts(search_fts) VALUES ('delete-all')")
            self.store.execute("DELETE FROM search_tokens")
            self.store.execute("DELETE FROM search_entry")


def _parameters(conditions: Conditions) -> list[str]:
    since = conditions.since.isoformat() if conditions.since else ""
    until = conditions.until.isoformat() if conditions.until else ""
    authors = json.dumps(conditions.authors, ensure_ascii=False)
    group, kinds = conditions.group, json.dumps(conditions.kinds)
    return [since, since, until, until, kinds, group, group, authors, authors]
