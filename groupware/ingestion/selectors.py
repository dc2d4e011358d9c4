"""Reads; every one asks access first, except the queue's own count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from groupware.access import policies
from groupware.access.selectors import Viewer
from groupware.files.models import File
from groupware.ingestion import boxes, progress
from groupware.ingestion.layout import Box
from groupware.ingestion.models import Page, Reading


def reading_of(viewer: Viewer, file: File) -> Reading | None:
    """Return the reading of a file, None before it began. Raises NotVisible."""
    policies.require(viewer, "view", file)
    return Reading.objects.select_related("file").filter(file=file).first()


def page(viewer: Viewer, file: File, n: int) -> Page:
    """Return page `n` (from 1) of a file. Raises NotVisible, also for a page that is not there."""
    policies.require(viewer, "view", file)
    found = Page.objects.select_related("reading").filter(reading__file=file, number=n).first()
    if found is None:
        raise policies.NotVisible
    return found


def list_pages(viewer: Viewer, file: File) -> list[Page]:
    """Return every page of a file by number, without texts and boxes. Raises NotVisible."""
    policies.require(viewer, "view", file)
    rows = Page.objects.filter(reading__file=file).order_by("number")
    return list(rows.defer("text", "words", "tables"))


def state_of(viewer: Viewer, file: File) -> dict[str, Any]:
    """Return what the progress line shows of a file. Raises NotVisible."""
    reading = reading_of(viewer, file)
    if reading is None:
        return {"file": str(file.uuid), "state": str(Reading.State.WAITING), "page": 0, "pages": 0}
    return progress.state_of(reading)


def boxes_on(page: Page, spans: Sequence[tuple[int, int]]) -> list[Box]:
    """Return the boxes of stretches of a page's text (code point offsets), in thousandths."""
    return [box for start, end in spans for box in boxes.boxes_of(page.words, start, end)]


def queue_place(file: File) -> int:
    """Return how many files come before this one."""
    reading = Reading.objects.filter(file=file).first()
    return progress.queue_place(reading) if reading else 0


def count_under_way() -> int:
    """Return how many files of the site wait or are being read (for administrators)."""
    return Reading.objects.filter(state__in=progress.UNDER_WAY).count()
