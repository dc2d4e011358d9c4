"""What a person reads of their notifications. Every answer asks the targets' rights again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from groupware.access.policies import NotVisible
from groupware.notifications import targets
from groupware.notifications.kinds import kind_of
from groupware.notifications.models import Notification
from groupware.organization.models import Staff

LISTED: Final = 400  # the newest rows that are looked at; older ones wait for their end
COUNTED: Final = 100  # unread rows that are counted; the badge says 99+


@dataclass(frozen=True, slots=True)
class Line:
    """A notification as it is shown."""

    uuid: UUID
    icon: str
    tone: str
    title: str
    line: str
    at: datetime
    unread: bool
    url: str


def of_viewer(viewer: Staff) -> QuerySet[Notification]:
    """The viewer's own rows, the newest first, before rights are asked."""
    return Notification.objects.filter(staff_id=viewer.pk).order_by("-at", "-pk")


def readable(viewer: Staff, rows: Iterable[Notification]) -> list[Notification]:
    """Those rows whose target the viewer may read now; their kind is known to this version."""
    known = [row for row in rows if kind_of(row.kind) is not None]
    allowed = targets.list_readable(viewer, ((row.target_kind, row.target_uuid) for row in known))
    return [row for row in known if (row.target_kind, row.target_uuid) in allowed]


def list_lines(viewer: Staff, *, unread_only: bool = False) -> list[Line]:
    """The viewer's notifications, newest first (1 query and 1 per kind of target)."""
    rows = of_viewer(viewer)
    if unread_only:
        rows = rows.filter(read_at__isnull=True)
    return [_line(row) for row in readable(viewer, rows[:LISTED])]


def count_unread(viewer: Staff) -> int:
    """How many unread ones the viewer may read, at most `COUNTED`."""
    unread = of_viewer(viewer).filter(read_at__isnull=True)[:COUNTED]
    return len(readable(viewer, unread))


def get_notification(viewer: Staff, uuid: UUID) -> Notification:
    """One of the viewer's own.

    Raises:
        NotVisible: for another person's, an unknown one, or one whose target may not be read.
    """
    rows = readable(viewer, of_viewer(viewer).filter(uuid=uuid))
    if not rows:
        raise NotVisible
    return rows[0]


def url_of(row: Notification) -> str:
    """Where the thing it is about is shown.

    Raises:
        NotVisible: when nobody registered the kind of target.
    """
    target = targets.target_of(row.target_kind)
    if target is None:
        raise NotVisible
    return target.url(row.target_uuid)


def _line(row: Notification) -> Line:
    kind = kind_of(row.kind)
    assert kind is not None  # `readable` leaves the others out
    return Line(
        uuid=row.uuid,
        icon=kind.icon,
        tone=kind.tone,
        title=kind.title(row.detail),
        line=kind.line(row.detail),
        at=row.at,
        unread=row.read_at is None,
        url=url_of(row),
    )
