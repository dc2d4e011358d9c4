"""Posting and withdrawing announcements."""

from datetime import date

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from groupware.access.policies import require
from groupware.audit.actions import record
from groupware.organization.models import Staff
from groupware.organization.selectors import standing
from groupware.portal.models import Announcement


def post_announcement(
    *,
    actor: Staff,
    title: str,
    text: str,
    shown_from: date,
    shown_until: date,
    before_sign_in: bool,
    request: HttpRequest | None = None,
) -> Announcement:
    """Put an announcement on the portal.

    Raises:
        NotVisible, Denied: when the actor does not administer.
        ValueError: when it would end before it begins.
    """
    if shown_until < shown_from:
        raise ValueError("shown_until lies before shown_from")
    announcement = Announcement(
        title=title,
        text=text,
        section_label=standing(actor).section_label,
        shown_from=shown_from,
        shown_until=shown_until,
        before_sign_in=before_sign_in,
        created_by=actor,
        created_by_name=actor.name,
    )
    require(actor, "manage", announcement)
    with transaction.atomic():
        announcement.save()
        record(actor, "announcement.posted", announcement, detail={"title": title}, request=request)
    return announcement


def withdraw_announcement(
    *, actor: Staff, announcement: Announcement, request: HttpRequest | None = None
) -> None:
    """Take an announcement back; a second time changes nothing.

    Raises:
        NotVisible, Denied: when the actor does not administer.
    """
    require(actor, "manage", announcement)
    with transaction.atomic():
        changed = Announcement.objects.filter(pk=announcement.pk, withdrawn_at=None).update(
            withdrawn_at=timezone.now()
        )
        if changed:
            record(actor, "announcement.withdrawn", announcement, request=request)
