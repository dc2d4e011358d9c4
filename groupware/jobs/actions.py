"""Changes to the queue that people ask for.

`jobs` lies below `access` and `audit` and cannot ask or record: the administrators' page
(operations) checks the role `admin` and writes the audit entry around these calls.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from groupware.jobs.models import Failure
from groupware.jobs.worker import TOPIC
from groupware.realtime import doorbell


def retry_failed(*, task_ids: Iterable[UUID] | None = None, cause: str | None = None) -> int:
    """Put stopped tasks back into their queues with all attempts before them; how many.

    Either the tasks named, or all that stopped for `cause` (as stored in `Failure.cause`).

    Raises:
        ValueError: when neither or both are given.
    """
    failures = _chosen(task_ids, cause)
    with transaction.atomic():
        ids = list(failures.select_for_update().values_list("task_id", flat=True))
        revived = DBTaskResult.objects.filter(pk__in=ids, status=TaskResultStatus.FAILED).update(
            status=TaskResultStatus.READY,
            worker_ids=[],
            started_at=None,
            finished_at=None,
            run_after=get_date_max(),
            exception_class_path="",
            traceback="",
        )
        Failure.objects.filter(task_id__in=ids).delete()
        doorbell.ring_after_commit([TOPIC])
    return revived


def dismiss_failed(*, task_ids: Iterable[UUID] | None = None, cause: str | None = None) -> int:
    """Take stopped tasks off the list without trying them again; how many.

    Raises:
        ValueError: when neither or both are given.
    """
    with transaction.atomic():
        removed, _ = _chosen(task_ids, cause).delete()
    return removed


def _chosen(task_ids: Iterable[UUID] | None, cause: str | None) -> QuerySet[Failure]:
    if (task_ids is None) == (cause is None):
        raise ValueError("either task_ids or cause")
    if task_ids is not None:
        return Failure.objects.filter(task_id__in=list(task_ids))
    return Failure.objects.filter(cause=cause)
