"""What a person is told: one row per person and fact, with the badge it makes."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models


class Notification(models.Model):
    """A line in a person's list; `key` makes the same fact one line."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=32)
    target_kind = models.CharField(max_length=32)
    target_uuid = models.UUIDField()
    detail = models.JSONField(default=dict)
    at = models.DateTimeField(db_index=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["staff", "key"], name="notification_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["staff", "read_at", "-at"]),
        ]
