"""The log that live updates are read from; the bus only says that there is something new."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models


class LogEpoch(models.Model):
    """Names this history of the log (one row). A restored backup begins another one.

    A client that counts in another epoch, or beyond the end of this one, has to load afresh.
    """

    epoch = models.UUIDField(default=uuid.uuid4)
    begun_at = models.DateTimeField(auto_now=True)


class Stream(models.Model):
    """A person's own stream: the last sequence number given out."""

    staff = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="+"
    )
    last_seq = models.PositiveBigIntegerField(default=0)


class PersonEvent(models.Model):
    """One event for one person, in order without gaps; trimmed after a day."""

    stream = models.ForeignKey(Stream, models.PROTECT, related_name="events", db_index=False)
    seq = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=32)
    payload = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["stream", "seq"], name="event_once"),
        ]
