"""The digitized library: folders with rights, documents, versions of their files."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from groupware.access.models import Scope
from groupware.files.models import File
from groupware.organization.models import Section


class Folder(models.Model):
    """A container of documents; it owns one Scope and keeps it when it moves."""

    class Kind(models.TextChoices):
        PLAIN = "plain", _("フォルダー")
        INBOX = "inbox", _("受信トレイ")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("名前"), max_length=200)
    yomi = models.CharField(_("よみ"), max_length=200, blank=True)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PLAIN)
    section = models.ForeignKey(Section, models.PROTECT, related_name="folders")
    parent = models.ForeignKey(
        "self", models.PROTECT, related_name="children", null=True, blank=True
    )
    scope = models.OneToOneField(Scope, models.PROTECT, related_name="folder")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("フォルダー")
        verbose_name_plural = _("フォルダー")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["section"], condition=models.Q(kind="inbox"), name="one_inbox"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The folder in the library."""
        return reverse("documents:folder", args=[self.uuid])


class Document(models.Model):
    """A document (文書): title and facts; its bytes are `Version`s, `file` is the one shown.

    `scope` is the folder's unless the document has an exception of its own. `state` repeats what
    the state of `file` means for readers, so that a list needs no join (see policies).
    """

    class Kind(models.TextChoices):
        DOCUMENT = "document", _("文書")
        SCAN = "scan", _("スキャン文書")

    class State(models.TextChoices):
        ARRIVING = "arriving", _("検査中")
        HELD = "held", _("保留")
        READY = "ready", _("公開中")
        REFUSED = "refused", _("受け取れない")
        DISPOSED = "disposed", _("廃棄済")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    folder = models.ForeignKey(Folder, models.PROTECT, related_name="documents")
    scope = models.ForeignKey(Scope, models.PROTECT, related_name="documents")
    section = models.ForeignKey(Section, models.PROTECT, related_name="documents")
    file = models.ForeignKey(File, models.PROTECT, related_name="shown_by", null=True)
    state = models.CharField(max_length=10, choices=State, default=State.ARRIVING)
    title = models.CharField(_("件名"), max_length=300)
    kind = models.CharField(_("種類"), max_length=12, choices=Kind, default=Kind.DOCUMENT)
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    made_on = models.DateField(_("作成日"), null=True, blank=True)
    source = models.TextField(_("出典"), blank=True)
    description = models.TextField(_("説明"), blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_by_name = models.CharField(max_length=100)
    created_by_section = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    upload_key = models.UUIDField(null=True, editable=False)  # the same upload sent again
    dismissed_at = models.DateTimeField(null=True, editable=False)  # off the upload screen

    class Meta:
        verbose_name = _("文書")
        verbose_name_plural = _("文書")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["scope", "-created_at"]),
            models.Index(fields=["folder", "-created_at"]),
            # A list under rights walks this index and needs no row to ask them (docs/access.md).
            models.Index(
                fields=["-created_at", "-id", "scope", "state", "created_by"],
                name="list_under_rights",
            ),
            models.Index(fields=["created_by", "-created_at"]),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["created_by", "upload_key"], name="upload_once"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The viewer."""
        return reverse("documents:viewer", args=[self.uuid])


class Version(models.Model):
    """One version of a document: a file, numbered from 1."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    document = models.ForeignKey(Document, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    file = models.OneToOneField(File, models.PROTECT, related_name="version")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["document", "number"], name="version_once"),
        ]


class View(models.Model):
    """When a person last opened a document (最近見た文書); one row per pair."""

    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, models.PROTECT, related_name="views")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["staff", "document"], name="view_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["staff", "-at"])]
