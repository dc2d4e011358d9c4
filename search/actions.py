"""Writes: features call these from their own actions and handlers, inside their own transaction.

On a SQLite installation the index rows are written in the same transaction. Elsewhere the row and
a line of the outbox are, and the feeder brings the engine up to date within a second
(search.feeder).
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction

from groupware.access.models import Scope
from search import feeder, indexing, tasks
from search.analysis.analyzer import VERSION
from search.engines.current import engine, shares_transaction
from search.models import Outbox, Row
from search.registry import IndexRow

#: Pages up to which a moved group is rewritten at once; a longer one is hidden until a task has
#: rewritten it.
MOVED_AT_ONCE = 500

_FIELDS = (
    "title", "heading", "text", "scope_id", "section_id", "section_label", "fiscal_year",
    "made_on", "author", "is_scan", "confidence", "version", "written",
)  # fmt: skip


def put(rows: Iterable[IndexRow]) -> int:
    """Add or replace rows; returns how many. Must run inside a transaction, the caller's.

    Raises:
        TransactionManagementError: outside a transaction.
    """
    wanted = list(rows)
    if not wanted:
        return 0
    _require_transaction()
    Row.objects.bulk_create(
        [_stored(row) for row in wanted],
        update_conflicts=True,
        unique_fields=["kind", "group", "unit"],
        update_fields=_FIELDS,
        batch_size=200,
    )
    keys = {(row.kind, row.group, row.unit) for row in wanted}
    groups = {row.group for row in wanted}
    written = [
        row
        for row in Row.objects.filter(group__in=groups)
        if (row.kind, row.group, row.unit) in keys
    ]
    _send(written)
    tasks.count_when_grown()
    return len(written)


def remove(kind: str, group: UUID, units: Sequence[int] | None = None) -> int:
    """Take a group, or some of its units, out of the search; returns how many rows went."""
    _require_transaction()
    rows = Row.objects.filter(kind=kind, group=group)
    if units is not None:
        rows = rows.filter(unit__in=units)
    ids = list(rows.values_list("pk", flat=True))
    Row.objects.filter(pk__in=ids).delete()
    _gone(ids)
    return len(ids)


def move(
    kind: str, group: UUID, *, scope: Scope, section_id: int = 0, section_label: str = ""
) -> None:
    """A group got another scope: up to 500 rows are rewritten now, more are hidden until a task
    has done it.
    """
    _require_transaction()
    rows = Row.objects.filter(kind=kind, group=group)
    changes: dict[str, object] = {"scope_id": scope.pk}
    if section_id:
        changes |= {"section_id": section_id, "section_label": section_label}
    rows.update(**changes)
    if rows.count() <= MOVED_AT_ONCE:
        _send(list(rows))
        return
    ids = list(rows.values_list("pk", flat=True))
    if shares_transaction():
        engine().remove(ids)
        tasks.rewrite_group.enqueue(kind, str(group))
    else:
        _queue(ids)


def _require_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(
            "index rows are written inside the transaction of the change"
        )


def _stored(row: IndexRow) -> Row:
    return Row(
        kind=row.kind,
        group=row.group,
        unit=row.unit,
        title=_storable(row.title)[:500],
        heading=_storable(row.heading)[:500],
        text=_storable(row.text),
        scope_id=row.scope_id,
        section_id=row.owner_section_id or 0,
        section_label=row.section_label[:200],
        fiscal_year=row.fiscal_year or 0,
        made_on=row.made_on,
        author=row.author[:200],
        is_scan=row.is_scan,
        confidence=row.confidence,
        version=VERSION,
    )


def _storable(text: str) -> str:
    """Without NUL and lone surrogates, which no database takes; one for one, so that offsets
    stay.
    """
    return text.translate(_REPLACED) if any(ord(c) in _REPLACED for c in text) else text


_REPLACED = {0: " "} | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


def _send(rows: Sequence[Row]) -> None:
    if shares_transaction():
        indexing.write(engine(), rows)
    else:
        _queue([row.pk for row in rows])


def _gone(ids: Sequence[int]) -> None:
    if shares_transaction():
        engine().remove(ids)
    else:
        _queue(ids)


def _queue(ids: Iterable[int]) -> None:
    Outbox.objects.bulk_create([Outbox(row_id=row_id) for row_id in ids], batch_size=1_000)
    transaction.on_commit(feeder.ring)
