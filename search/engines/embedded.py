"""The embedded engine: one contentless FTS5 table and a side table, inside SQLite.

On a SQLite installation the tables lie in the site's own database, so that index rows are written in the same
transaction as the change. On PostgreSQL they lie in a file of their own (search.feeder).

SQLite 3.40 can delete from a contentless FTS5 table only when it is told the old tokens, so the side table keeps
them, compressed, together with the clean text that exact phrases are verified in.
"""

import json
import zlib
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from search.engines.base import Candidate, Conditions, EngineRow, Match, Rights, Stored
from search.engines.fts_query import expression

TABLES = (
    """CREATE TABLE IF NOT EXISTS search_entry (
        id INTEGER PRIMARY KEY, grp TEXT NOT NULL, kind TEXT NOT NULL, unit INTEGER NOT NULL,
        section INTEGER NOT NULL, year INTEGER NOT NULL, made_on TEXT NOT NULL, author TEXT NOT NULL,
        scan INTEGER NOT NULL, confidence REAL NOT NULL, scope INTEGER NOT NULL, version INTEGER NOT NULL,
        words INTEGER NOT NULL, titles INTEGER NOT NULL, grams INTEGER NOT NULL)""",
    "CREATE TABLE IF NOT EXISTS search_tokens (id INTEGER PRIMARY KEY, tokens BLOB NOT NULL)",
    """CREATE VIRTUAL TABLE IF NOT EXISTS search_fts USING fts5(
        t, w, g, d, n, acl, content='', tokenize="ascii tokenchars '-_'")""",
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_terms USING fts5vocab(search_fts, 'col')",
)
#: Column weights of the rough score: title, words, bigrams, dates, numbers, rights (never part of a score).
_WEIGHTS = (0.5, 1.0, 0.15, 0.5, 0.5, 0.0)
_CHUNK = 400  # parameters per statement, well below SQLite's limit


