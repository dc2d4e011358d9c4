"""Who holds a task: claiming, finishing, giving back, and taking back from the dead.

Every change of a task row is conditional on its `worker_ids` (one entry per attempt) being
what they were when the holder claimed it, so a worker that lost its lease changes nothing.
"""

import logging
import os
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from traceback import format_exception
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, Value
from django.db.models.functions import Now
from django.utils import timezone, translation
from django.utils.translation import gettext_noop
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from groupware.jobs.errors import LeaseLost, PermanentFailure
from groupware.jobs.models import Failure, Worker, filled
from groupware.jobs.retry import GaveUp, policy_of

logger = logging.getLogger(__name__)

Row = DBTaskResult[Any, Any]

CAUSE_UNEXPECTED: Final = gettext_noop("予期しない不具合（%(error)s）で止まりました。")
CAUSE_DIED: Final = gettext_noop("作業中のプロセスが%(attempts)s回続けて落ちました。")
CAUSE_UNKNOWN: Final = gettext_noop("この版にはない種類の仕事です（%(task)s）。")
REMEDY_RETRY: Final = gettext_noop(
    "データはそのまま残っています。もう一度試し、また止まるときは"
    "管理者に参照番号 %(reference)s を伝えてください。"
)
REMEDY_UPGRADE: Final = gettext_noop("更新の前に積まれた仕事です。消してかまいません。")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One claimed task; `worker_ids` as they stand while the lease is held."""

    task_id: UUID
    task_path: str
    worker_ids: tuple[str, ...]

    @property
    def number(self) -> int:
        """From 1."""
        return len(self.worker_ids)


current_attempt: ContextVar[Attempt | None] = ContextVar("current_attempt", default=None)


def claim(worker_id: str, queues: Sequence[str]) -> Row | None:
    """Take the most urgent task that is ready, or None. One short transaction."""
    ready = DBTaskResult.objects.ready().filter(queue_name__in=queues)
    if not ready.exists():  # without the write gate
        return None
    with transaction.atomic():
        row = ready.get_locked()
        if row is None:
            return None
        row.status = TaskResultStatus.RUNNING
        row.started_at = timezone.now()
        row.worker_ids = [*row.worker_ids, worker_id]
        row.save(update_fields=["status", "started_at", "worker_ids"])
    return row


def attempt_of(row: Row) -> Attempt:
    """The attempt that a claimed row stands for."""
    return Attempt(row.id, row.task_path, tuple(row.worker_ids))


def _change(attempt: Attempt, **fields: Any) -> bool:
    """Change the row if the lease is still ours; says whether it was."""
    held = DBTaskResult.objects.filter(
        pk=attempt.task_id,
        status=TaskResultStatus.RUNNING,
        worker_ids=list(attempt.worker_ids),
    )
    return held.update(**fields) == 1


def require_lease() -> None:
    """Refuse to go on when another worker has taken the task that this code runs in.

    Call it inside the transaction that writes a result which must not be written twice.
    Does nothing outside a task.

    Raises:
        LeaseLost: when the lease is gone.
    """
    attempt = current_attempt.get()
    if attempt is not None and not _change(attempt, started_at=timezone.now()):
        raise LeaseLost(str(attempt.task_id))


def finish(attempt: Attempt, return_value: Any) -> bool:
    """Record success; False when the lease was lost and nothing was recorded."""
    return _change(
        attempt,
        status=TaskResultStatus.SUCCESSFUL,
        finished_at=timezone.now(),
        return_value=return_value,
        exception_class_path="",
        traceback="",
    )


def give_back(attempt: Attempt) -> bool:
    """Put the task back as if it had not been claimed (an orderly stop is no attempt)."""
    return _change(
        attempt,
        status=TaskResultStatus.READY,
        started_at=None,
        worker_ids=list(attempt.worker_ids[:-1]),
    )


def fail(row: Row, attempt: Attempt, error: BaseException) -> bool:
    """Record a failed attempt: rest and try again, or stop for good with a `Failure`.

    Returns False when the lease was lost and nothing was recorded.
    """
    if isinstance(error, LeaseLost):
        return False
    policy = policy_of(attempt.task_path)
    trace = "".join(format_exception(error))
    path = f"{type(error).__module__}.{type(error).__qualname__}"
    if not isinstance(error, PermanentFailure) and attempt.number < policy.attempts:
        return _change(
            attempt,
            status=TaskResultStatus.READY,
            run_after=timezone.now() + timedelta(seconds=policy.rest(attempt.number)),
            exception_class_path=path,
            traceback=trace,
        )
    if isinstance(error, PermanentFailure):
        return _stop(row, attempt, error, path, trace)
    stopped = PermanentFailure(
        CAUSE_UNEXPECTED,
        REMEDY_RETRY,
        detail={"error": type(error).__name__, "reference": str(attempt.task_id)[:8]},
    )
    return _stop(row, attempt, stopped, path, trace)


def refuse_unknown(row: Row, attempt: Attempt, error: BaseException) -> bool:
    """Stop a task whose function this version does not have."""
    unknown = PermanentFailure(CAUSE_UNKNOWN, REMEDY_UPGRADE, detail={"task": row.task_path})
    path = f"{type(error).__module__}.{type(error).__qualname__}"
    return _stop(row, attempt, unknown, path, "".join(format_exception(error)))


def _stop(row: Row, attempt: Attempt, failure: PermanentFailure, path: str, trace: str) -> bool:
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        if not _change(
            attempt,
            status=TaskResultStatus.FAILED,
            finished_at=timezone.now(),
            return_value=None,
            exception_class_path=path,
            traceback=trace,
        ):
            return False
        cause, remedy = str(failure.cause), str(failure.remedy)
        Failure.objects.update_or_create(
            task_id=attempt.task_id,
            defaults={
                "task_path": attempt.task_path[:200],
                "queue": row.queue_name,
                "cause": cause[:300],
                "remedy": remedy[:300],
                "detail": failure.detail,
                "attempts": attempt.number,
                "at": timezone.now(),
            },
        )
        _tell_that_it_gave_up(row, cause, remedy, failure.detail)
    return True


def _tell_that_it_gave_up(row: Row, cause: str, remedy: str, detail: dict[str, object]) -> None:
    gave_up = policy_of(row.task_path).gave_up
    if gave_up is None:
        return
    told = GaveUp(
        args=tuple(row.args_kwargs["args"]),
        kwargs=dict(row.args_kwargs["kwargs"]),
        cause=filled(cause, detail),
        remedy=filled(remedy, detail),
    )
    try:
        with transaction.atomic():
            gave_up(told)
    except Exception:  # a listener's defect must not keep the failure from being recorded
        logger.exception("gave_up of %s failed", row.task_path)


# -- workers ---------------------------------------------------------------------------------------


def machine_mark() -> str:
    """Names this boot of this machine and its process namespace, where process ids are unique."""
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return f"{boot} {Path('/proc/self/ns/pid').readlink()}"


def process_mark(pid: int) -> str | None:
    """A process id with its start time (against reuse); None when there is no such process."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = status.rpartition(")")[2].split()  # the name in brackets may hold anything
    state, started = fields[0], fields[19]
    return None if state in "ZX" else f"{pid}:{started}"


