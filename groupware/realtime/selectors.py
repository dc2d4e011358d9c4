"""Where a person's log stands."""

import hashlib
from dataclasses import dataclass

from django.db import transaction

from groupware.realtime import person
from groupware.realtime.models import LogEpoch, Stream
from groupware.realtime.rooms import Room


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a log; a page that shows a state as of it misses nothing by listening from it."""

    epoch: str
    seq: int


def current_epoch() -> str:
    """The name of this history of the log; made at the first question."""
    row = LogEpoch.objects.order_by("pk").first()
    if row is None:
        with transaction.atomic():
            row = LogEpoch.objects.get_or_create(pk=1)[0]
    return row.epoch.hex


def epoch_of(epoch: str, room: Room) -> str:
    """The epoch as a client of one room hears it: a place in one room means nothing in another
    (two people use the same browser tab one after the other)."""
    return hashlib.sha256(f"{epoch} {room[0]} {room[1]}".encode()).hexdigest()[:16]


def position_of(staff_id: int) -> Position:
    """The end of a person's stream now (2 queries)."""
    seq = Stream.objects.filter(pk=staff_id).values_list("last_seq", flat=True).first()
    return Position(epoch_of(current_epoch(), (person.NAME, staff_id)), seq or 0)
