"""Leases of workers, slots of recurring work, and why tasks stopped for good.

The task rows themselves are django-tasks-db's `DBTaskResult`; `worker_ids` there holds one
entry per attempt, the last one being the holder of the lease.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _


class Worker(models.Model):
    """A worker process; silent for longer than the lease, its tasks are taken back."""

    worker_id = models.CharField(max_length=64, unique=True)
    started_at = models.DateTimeField(_("開始"))
    seen_at = models.DateTimeField(_("最後の合図"), db_index=True)
    queues = models.CharField(_("受け持つ列"), max_length=100)
    machine = models.CharField(
        max_length=120
    )  # boot and process namespace: where `process` means something
    process = models.CharField(max_length=40)  # process id and its start, against reuse of the id


class CronSlot(models.Model):
    """A recurring task was enqueued for this slot; unique, so once per slot."""

    name = models.CharField(max_length=64)
    slot = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["name", "slot"], name="slot_once"),
        ]


class Failure(models.Model):
    """Why a task stopped for good, in words for people; kept until it is retried or dismissed.

    `cause` and `remedy` are Japanese sentences of the message catalogue, so that they can be
    shown in English too; `detail` fills their %(names)s.
    """

    task_id = models.UUIDField(unique=True)
    task_path = models.CharField(max_length=200)
    queue = models.CharField(max_length=32)
    cause = models.CharField(_("理由"), max_length=300)
    remedy = models.CharField(_("どうすればよいか"), max_length=300, blank=True)
    detail = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(_("試した回数"))
    at = models.DateTimeField(_("止まった時刻"), db_index=True)

    class Meta:
        verbose_name = _("止まった仕事")
        verbose_name_plural = _("止まった仕事")

    def cause_text(self) -> str:
        """The cause in the reader's language."""
        return filled(self.cause, self.detail)

    def remedy_text(self) -> str:
        """The remedy in the reader's language."""
        return filled(self.remedy, self.detail)

    def attempts_text(self) -> str:
        """「3回試しました」"""
        return ngettext("%(count)d回試しました", "%(count)d回試しました", self.attempts) % {
            "count": self.attempts
        }


def filled(sentence: str, detail: dict[str, object]) -> str:
    """A sentence of the catalogue in the reader's language with its %(names)s filled.

    A sentence whose names `detail` does not have is shown as it is.
    """
    if not sentence:
        return ""
    translated = gettext(sentence)
    if not detail:
        return translated
    try:
        return translated % detail
    except (KeyError, TypeError, ValueError):
        return translated