def sign_on(worker_id: str, queues: Sequence[str]) -> None:
    """Announce a worker."""
    Worker.objects.create(
        worker_id=worker_id,
        started_at=Now(),
        seen_at=Now(),
        queues=",".join(queues),
        machine=machine_mark(),
        process=process_mark(os.getpid()) or "",
    )


def beat(worker_id: str, queues: Sequence[str]) -> None:
    """Say that the worker lives; by the database's clock, so hosts need not agree."""
    if not Worker.objects.filter(worker_id=worker_id).update(seen_at=Now()):
        sign_on(worker_id, queues)  # trimmed while the machine slept


def sign_off(worker_id: str) -> None:
    """Forget a worker that ends in order."""
    Worker.objects.filter(worker_id=worker_id).delete()


def living_workers() -> set[str]:
    """Ids of workers that beat within the lease and, on this machine, still run."""
    silent_since = ExpressionWrapper(
        Now() - Value(timedelta(seconds=settings.WORKER_LEASE_SECONDS)),
        output_field=DateTimeField(),
    )
    here = machine_mark()
    living = set()
    for worker in Worker.objects.filter(seen_at__gte=silent_since):
        pid = worker.process.partition(":")[0]
        if worker.machine == here and pid and process_mark(int(pid)) != worker.process:
            continue  # killed: no need to wait for the lease to run out
        living.add(worker.worker_id)
    return living


def take_back() -> int:
    """Make tasks of dead workers ready again, or stop those that killed too many; how many."""
    running = list(DBTaskResult.objects.running())
    if not running:
        return 0
    living = living_workers()
    taken = 0
    for row in running:
        if row.worker_ids and row.worker_ids[-1] in living:
            continue
        attempt = attempt_of(row)
        if attempt.number >= policy_of(row.task_path).attempts:
            died = PermanentFailure(
                CAUSE_DIED,
                REMEDY_RETRY,
                detail={"attempts": attempt.number, "reference": str(row.id)[:8]},
            )
            taken += _stop(row, attempt, died, "groupware.jobs.errors.LeaseLost", "")
        else:
            taken += _change(attempt, status=TaskResultStatus.READY, run_after=timezone.now())
        logger.warning("took task %s back from %s", row.id, row.worker_ids[-1:])
    return taken
