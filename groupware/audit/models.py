"""The audit record: entries written once, links that chain them, heads kept outside.

An entry is written in the business transaction, unchained, so that writers never wait for each
other; one chainer gives each committed entry its position and hash (a `Link`) within 2 s.
Database triggers refuse every UPDATE and DELETE on both tables. Actors are ids and text as of
the moment, no foreign keys: the record outlives everything it speaks of.
"""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One act of a person or of the system."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField(_("日時"), db_index=True)
    business_date = models.DateField(_("業務日"))
    city_code = models.CharField(max_length=6)
    action = models.CharField(_("したこと"), max_length=64, db_index=True)
    actor_uuid = models.UUIDField(null=True, db_index=True)
    actor_name = models.CharField(_("した人"), max_length=100, blank=True)
    actor_post = models.CharField(max_length=50, blank=True)
    actor_section = models.CharField(_("所属"), max_length=200, blank=True)
    target_kind = models.CharField(max_length=32, blank=True)
    target_uuid = models.UUIDField(null=True, db_index=True)
    target_name = models.CharField(_("対象"), max_length=300, blank=True)
    address = models.GenericIPAddressField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("監査の記録")
        verbose_name_plural = _("監査の記録")


class Link(models.Model):
    """An entry's place in the one chain of the city."""

    position = models.PositiveBigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="link")
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)  # SHA-256, see audit.chain
    schema = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
