"""Recurring work: every task once per slot, however many workers run.

    cron.register("audit-compare", "15 2 * * *", compare_grants)   # from AppConfig.ready()

Times are Asia/Tokyo. A slot missed while nothing ran is made up once (the latest one only). A
name seen for the first time starts counting from now.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from cronsim import CronSim
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks.base import Task

from groupware.jobs.models import CronSlot

logger = logging.getLogger(__name__)

TOKYO: Final = ZoneInfo("Asia/Tokyo")


@dataclass(frozen=True, slots=True)
class Entry:
    """A recurring task; `expression` has the five fields of crontab(5)."""

    name: str
    expression: str
    task: Task[Any, Any]

    def latest_slot(self, now: datetime) -> datetime:
        """The last moment at or before `now` that the expression names."""
        # Backwards means strictly before, hence from one second later.
        after = now.astimezone(TOKYO).replace(microsecond=0) + timedelta(seconds=1)
        return next(CronSim(self.expression, after, reverse=True))


_entries: dict[str, Entry] = {}
_done: dict[str, datetime] = {}  # what this process knows to be recorded


def register(name: str, expression: str, task: Task[Any, Any]) -> None:
    """Have `task` (without arguments) enqueued at the times that `expression` names.

    Raises:
        ValueError: when the name is taken by another entry.
        cronsim.CronSimError: when the expression is wrong.
    """
    entry = Entry(name, expression, task)
    entry.latest_slot(timezone.now())
    if _entries.get(name, entry) != entry:
        raise ValueError(f"two recurring tasks are called {name!r}")
    _entries[name] = entry


def entries() -> list[Entry]:
    """Every recurring task, by name."""
    return [_entries[name] for name in sorted(_entries)]


def enqueue_due(now: datetime | None = None) -> int:
    """Enqueue what is due and not enqueued yet by anybody; returns how many."""
    moment = now or timezone.now()
    return sum(_enqueue(entry, entry.latest_slot(moment)) for entry in _entries.values())


def _enqueue(entry: Entry, slot: datetime) -> bool:
    if _done.get(entry.name, slot) > slot or _done.get(entry.name) == slot:
        return False
    latest = (
        CronSlot.objects.filter(name=entry.name).order_by("-slot").values_list("slot", flat=True)
    ).first()
    enqueued = False
    if latest is None or latest < slot:
        try:
            with transaction.atomic():
                CronSlot.objects.create(name=entry.name, slot=slot)
                if latest is not None:
                    entry.task.enqueue()
                    enqueued = True
        except IntegrityError:
            enqueued = False  # another worker was faster
        else:
            logger.info("recurring task %s for %s", entry.name, slot.isoformat())
    _done[entry.name] = slot
    return enqueued
