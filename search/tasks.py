"""Background work of the search: rewriting scopes and groups, counting frequencies, feeding."""

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django_tasks import task

from groupware.access.models import ChangedScope
from groupware.events.catalogue import ScopeChanged
from groupware.jobs import cron
from search import feeder, frequencies, indexing, synonyms
from search.engines.current import engine, shares_transaction
from search.models import Outbox, Row, Statistics

REWRITE_BATCH = 200
_FEW, _GROWN = (
    20,
    1.5,
)  # the first day has no night: count again whenever the index has grown by half


def scope_changed(event: ScopeChanged) -> None:
    """Who may see a container changed: until its rows are rewritten the changed-scope list keeps
    rights exact.
    """
    rewrite_scope.enqueue(event.scope_id)


@task()
def rewrite_scope(scope_id: int) -> int:
    """Rewrite a changed scope's index rows in short transactions, then take it off the list; safe
    to run twice.
    """
    changed = ChangedScope.objects.filter(scope_id=scope_id).first()
    turn = changed.turn if changed else None
    rows, last, done = Row.objects.filter(scope_id=scope_id).order_by("pk"), 0, 0
    while ids := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:REWRITE_BATCH]):
        _rewrite(ids)
        last, done = ids[-1], done + len(ids)
    if turn is not None:
        # A change during the rewrite raised the turn: its own task is queued and keeps the scope
        # on the list.
        ChangedScope.objects.filter(scope_id=scope_id, turn=turn).delete()
    return done


@task()
def rewrite_group(kind: str, group: str) -> int:
    """Write the rows of a long moved group back into the index; safe to run twice."""
    ids = list(
        Row.objects.filter(kind=kind, group=UUID(group))
        .order_by("unit")
        .values_list("pk", flat=True)
    )
    for start in range(0, len(ids), REWRITE_BATCH):
        _rewrite(ids[start : start + REWRITE_BATCH])
    return len(ids)


def _rewrite(ids: list[int]) -> None:
    """Make the engine's copy of some rows what the database says, before this returns."""
    with transaction.atomic():
        if shares_transaction():
            indexing.refresh(engine(), ids)
        else:
            Outbox.objects.bulk_create([Outbox(row_id=row_id) for row_id in ids])
    while not shares_transaction() and feeder.feed():
        """Until the outbox is empty."""


@task()
def count_frequencies() -> int:
    """Refresh the table of frequencies, and fill that of synonyms once; safe to run twice."""
    synonyms.ensure_tables(Path(settings.BASE_DIR))
    return frequencies.count(engine())


def count_when_grown() -> None:
    """After the commit, enqueue a count when the index has grown by half since the last one."""
    transaction.on_commit(_count_if_grown, robust=True)


def _count_if_grown() -> None:
    counted = Statistics.objects.filter(pk=1).values_list("rows", flat=True).first() or 0
    newest = Row.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if newest >= max(_FEW, counted * _GROWN):
        with transaction.atomic():
            Statistics.objects.update_or_create(pk=1, defaults={"rows": newest})
            count_frequencies.enqueue()


def register_cron() -> None:
    """Every night at 02:40; changed scopes whose task was lost every ten minutes."""
    cron.register("search-frequencies", "40 2 * * *", count_frequencies)
    cron.register("search-changed-scopes", "*/10 * * * *", rewrite_changed)


@task()
def rewrite_changed() -> int:
    """Rewrite every scope that is still on the list (a safety net); returns how many."""
    ids = list(ChangedScope.objects.order_by("since").values_list("scope_id", flat=True))
    for scope_id in ids:
        rewrite_scope.func(scope_id)
    return len(ids)
