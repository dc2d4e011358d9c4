"""Rebuilding the index from what the features declare, and finding where it drifted."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from search import actions, feeder, frequencies, registry
from search.analysis.analyzer import VERSION
from search.engines.current import engine, shares_transaction
from search.models import Outbox, Row


def _quiet(groups: int, rows: int) -> None:
    """Say nothing."""


def rebuild(kind: str = "", progress: Callable[[int, int], None] = _quiet) -> tuple[int, int]:
    """Write every row of every kind (or of one) anew, group by group; returns groups and rows.

    Searching goes on meanwhile: each group is replaced in a transaction of its own; what no
    feature names any more is taken out at the end.
    """
    groups = rows = 0
    for declaration in registry.declarations():
        if kind and declaration.kind != kind:
            continue
        known = set()
        for group in declaration.all_groups():
            known.add(group)
            with transaction.atomic():
                fresh = list(declaration.rows(group))
                rows += actions.put(fresh)
                units = {row.unit for row in fresh}
                stale = Row.objects.filter(kind=declaration.kind, group=group).exclude(
                    unit__in=units
                )
                actions.remove(declaration.kind, group, list(stale.values_list("unit", flat=True)))
            groups += 1
            progress(groups, rows)
        for group in set(_groups(declaration.kind)) - known:
            with transaction.atomic():
                actions.remove(declaration.kind, group)
    if not kind and not shares_transaction():
        feeder.rebuild_file()
    while not shares_transaction() and feeder.feed():
        pass
    frequencies.count(engine())
    return groups, rows


def _groups(kind: str) -> list[UUID]:
    return list(Row.objects.filter(kind=kind).order_by().values_list("group", flat=True).distinct())


@dataclass(frozen=True, slots=True)
class Drift:
    """What differs between features, rows and engine, in rows (groups for the first two)."""

    missing_groups: int
    unknown_groups: int
    missing_rows: int
    unknown_rows: int
    old_version: int
    wrong_scope: int
    waiting: int

    @property
    def clean(self) -> bool:
        """Whether nothing differs (what waits in the outbox is no difference)."""
        return not any(
            (
                self.missing_groups, self.unknown_groups, self.missing_rows, self.unknown_rows,
                self.old_version, self.wrong_scope,
            )
        )  # fmt: skip

    def sentence(self) -> str:
        """The figures for a person."""
        return (
            f"索引にないまとまり {self.missing_groups}、余分なまとまり {self.unknown_groups}、"
            f"エンジンにない行 {self.missing_rows}、余分な行 {self.unknown_rows}、"
            f"古い解析の行 {self.old_version}、権限の範囲が違う行 {self.wrong_scope}、"
            f"送り待ちの行 {self.waiting}"
        )


def drift() -> Drift:
    """Compare what the features have, the rows, and the engine; changes nothing."""
    missing_groups = unknown_groups = 0
    for declaration in registry.declarations():
        wanted, known = set(declaration.all_groups()), set(_groups(declaration.kind))
        missing_groups += sum(
            1 for group in wanted - known if any(True for _ in declaration.rows(group))
        )
        unknown_groups += len(known - wanted)
    rows = dict(Row.objects.order_by().values_list("pk", "scope_id"))
    stored = {row_id: (version, scope) for row_id, version, scope in engine().known()}
    waiting = set(Outbox.objects.values_list("row_id", flat=True))
    return Drift(
        missing_groups=missing_groups,
        unknown_groups=unknown_groups,
        missing_rows=len(rows.keys() - stored.keys() - waiting),
        unknown_rows=len(stored.keys() - rows.keys() - waiting),
        old_version=sum(version != VERSION for version, _scope in stored.values()),
        wrong_scope=sum(
            rows[row_id] != scope
            for row_id, (_version, scope) in stored.items()
            if row_id in rows and row_id not in waiting
        ),
        waiting=len(waiting),
    )
