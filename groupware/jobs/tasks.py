"""Housekeeping of the queue and of the log of live updates (which lies below this app)."""

from datetime import timedelta
from typing import Final

from django.db.models import Max
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from groupware.jobs import priorities
from groupware.jobs.models import CronSlot, Failure, Worker
from groupware.realtime import actions as realtime

KEEP_FINISHED: Final = timedelta(days=7)
KEEP_DISMISSED: Final = timedelta(days=30)
KEEP_SLOTS: Final = timedelta(days=30)
KEEP_SILENT: Final = timedelta(days=1)


@task(priority=priorities.BULK)
def trim_queue() -> dict[str, int]:
    """Remove finished tasks after 7 days, dismissed failures after 30, old slots and workers.

    A task with a `Failure` stays until somebody retries or dismisses it.
    """
    now = timezone.now()
    finished = DBTaskResult.objects.order_by().successful()
    tasks, _ = finished.filter(finished_at__lt=now - KEEP_FINISHED).delete()
    dismissed, _ = (
        DBTaskResult.objects.order_by()
        .failed()
        .filter(finished_at__lt=now - KEEP_DISMISSED)
        .exclude(pk__in=Failure.objects.values("task_id"))
        .delete()
    )
    latest = CronSlot.objects.order_by().values("name").annotate(last=Max("slot")).values("last")
    slots, _ = CronSlot.objects.filter(slot__lt=now - KEEP_SLOTS).exclude(slot__in=latest).delete()
    workers, _ = Worker.objects.filter(seen_at__lt=now - KEEP_SILENT).delete()
    return {"tasks": tasks, "dismissed": dismissed, "slots": slots, "workers": workers}


@task(priority=priorities.BULK)
def trim_events() -> int:
    """Remove live events older than a day (`realtime` lies below this app and has no calendar)."""
    return realtime.trim_events()
