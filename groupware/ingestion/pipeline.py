"""The steps of one file: guards in quarantine, then page by page text and OCR.

Each slice of work is short, so that a person's upload overtakes a 500-page import: a task does
what it can in SLICE_SECONDS and enqueues its own continuation.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from groupware.files import storage
from groupware.ingestion import outcomes
from groupware.ingestion.guards import registry
from groupware.ingestion.guards.malware import ScannerDown
from groupware.ingestion.models import Page, Reading
from groupware.ingestion.ocr import recogniser
from groupware.ingestion.parsers import convert
from groupware.ingestion.sandbox.limits import CONVERTER
from groupware.ingestion.sandbox.parent import Child, Refusal, SandboxError

logger = logging.getLogger(__name__)

SLICE_SECONDS = 20.0
ATTEMPTS = 3  # of one page, all steps together
CONVERTED = "converted.pdf"


def check(reading: Reading) -> None:
    """Run the guards and let the file in, hold it or refuse it.

    Raises SandboxError("wall") when the machine was too busy to tell; the task tries again.
    """
    if not outcomes.start_checking(reading):
        return
    path = blob_of(reading)
    if path is None:
        outcomes.give_up(reading, "lost")
        return
    with Child(path) as child:
        candidate = registry.Candidate(path, reading.file.name, child, settings.PAGES_MAX)
        try:
            verdict = registry.examine(candidate)
        except ScannerDown as error:
            logger.error("the malware scanner does not answer: %s", error)
            outcomes.wait_for_scanner(reading)
            return
    if verdict is not None and not (verdict.outcome == "hold" and reading.released_at):
        outcomes.reject(reading, verdict)
        return
    accept(reading, candidate.found)


def accept(reading: Reading, found: dict[str, Any]) -> None:
    """Make the PDF of a Word file where possible and lay out the pages."""
    pages, converted, note = int(found["pages"]), False, ""
    if found["kind"] == "docx":
        if convert.available():
            pages_of_pdf = _convert(reading)
            converted = pages_of_pdf > 0
            pages = pages_of_pdf or pages
            note = "" if converted else "unconverted"
        else:
            note = "no_preview"
    outcomes.accept(reading, found, pages=pages, converted=converted, note=note)


def _convert(reading: Reading) -> int:
    """Write the derived PDF of a Word file and return its pages; 0 when that fails."""
    path = blob_of(reading)
    if path is None:
        return 0
    try:
        with Child(
            path, operations="groupware.ingestion.parsers.convert", limits=CONVERTER
        ) as child:
            made = child.call("convert")
            _keep(reading, child.scratch, {"pdf": str(made["file"])})
        with Child(storage.derived_path(reading.file, CONVERTED)) as child:
            answer = child.call("open", kind="pdf", page_limit=settings.PAGES_MAX)
            return int(answer["pages"])
    except (Refusal, SandboxError) as error:
        logger.warning("file %s could not be converted: %s", reading.file.uuid, error)
        return 0


def blob_of(reading: Reading) -> Path | None:
    """Return where the file's bytes are, None when they are gone."""
    blob = reading.file.blob
    path = storage.blob_path(blob) if blob else None
    return path if path and path.exists() else None


@contextmanager
def opened(reading: Reading) -> Iterator[Child]:
    """Open the file (or what it was converted to) in a child. Raises Refusal, SandboxError."""
    path = blob_of(reading)
    kind = reading.kind
    if reading.converted:
        path, kind = storage.derived_path(reading.file, CONVERTED), "pdf"
    if path is None or not path.exists():
        raise Refusal("lost", {})
    with Child(path) as child:
        child.call("open", kind=kind, page_limit=settings.PAGES_MAX)
        yield child


def read_text(page: Page, child: Child, *, plain: bool) -> str:
    """Read the text of a page and keep its images; returns what outcomes.store_text says.

    Raises Refusal, SandboxError, StorageFull.
    """
    begun = time.monotonic()
    answer = child.call("page", number=page.number, plain_only=plain)
    _keep(page.reading, child.scratch, answer["files"])
    spent = round(1000 * (time.monotonic() - begun))
    return outcomes.store_text(
        page, answer["page"], has_image=bool(answer["files"]), milliseconds=spent
    )


def recognise(page: Page, child: Child, *, only: str = "") -> str:
    """Recognise a page by OCR. Raises Refusal, SandboxError."""
    begun = time.monotonic()
    raster = child.call("raster", number=page.number)
    found = recogniser.read(raster, child.scratch, only=only)
    spent = round(1000 * (time.monotonic() - begun))
    return outcomes.store_recognised(page, found, milliseconds=spent)


def _keep(reading: Reading, scratch: Path, files: dict[str, str]) -> None:
    """Copy what a child made to the derived files; links that it may have left are not followed."""
    for name in files.values():
        descriptor = os.open(scratch / Path(name).name, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(descriptor, "rb") as source:
            storage.write_derived(reading.file, Path(name).name, source)


def work(reading: Reading, *, ocr: bool) -> bool:
    """Work on waiting pages for one slice; returns whether some are left for this queue.

    A page that fails is tried again more simply (no tables, the other engine), at most ATTEMPTS
    times; a child that was ended takes only its own page with it.
    """
    end = time.monotonic() + SLICE_SECONDS
    pages = waiting_pages(reading, ocr=ocr)
    while pages:
        page = pages[0]
        try:
            with opened(reading) as child:
                for page in pages:
                    if _one(page, child, ocr=ocr) == "held":
                        return False
                    if time.monotonic() >= end:
                        break
        except (Refusal, SandboxError) as error:
            _count(page, error)
        pages = waiting_pages(reading, ocr=ocr)
        if time.monotonic() >= end:
            return bool(pages)
    return False


def _one(page: Page, child: Child, *, ocr: bool) -> str:
    page.refresh_from_db(fields=["attempts"])
    if ocr:
        return recognise(page, child, only="tesseract" if page.attempts else "")
    return read_text(page, child, plain=page.attempts > 0)


def _count(page: Page, error: Refusal | SandboxError) -> None:
    if isinstance(error, Refusal):
        outcomes.fail_page(page, error.code, error.facts, final=True)
        return
    logger.warning("page %s of %s: %s", page.number, page.reading.file.uuid, error)
    code = "no_engine" if "EngineError" in error.detail else error.kind
    outcomes.fail_page(page, code, {}, final=page.attempts + 1 >= ATTEMPTS)


def waiting_pages(reading: Reading, *, ocr: bool) -> list[Page]:
    """Return the pages that wait for the text step, or for OCR; none while the file is not open."""
    if not Reading.objects.filter(pk=reading.pk, state=Reading.State.READING).exists():
        return []
    rows = reading.pages.filter(state=Page.State.WAITING).order_by("number")
    rows = rows.exclude(needs_ocr="") if ocr else rows.filter(needs_ocr="")
    found = list(rows.defer("text", "words", "tables"))
    for page in found:
        page.reading = reading
    return found
