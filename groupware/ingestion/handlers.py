"""What ingestion does when a file ends: everything that was read from it goes."""

from __future__ import annotations

from groupware.events import subscribe
from groupware.events.catalogue import FILE_DISPOSED, FileDisposed
from groupware.ingestion.models import Page, Reading, StepRun


def on_file_disposed(event: FileDisposed) -> None:
    """Delete text, boxes and step runs; the files app removes the images."""
    readings = Reading.objects.filter(file__uuid=event.file_uuid)
    StepRun.objects.filter(reading__in=readings).delete()
    Page.objects.filter(reading__in=readings).delete()
    readings.delete()


subscribe(FILE_DISPOSED, on_file_disposed)
