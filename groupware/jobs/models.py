"""Leases of workers, attempts of tasks, slots of recurring work.

The task rows themselves are django-tasks-db's `DBTaskResult`.
"""

from typing import ClassVar

from django.db import models


class Worker(models.Model):
    """A worker process; silent for longer than the lease, its tasks are taken back."""

    worker_id = models.CharField(max_length=64, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)
    queues = models.CharField(max_length=100)


class CronSlot(models.Model):
    """A recurring task ran (or was enqueued) for this slot; unique, so once per slot."""

    name = models.CharField(max_length=64)
    slot = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["name", "slot"], name="slot_once"),
        ]


class Failure(models.Model):
    """Why a task stopped for good, in words for people; kept until it is retried."""

    task_id = models.UUIDField(unique=True)
    task_path = models.CharField(max_length=200)
    cause = models.CharField(max_length=300)
    remedy = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
