"""Announcements (お知らせ): lines that everybody, or everybody signed in, may read."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Announcement(models.Model):
    """A line on the portal, and on the sign-in page where it is `before_sign_in`.

    Shown from `shown_from` up to and including `shown_until` (business dates). Never deleted;
    taking one back sets `withdrawn_at`.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("見出し"), max_length=100)
    text = models.CharField(_("本文"), max_length=300, blank=True)
    section_label = models.CharField(_("出した所属"), max_length=200)
    shown_from = models.DateField(_("掲載の開始日"))
    shown_until = models.DateField(_("掲載の終了日"))
    before_sign_in = models.BooleanField(_("サインインの画面にも出す"), default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_by_name = models.CharField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("お知らせ")
        verbose_name_plural = _("お知らせ")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["shown_until", "shown_from"]),
        ]

    def __str__(self) -> str:
        return self.title
