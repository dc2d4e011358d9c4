"""The tasks: check a file, read its pages, recognise its scans. Each may run twice."""

from __future__ import annotations

from django.db import transaction
from django_tasks import task

from groupware.files import storage
from groupware.files.errors import StorageFull
from groupware.ingestion import outcomes, pipeline
from groupware.ingestion.models import Page, Reading, StepRun
from groupware.jobs import priorities
from groupware.jobs.retry import GaveUp, retries

OCR_BEGUN = "ocr-begun"  # a step run of page 0: an OCR task for this file is in the queue


def _reading(pk: int) -> Reading | None:
    return Reading.objects.select_related("file", "file__blob").filter(pk=pk).first()


def _gave_up(failure: GaveUp) -> None:
    """A task stopped for reasons of the site (disk, database): say so, keep what was read."""
    reading = _reading(int(failure.args[0]))
    if reading is not None:
        StepRun.objects.filter(reading=reading, step=OCR_BEGUN).delete()
        try:
            storage.check_room(0)
        except StorageFull:
            outcomes.give_up(reading, "disk_full")
        else:
            outcomes.give_up(reading, "stopped", failure.cause, failure.remedy)


@task(queue_name="default")
@retries(attempts=3, backoff=(2, 10, 60), gave_up=_gave_up)
def check_file(reading_id: int) -> None:
    """Examine a file in quarantine, then have its pages read."""
    reading = _reading(reading_id)
    if reading is None:
        return
    pipeline.check(reading)
    reading.refresh_from_db()
    if reading.state == Reading.State.READING:
        enqueue_reading(reading)


@task(queue_name="default")
@retries(attempts=5, backoff=(2, 10, 60), gave_up=_gave_up)
def read_pages(reading_id: int) -> None:
    """Read the text of waiting pages for one slice; scans go on to the OCR queue."""
    reading = _reading(reading_id)
    if reading is None:
        return
    left = pipeline.work(reading, ocr=False)
    enqueue_ocr(reading)
    if left:
        enqueue_reading(reading)
    else:
        outcomes.finish(reading)


@task(queue_name="ocr")
@retries(attempts=5, backoff=(2, 10, 60), gave_up=_gave_up)
def recognise_pages(reading_id: int) -> None:
    """Recognise waiting scans for one slice."""
    reading = _reading(reading_id)
    if reading is None:
        return
    pipeline.work(reading, ocr=True)
    with transaction.atomic():
        StepRun.objects.filter(reading=reading, step=OCR_BEGUN).delete()
        enqueue_ocr(reading)
    outcomes.finish(reading)


@task(priority=priorities.NORMAL)
@retries()
def check_again() -> int:
    """Examine again what waits for the malware scanner."""
    waiting = Reading.objects.filter(
        state=Reading.State.WAITING, problem__code="scanner_down"
    ).order_by("-priority", "queued_at")
    for reading in waiting[:200]:
        with transaction.atomic():
            check_file.using(priority=reading.priority).enqueue(reading.pk)
    return len(waiting[:200])


def enqueue_check(reading: Reading) -> None:
    """Put a file into the queue for its guards, in the caller's transaction."""
    check_file.using(priority=reading.priority).enqueue(reading.pk)


def enqueue_reading(reading: Reading) -> None:
    """Put the reading of pages into the queue."""
    with transaction.atomic():
        read_pages.using(priority=reading.priority).enqueue(reading.pk)


def enqueue_ocr(reading: Reading) -> None:
    """Put recognition into the queue, once at a time for a file, when a scan waits."""
    with transaction.atomic():
        scans = reading.pages.filter(state=Page.State.WAITING).exclude(needs_ocr="")
        if reading.state != Reading.State.READING or not scans.exists():
            return
        _marker, fresh = StepRun.objects.get_or_create(
            reading=reading, page=0, step=OCR_BEGUN, version=outcomes.VERSION
        )
        if fresh:
            recognise_pages.using(priority=reading.priority).enqueue(reading.pk)
