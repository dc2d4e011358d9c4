"""Telling the uploader how far a file is; a hint only, the rows are the truth."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from groupware.ingestion.models import Reading
from groupware.realtime.actions import publish

UNDER_WAY = (Reading.State.WAITING, Reading.State.CHECKING, Reading.State.READING)


def queue_place(reading: Reading) -> int:
    """Return how many files come before this one; 0 for one that is being worked on (1 query)."""
    if reading.state != Reading.State.WAITING:
        return 0
    before = Q(priority__gt=reading.priority) | Q(
        priority=reading.priority, queued_at__lt=reading.queued_at
    )
    return Reading.objects.filter(before, state__in=UNDER_WAY).exclude(pk=reading.pk).count()


def state_of(reading: Reading) -> dict[str, Any]:
    """Return what is shown of a reading: state, page n of m, queue place, cause and remedy."""
    state: dict[str, Any] = {
        "file": str(reading.file.uuid),
        "state": str(reading.state),
        "page": reading.pages_done,
        "pages": reading.page_count,
    }
    if reading.state == Reading.State.WAITING:
        state["queue"] = queue_place(reading)
    if reading.cause:
        state |= {"cause": reading.cause, "remedy": reading.remedy}
    return state


def tell(reading: Reading) -> None:
    """Publish the state of a reading to its uploader, inside the caller's transaction."""
    publish(reading.file.uploader_id, "file-progress", state_of(reading))
