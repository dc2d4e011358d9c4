"""Where a person's log stands."""

from dataclasses import dataclass

from django.db import transaction

from groupware.realtime.models import LogEpoch, Stream


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


def position_of(staff_id: int) -> Position:
    """The end of a person's stream now (2 queries)."""
    seq = Stream.objects.filter(pk=staff_id).values_list("last_seq", flat=True).first()
    return Position(current_epoch(), seq or 0)
