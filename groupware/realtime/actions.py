"""Writing to the log. Nothing here reaches a browser by itself: the row is the message."""

import hashlib
import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from groupware.realtime import doorbell, person, rooms
from groupware.realtime.models import LogEpoch, PersonEvent

PAYLOAD_MAX: Final = 8 * 1024  # bytes of JSON
KEEP: Final = timedelta(hours=24)
KIND_MAX: Final = 32

# One statement, so that two writers cannot draw the same number; the row stays locked until the
# commit, so that numbers appear in the order in which they were drawn.
DRAW: Final = (
    "INSERT INTO realtime_stream (staff_id, last_seq) VALUES (%s, 1) "
    "ON CONFLICT (staff_id) DO UPDATE SET last_seq = realtime_stream.last_seq + 1 "
    "RETURNING last_seq"
)


def publish(staff_id: int, kind: str, payload: dict[str, Any]) -> int:
    """Add an event to a person's own stream; returns its sequence number.

    The open pages of the person hear of it once the transaction has committed.

    Raises:
        TransactionManagementError: outside a transaction: an event without its change is a lie.
        ValueError: for a kind or payload that is too long, or the hub's own kind.
    """
    if kind == rooms.LEAVE:
        raise ValueError(f"{kind!r} is the hub's own kind")
    return _append(staff_id, kind, payload)


def publish_to(staff_ids: Iterable[int], kind: str, payload: dict[str, Any]) -> None:
    """The same event to several people, in the order of their ids (so that writers do not lock
    each other out).

    Raises:
        TransactionManagementError, ValueError: as `publish`.
    """
    for staff_id in sorted(set(staff_ids)):
        publish(staff_id, kind, payload)


def close_sockets(staff_id: int, *, session_key: str | None = None) -> int:
    """Have the sockets of a person (or only those of one session) closed at once.

    Raises:
        TransactionManagementError: outside a transaction.
    """
    session = session_digest(session_key) if session_key else None
    return _append(staff_id, rooms.LEAVE, {"session": session})


def session_digest(session_key: str) -> str:
    """What stands for a session in the log, where its key would be a way in."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:32]


def _append(staff_id: int, kind: str, payload: dict[str, Any]) -> int:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(f"{kind} was published outside a transaction")
    size = len(json.dumps(payload, ensure_ascii=False).encode())
    if len(kind) > KIND_MAX or size > PAYLOAD_MAX:
        raise ValueError(f"{kind}: {size} bytes of payload; a live event is a hint, not a document")
    with connection.cursor() as cursor:
        cursor.execute(DRAW, [staff_id])
        seq: int = cursor.fetchone()[0]
    PersonEvent.objects.create(stream_id=staff_id, seq=seq, kind=kind, payload=payload)
    doorbell.ring_after_commit([rooms.topic((person.NAME, staff_id))])
    return seq


def trim_events() -> int:
    """Remove events older than 24 hours; returns how many. Who was away longer loads afresh."""
    removed, _ = PersonEvent.objects.filter(at__lt=timezone.now() - KEEP).delete()
    return removed


def renew_epoch() -> None:
    """Begin another history: after a restore, every client has to load afresh."""
    with transaction.atomic():
        LogEpoch.objects.all().delete()
        LogEpoch.objects.create()
