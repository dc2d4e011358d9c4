"""Telling people, and noting that they have read it."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from groupware.access import policies
from groupware.notifications import selectors
from groupware.notifications.kinds import kind_of
from groupware.notifications.models import Notification
from groupware.organization.models import Staff
from groupware.realtime.actions import publish

BADGE: Final = "notifications"
KEEP_READ: Final = timedelta(days=90)
KEEP_UNREAD: Final = timedelta(days=400)


def notify(
    *,
    staff: Staff,
    key: str,
    kind: str,
    target_kind: str,
    target_uuid: UUID,
    detail: dict[str, Any] | None = None,
) -> bool:
    """Tell a person something once: the same `key` again does nothing. Says whether it was new.

    Called by handlers and tasks, inside the transaction of what happened; the badge on the
    person's open pages moves after the commit.

    Raises:
        ValueError: for a kind that nobody registered.
        TransactionManagementError: outside a transaction.
    """
    if kind_of(kind) is None:
        raise ValueError(f"no kind of notification is called {kind!r}")
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("notify belongs to what happened")
    row, new = Notification.objects.get_or_create(
        staff=staff,
        key=key,
        defaults={
            "kind": kind,
            "target_kind": target_kind,
            "target_uuid": target_uuid,
            "detail": detail or {},
            "at": timezone.now(),
        },
    )
    if new:
        publish(staff.pk, "notification", {"uuid": str(row.uuid), "kind": kind})
        show_badge(staff)
    return new


def show_badge(staff: Staff) -> None:
    """Put the count of unread ones on the person's open pages."""
    publish(staff.pk, "badge", {"name": BADGE, "count": selectors.count_unread(staff)})


def read_notification(*, actor: Staff, notification: Notification) -> None:
    """Note that a person has read a line.

    Raises:
        NotVisible: when it is not the actor's own or its target may not be read.
    """
    policies.require(actor, policies.VIEW, notification)
    with transaction.atomic():
        unread = Notification.objects.filter(pk=notification.pk, read_at__isnull=True)
        if unread.update(read_at=timezone.now()):
            show_badge(actor)


def read_all(*, actor: Staff) -> int:
    """Note that a person has read all their lines; returns how many were unread."""
    with transaction.atomic():
        mine = policies.visible(actor, Notification.objects.all())
        number = mine.filter(read_at__isnull=True).update(read_at=timezone.now())
        if number:
            show_badge(actor)
    return number


def trim_notifications() -> int:
    """Remove lines read 90 days ago and unread ones of 400 days; returns how many."""
    now = timezone.now()
    read, _ = Notification.objects.filter(read_at__lt=now - KEEP_READ).delete()
    unread, _ = Notification.objects.filter(read_at__isnull=True, at__lt=now - KEEP_UNREAD).delete()
    return read + unread
