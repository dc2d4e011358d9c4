"""Blobs (bytes, once), files (what is served), uploads under way, what remains of the disposed.

A `Blob` is never served or named in a URL; a `File` is. Disposal removes the file, its text,
boxes, images and index rows; the blob goes when its last file is gone and no hold stands.
"""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from groupware.access.models import Scope


class Blob(models.Model):
    """Immutable bytes, named by their SHA-256 (hex)."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()  # bytes
    stored_at = models.DateTimeField(auto_now_add=True)


class BlobHold(models.Model):
    """A stop on destroying bytes (訴訟・監査・開示請求). Stands until `lifted_at` is set."""

    blob = models.ForeignKey(Blob, models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=300)
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(auto_now_add=True)
    lifted_at = models.DateTimeField(null=True, blank=True)


class File(models.Model):
    """A named file of a container; the only thing that is ever served."""

    class State(models.TextChoices):
        QUARANTINE = "quarantine", _("検査中")
        HELD = "held", _("保留")
        READY = "ready", _("使える")
        REFUSED = "refused", _("受け取れない")
        DISPOSED = "disposed", _("廃棄済")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="files", null=True)
    name = models.CharField(_("ファイル名"), max_length=255)
    media_type = models.CharField(max_length=127, blank=True)
    size = models.PositiveBigIntegerField(_("大きさ"), default=0)  # bytes; stays after disposal
    state = models.CharField(max_length=12, choices=State, default=State.QUARANTINE)
    reason = models.CharField(max_length=300, blank=True)  # why held or refused, for people
    uploader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    owner_kind = models.CharField(max_length=32)
    owner_uuid = models.UUIDField(db_index=True)
    scope = models.ForeignKey(Scope, models.PROTECT, related_name="files")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("ファイル")
        verbose_name_plural = _("ファイル")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["uploader", "-created_at"]),
        ]

    def __str__(self) -> str:
        return self.name


class Disposal(models.Model):
    """What remains of a disposed file or of destroyed bytes: that it was, who ended it and why."""

    file_uuid = models.UUIDField(null=True)  # null: the record of the bytes themselves
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    name = models.CharField(max_length=255, blank=True)
    by_uuid = models.UUIDField(null=True)
    by_name = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["file_uuid"])]


class Upload(models.Model):
    """A resumable upload under way (tus 1.0).

    `offset` counts bytes that are on disk for certain (fsync came first). `purpose` names who
    takes the finished upload over, `wishes` what it is told (folder, kind, 年度).
    """

    class State(models.TextChoices):
        OPEN = "open", _("送信中")
        CLAIMED = "claimed", _("取り込んだ")
        REFUSED = "refused", _("受け取れない")
        CANCELLED = "cancelled", _("取り消し")
        EXPIRED = "expired", _("期限切れ")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    uploader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()  # bytes in all
    offset = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    purpose = models.CharField(max_length=32, blank=True)
    wishes = models.JSONField(default=dict)
    metadata = models.JSONField(default=dict)  # as sent, for HEAD
    reason = models.CharField(max_length=300, blank=True)  # why refused, for people
    result_uuid = models.UUIDField(null=True)  # what it became, so that a retry answers the same
    created_at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "touched_at"]),
            models.Index(fields=["uploader", "-created_at"]),
        ]
