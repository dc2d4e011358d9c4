"""What the search keeps in the site's database: rows with their text, the outbox, synonyms,
frequencies.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Row(models.Model):
    """One findable unit: a page of a document, a section of a know-how page, a message.

    ``group`` folds rows into one hit. ``id`` is the row's number in every engine.
    """

    kind = models.CharField(_("種類"), max_length=24)
    group = models.UUIDField(_("まとまり"))
    unit = models.PositiveIntegerField(_("ページ"))
    title = models.CharField(_("件名"), max_length=500)
    heading = models.CharField(_("見出し"), max_length=500, blank=True)
    text = models.TextField(_("文字"), blank=True)
    scope_id = models.BigIntegerField(_("権限の範囲"), db_index=True)
    section_id = models.BigIntegerField(_("所属"), default=0)
    section_label = models.CharField(_("所属名"), max_length=200, blank=True)
    fiscal_year = models.IntegerField(_("年度"), default=0)
    made_on = models.DateField(_("作成日"), null=True)
    author = models.CharField(_("作成者"), max_length=200, blank=True)
    is_scan = models.BooleanField(_("スキャン"), default=False)
    confidence = models.FloatField(_("読み取りの確かさ"), null=True)
    version = models.PositiveIntegerField(_("解析の版"))
    written = models.DateTimeField(_("書いた日時"), auto_now=True)

    class Meta:
        verbose_name = _("索引の行")
        verbose_name_plural = _("索引の行")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "group", "unit"], name="search_row_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["section_id", "section_label"])
        ]


class Outbox(models.Model):
    """Rows whose engine copy is behind; written in the business transaction, deleted when it has
    caught up.

    It names a row, not a change: whoever feeds an engine reads the row as it is now, so the order
    in which transactions commit cannot lose or revive anything
    (docs/adr/0003-search-engine-and-tokens.md).
    """

    id = models.BigAutoField(primary_key=True)
    row_id = models.BigIntegerField(db_index=True)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("索引へ送る行")
        verbose_name_plural = _("索引へ送る行")


class Synonym(models.Model):
    """One form of a group of words that mean the same, from Sudachi's dictionary or the city's own
    table.
    """

    SUDACHI, CITY = "sudachi", "city"

    key = models.CharField(_("畳んだ形"), max_length=120, db_index=True)
    form = models.CharField(_("語形"), max_length=120)
    group = models.CharField(_("組"), max_length=16, db_index=True)
    word = models.PositiveSmallIntegerField(_("組の中の語"), default=1)
    source = models.CharField(_("出どころ"), max_length=8, default=CITY)
    triggers = models.BooleanField(_("この語から広げる"), default=True)
    valid_from = models.DateField(_("いつから"), null=True, blank=True)
    valid_until = models.DateField(_("いつまで"), null=True, blank=True)

    class Meta:
        verbose_name = _("同義語")
        verbose_name_plural = _("同義語")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["group", "form"], name="synonym_once"),
        ]


class DocumentFrequency(models.Model):
    """How many rows hold a token; refreshed nightly, used for ranking only, never shown."""

    column = models.CharField(max_length=1)
    term = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("語の頻度")
        verbose_name_plural = _("語の頻度")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["column", "term"], name="frequency_once"),
        ]


class Statistics(models.Model):
    """One row: size and mean lengths of the index when the frequencies were counted."""

    rows = models.PositiveIntegerField(default=0)
    mean_words = models.FloatField(default=1.0)
    mean_title = models.FloatField(default=1.0)
    mean_grams = models.FloatField(default=1.0)
    counted = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("索引の統計")
        verbose_name_plural = _("索引の統計")