class Store(Protocol):
    """The few things the engine asks of its database."""

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement (``?`` marks parameters) and return its rows."""

    def execute_many(self, sql: str, parameters: Iterable[Sequence[Any]]) -> None:
        """Run one statement for many rows."""

    def atomic(self) -> AbstractContextManager[Any]:
        """A transaction, or the one that is open."""


def _chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))


class EmbeddedEngine:
    """FTS5 behind the port of :mod:`search.engines.base`."""

    name = "embedded"

    def __init__(self, store: Store) -> None:
        self.store = store

    def create(self) -> None:
        """Create the tables where they are missing."""
        for statement in TABLES:
            self.store.execute(statement)

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
                f"INSERT INTO search_entry VALUES ({', '.join('?' * 15)})",
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
        return zlib.compress(json.dumps(kept, ensure_ascii=False).encode(), 3)

    @staticmethod
    def _unpack(blob: bytes) -> list[str]:
        kept: list[str] = json.loads(zlib.decompress(blob))
        return kept

    @staticmethod
    def _entry(row: EngineRow, texts: tuple[str, ...]) -> tuple[Any, ...]:
        return (
            row.id, row.group, row.kind, row.unit, row.section, row.year,
            row.made_on.isoformat() if row.made_on else "", row.author, int(row.is_scan), row.confidence,
            row.scope, row.version,
            texts[1].count(" ") + bool(texts[1]), texts[0].count(" ") + 1, texts[2].count(" ") + bool(texts[2]),
        )  # fmt: skip

    def _forget_orphans(self) -> None:
        """An emptied side table means that the index was cleared around us: its postings go too."""
        if self.store.execute("SELECT 1 FROM search_entry LIMIT 1"):
            return
        if self.store.execute("SELECT 1 FROM search_fts_docsize LIMIT 1"):
            self.reset()

    def remove(self, ids: Sequence[int]) -> None:
        with self.store.atomic():
            for chunk in _chunks(ids):
                marks = ", ".join("?" * len(chunk))
                found = self.store.execute(
                    f"SELECT id, tokens FROM search_tokens WHERE id IN ({marks})", chunk
                )
                self.store.execute_many(
                    "INSERT INTO search_fts(search_fts, rowid, t, w, g, d, n, acl)"
                    " VALUES ('delete', ?, ?, ?, ?, ?, ?, ?)",
                    [(row_id, *self._unpack(blob)[:6]) for row_id, blob in found],
                )
                self.store.execute(f"DELETE FROM search_tokens WHERE id IN ({marks})", chunk)
                self.store.execute(f"DELETE FROM search_entry WHERE id IN ({marks})", chunk)

    def find(self, match: Match, rights: Rights, conditions: Conditions) -> list[Candidate]:
        if not rights.principals:
            return []
        where, parameters = _conditions(conditions)
        weights = ", ".join(map(str, _WEIGHTS))
        found = self.store.execute(
            "SELECT e.id, e.grp, e.kind, e.section, e.year, e.unit,"
            f" -bm25(search_fts, {weights}) FROM search_fts CROSS JOIN search_entry e ON e.id = search_fts.rowid"
            f" WHERE search_fts MATCH ?{where}",
            (expression(match, rights), *parameters),
        )
        if rights.hidden:
            return [Candidate(*row) for row in found if row[0] not in rights.hidden]
        return [Candidate(*row) for row in found]

    def load(self, ids: Sequence[int]) -> dict[int, Stored]:
        loaded: dict[int, Stored] = {}
        for chunk in _chunks(ids):
            marks = ", ".join("?" * len(chunk))
            for row_id, blob, scan, confidence, made_on in self.store.execute(
                "SELECT e.id, k.tokens, e.scan, e.confidence, e.made_on"
                f" FROM search_entry e JOIN search_tokens k ON k.id = e.id WHERE e.id IN ({marks})",
                chunk,
            ):
                t, w, g, _, _, _, cleaned, title = self._unpack(blob)
                loaded[row_id] = Stored(
                    row_id, cleaned, title, t, w, g, bool(scan), confidence, made_on
                )
        return loaded

    def frequencies(self) -> Iterable[tuple[str, str, int]]:
        for term, column, count in self.store.execute(
            "SELECT term, col, doc FROM search_terms WHERE (col = 'w' AND doc > 1) OR (col = 'g' AND doc > 2)"
        ):
            yield column, term, count

    def means(self) -> tuple[int, float, float, float]:
        rows, words, titles, grams = self.store.execute(
            "SELECT count(*), avg(words), avg(titles), avg(grams) FROM search_entry"
        )[0]
        return rows, words or 1.0, titles or 1.0, grams or 1.0

    def known(self) -> Iterable[tuple[int, int, int]]:
        for row_id, version, scope in self.store.execute(
            "SELECT id, version, scope FROM search_entry ORDER BY id"
        ):
            yield row_id, version, scope

    def reset(self) -> None:
        with self.store.atomic():
            self.store.execute("INSERT INTO search_fts(search_fts) VALUES ('delete-all')")
            self.store.execute("DELETE FROM search_tokens")
            self.store.execute("DELETE FROM search_entry")


def _conditions(conditions: Conditions) -> tuple[str, list[Any]]:
    where: list[str] = []
    parameters: list[Any] = []
    if conditions.since:
        where.append("e.made_on >= ?")
        parameters.append(conditions.since.isoformat())
    if conditions.until:
        where.append("e.made_on <= ? AND e.made_on <> ''")
        parameters.append(conditions.until.isoformat())
    if conditions.authors:
        where.append("(" + " OR ".join("instr(e.author, ?) > 0" for _ in conditions.authors) + ")")
        parameters.extend(conditions.authors)
    if conditions.kinds:
        where.append(f"e.kind IN ({', '.join('?' * len(conditions.kinds))})")
        parameters.extend(conditions.kinds)
    return "".join(f" AND {part}" for part in where), parameters
