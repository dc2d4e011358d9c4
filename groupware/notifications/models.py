"""What a person is told: one row per person and fact, with the badge it makes."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Notification(models.Model):
    """A line in a person's list; `key` makes the same fact one line.

    `detail` fills the kind's sentence. Rows whose target the person may not read (any more) are
    never shown or counted; they go with the others when their time is over.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=32)
    target_kind = models.CharField(max_length=32)
    target_uuid = models.UUIDField()
    detail = models.JSONField(default=dict)
    at = models.DateTimeField(_("日時"), db_index=True)
    read_at = models.DateTimeField(_("読んだ日時"), null=True)

    class Meta:
        verbose_name = _("知らせ")
        verbose_name_plural = _("知らせ")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["staff", "key"], name="notification_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["staff", "-at"], name="notification_list"),
            models.Index(
                fields=["staff", "-at"],
                name="notification_unread",
                condition=models.Q(read_at__isnull=True),
            ),
        ]
