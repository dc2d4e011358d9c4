"""Stored rows as engine rows, and engine rows into engines."""

from collections.abc import Iterable, Sequence

from groupware.access.selectors import tokens_of
from search.analysis.analyzer import VERSION, analyze
from search.engines.base import Engine, EngineRow
from search.models import Row

SURE = 100.0
BATCH = 200


def engine_rows(rows: Sequence[Row]) -> list[EngineRow]:
    """Analyse stored rows; the rights are read from the compiled scopes as they are now (one
    query).
    """
    tokens = tokens_of({row.scope_id for row in rows})
    return [
        EngineRow(
            id=row.pk,
            kind=row.kind,
            group=row.group.hex,
            unit=row.unit,
            section=row.section_id,
            year=row.fiscal_year,
            made_on=row.made_on,
            author=row.author,
            is_scan=row.is_scan,
            confidence=SURE if row.confidence is None else row.confidence,
            scope=row.scope_id,
            acl=tuple(tokens.get(row.scope_id, ())),
            version=VERSION,
            tokens=analyze(f"{row.title}\n{row.heading}" if row.heading else row.title, row.text),
        )
        for row in rows
    ]


def write(engine: Engine, rows: Sequence[Row]) -> None:
    """Put stored rows into an engine, in batches."""
    for start in range(0, len(rows), BATCH):
        engine.put(engine_rows(rows[start : start + BATCH]))


def refresh(engine: Engine, ids: Iterable[int]) -> None:
    """Make an engine's copy of these rows what the site's database says: rewritten, or gone."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), BATCH):
        chunk = wanted[start : start + BATCH]
        rows = list(Row.objects.filter(pk__in=chunk))
        gone = set(chunk) - {row.pk for row in rows}
        if gone:
            engine.remove(sorted(gone))
        write(engine, rows)
