"""What administrators and progress displays read about the queue.

`jobs` lies below `access`: it knows no rights. The administrators' page (operations) asks for
the role before it calls these, and shows no arguments of tasks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from groupware.jobs import cron, lease
from groupware.jobs.models import CronSlot, Failure, Worker, filled


@dataclass(frozen=True, slots=True)
class QueueState:
    """One queue: tasks that wait, that rest before another attempt, that run."""

    name: str
    ready: int
    resting: int
    running: int
    oldest_waiting: timedelta | None


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Tasks that stopped for the same reason."""

    task_path: str
    cause: str
    cause_text: str
    remedy_text: str
    count: int
    latest: datetime


@dataclass(frozen=True, slots=True)
class Recurring:
    """A recurring task and its last slot."""

    name: str
    expression: str
    last_slot: datetime | None


def count_ready(queue: str | None = None) -> int:
    """How many tasks could be started now."""
    ready = DBTaskResult.objects.ready()
    return ready.filter(queue_name=queue).count() if queue else ready.count()


def list_queues(names: Sequence[str] = ("default", "ocr")) -> list[QueueState]:
    """The state of each queue, one query."""
    now = timezone.now()
    due = Q(run_after=get_date_max()) | Q(run_after__lte=now)
    waiting = Q(status=TaskResultStatus.READY)
    rows = {
        row["queue_name"]: row
        for row in DBTaskResult.objects.filter(
            status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING]
        )
        .order_by()
        .values("queue_name")
        .annotate(
            ready=Count("id", filter=waiting & due),
            resting=Count("id", filter=waiting & ~due),
            running=Count("id", filter=Q(status=TaskResultStatus.RUNNING)),
            oldest=Min("enqueued_at", filter=waiting & due),
        )
    }
    states = []
    for name in names:
        row = rows.get(name)
        if row is None:
            states.append(QueueState(name, 0, 0, 0, None))
        else:
            waited = now - row["oldest"] if row["oldest"] else None
            states.append(QueueState(name, row["ready"], row["resting"], row["running"], waited))
    return states


def oldest_waiting() -> timedelta | None:
    """How long the task that waits longest has waited."""
    oldest = DBTaskResult.objects.ready().aggregate(at=Min("enqueued_at"))["at"]
    return timezone.now() - oldest if oldest else None


def place_in_queue(task_id: UUID | str) -> int | None:
    """1 for the task that is started next in its queue; None when it does not wait."""
    ready = DBTaskResult.objects.ready()
    row = (
        ready.filter(pk=task_id)
        .values_list("queue_name", "priority", "run_after", "enqueued_at")
        .first()
    )
    if row is None:
        return None
    queue, priority, run_after, enqueued_at = row
    earlier = Q(run_after__lt=run_after) | Q(run_after=run_after, enqueued_at__lt=enqueued_at)
    ahead = Q(priority__gt=priority) | (Q(priority=priority) & earlier)
    return ready.filter(ahead, queue_name=queue).count() + 1


def list_failures() -> QuerySet[Failure]:
    """Every task that stopped for good, the latest first."""
    return Failure.objects.order_by("-at")


def list_failures_by_cause() -> list[FailureGroup]:
    """Stopped tasks grouped by task and reason, the most frequent first."""
    groups = (
        Failure.objects.order_by()
        .values("task_path", "cause", "remedy")
        .annotate(count=Count("id"), latest=Max("at"), sample=Max("id"))
        .order_by("-count", "task_path", "cause")
    )
    rows = list(groups)
    samples = Failure.objects.in_bulk([row["sample"] for row in rows])
    return [
        FailureGroup(
            task_path=row["task_path"],
            cause=row["cause"],
            cause_text=filled(row["cause"], samples[row["sample"]].detail),
            remedy_text=filled(row["remedy"], samples[row["sample"]].detail),
            count=row["count"],
            latest=row["latest"],
        )
        for row in rows
        if row["sample"] in samples
    ]


def list_workers() -> QuerySet[Worker]:
    """Workers that have signed on, silent ones included."""
    return Worker.objects.order_by("started_at")


def count_living_workers() -> int:
    """Workers that beat within the lease and still run."""
    return len(lease.living_workers())


def list_recurring() -> list[Recurring]:
    """Recurring tasks with the slot they were last enqueued for."""
    last = {
        row["name"]: row["last"]
        for row in CronSlot.objects.order_by().values("name").annotate(last=Max(F("slot")))
    }
    return [
        Recurring(entry.name, entry.expression, last.get(entry.name)) for entry in cron.entries()
    ]
