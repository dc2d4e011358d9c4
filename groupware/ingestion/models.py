"""What was read from a file: one `Reading`, its `Page`s with text and word boxes, step runs.

Readings belong to a `File`, not to a `Blob`: an upload must not answer differently because the
same bytes were read where the uploader may not look (docs/adr, files).
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from groupware.files.models import File


class Reading(models.Model):
    """The reading of one file."""

    class State(models.TextChoices):
        WAITING = "waiting", _("順番待ち")
        CHECKING = "checking", _("検査中")
        READING = "reading", _("読み取り中")
        DONE = "done", _("完了")
        HELD = "held", _("保留")
        FAILED = "failed", _("失敗")

    file = models.OneToOneField(File, models.PROTECT, related_name="reading")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING, db_index=True)
    kind = models.CharField(max_length=12, blank=True)  # pdf, image, text, docx
    page_count = models.PositiveIntegerField(default=0)
    pages_done = models.PositiveIntegerField(default=0)
    has_scan = models.BooleanField(default=False)
    priority = models.SmallIntegerField(default=0)
    cause = models.CharField(max_length=300, blank=True)
    remedy = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=300, blank=True)  # e.g. no preview: text only
    problem = models.JSONField(default=dict)  # {"code", "facts"} of cause and remedy
    flags = models.JSONField(default=list)  # what to beware of: "attachments", "forms" …
    converted = models.BooleanField(default=False)  # pages are those of derived converted.pdf
    number_pages = models.JSONField(default=list)  # where 個人番号 stand
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    released_at = models.DateTimeField(null=True)
    release_reason = models.CharField(max_length=300, blank=True)
    queued_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)


class Page(models.Model):
    """One page: its text in reading order and where each word stands.

    `words`: list of [start, end, x, y, w, h, confidence, line, direction]; start/end are code
    point offsets into `text`, x y w h thousandths of the page, confidence 0–100, direction h or v.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("順番待ち")
        DONE = "done", _("完了")
        FAILED = "failed", _("失敗")

    reading = models.ForeignKey(Reading, models.PROTECT, related_name="pages")
    number = models.PositiveIntegerField()  # from 1
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    width = models.FloatField(default=0)  # points (1/72 inch)
    height = models.FloatField(default=0)
    text = models.TextField(blank=True)
    words = models.JSONField(default=list)
    tables = models.JSONField(default=list)  # ruled tables: list of rows of cells
    is_scan = models.BooleanField(default=False)
    engine = models.CharField(max_length=24, blank=True)
    confidence = models.FloatField(null=True)  # 0..1, OCR only
    direction = models.CharField(max_length=1, default="h")
    needs_ocr = models.CharField(max_length=10, blank=True)  # scan, outlines, broken
    has_image = models.BooleanField(default=False)  # derived page-NNNN.webp and thumb-NNNN.webp
    turned = models.PositiveSmallIntegerField(default=0)  # quarter turns until the text stands
    attempts = models.PositiveSmallIntegerField(default=0)  # failed ones
    cause = models.CharField(max_length=300, blank=True)
    remedy = models.CharField(max_length=300, blank=True)
    version = models.PositiveSmallIntegerField(default=1)  # of the pipeline

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["reading", "number"], name="page_once"),
        ]


class StepRun(models.Model):
    """A step of the pipeline that finished: (file, page, step, version), exactly once."""

    reading = models.ForeignKey(Reading, models.PROTECT, related_name="steps")
    page = models.PositiveIntegerField(default=0)  # 0: the whole file
    step = models.CharField(max_length=24)
    version = models.PositiveSmallIntegerField()
    finished_at = models.DateTimeField(auto_now_add=True)
    milliseconds = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["reading", "page", "step", "version"], name="step_once"
            ),
        ]
