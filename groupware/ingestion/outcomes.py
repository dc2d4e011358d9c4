"""What the tasks write: every function is one transaction that is safe to run twice."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from groupware import events
from groupware.audit.actions import record
from groupware.events import catalogue
from groupware.files.actions import drop_bytes
from groupware.files.models import File
from groupware.ingestion import progress
from groupware.ingestion.guards.numbers import verdict_for
from groupware.ingestion.guards.registry import Verdict
from groupware.ingestion.guards.sentences import stored
from groupware.ingestion.models import Page, Reading, StepRun

VERSION = 1  # of the pipeline: a page read by an older one may be read again
TEXT, OCR = "text", "ocr"
TEXT_FIELDS = ("text", "words", "tables", "direction", "engine")


def explain(reading: Reading, code: str, facts: dict[str, Any]) -> list[str]:
    """Put a problem into a reading (not saved); return the names of the fields."""
    reading.cause, reading.remedy = stored(code, facts)
    reading.problem = {"code": code, "facts": facts}
    return ["cause", "remedy", "problem"]


def start_checking(reading: Reading) -> bool:
    """Mark the file as under examination; False when that is over."""
    with transaction.atomic():
        waiting = (Reading.State.WAITING, Reading.State.CHECKING)
        changed = Reading.objects.filter(pk=reading.pk, state__in=waiting).update(
            state=Reading.State.CHECKING
        )
        if changed:
            reading.refresh_from_db()
            progress.tell(reading)
    return bool(changed)


def accept(
    reading: Reading, found: dict[str, Any], *, pages: int, converted: bool, note: str
) -> None:
    """Let the file out of quarantine and lay out its pages; the caller enqueues their reading."""
    file = reading.file
    with transaction.atomic():
        opened = File.objects.filter(pk=file.pk, state=File.State.QUARANTINE).update(
            state=File.State.READY, media_type=found["media_type"]
        )
        if not opened:  # another worker was faster, or the file ended
            return
        file.state, file.media_type = File.State.READY, found["media_type"]
        reading.state, reading.page_count = Reading.State.READING, pages
        reading.kind, reading.flags = found["kind"], found["flags"]
        reading.converted = converted
        reading.cause = reading.remedy = reading.note = ""
        reading.problem = {}
        if note:
            reading.note = stored(note, {})[0]
        reading.save()
        there = set(reading.pages.values_list("number", flat=True))
        Page.objects.bulk_create(
            Page(reading=reading, number=n, version=VERSION)
            for n in range(1, pages + 1)
            if n not in there
        )
        progress.tell(reading)


def reject(reading: Reading, verdict: Verdict) -> None:
    """Refuse or hold the file as a guard decided; a refused file's bytes are let go."""
    if verdict.outcome == "hold":
        hold(reading, verdict)
        return
    file = reading.file
    with transaction.atomic():
        fields = explain(reading, verdict.code, verdict.facts)
        reading.state, reading.finished_at = Reading.State.FAILED, timezone.now()
        reading.save(update_fields=[*fields, "state", "finished_at"])
        changed = File.objects.filter(pk=file.pk, state=File.State.QUARANTINE).update(
            state=File.State.REFUSED, reason=_reason(reading)
        )
        if not changed:
            return
        file.refresh_from_db()
        record(None, "file.refused", file, detail={"code": verdict.code})
        drop_bytes(file=file)
        events.send(
            catalogue.FILE_REFUSED, catalogue.FileRefused(file_uuid=file.uuid, reason=file.reason)
        )
        progress.tell(reading)


def hold(reading: Reading, verdict: Verdict) -> None:
    """Hide the file until somebody with the duty releases it."""
    file = reading.file
    with transaction.atomic():
        fields = explain(reading, verdict.code, verdict.facts)
        reading.state = Reading.State.HELD
        reading.number_pages = sorted({*reading.number_pages, *verdict.pages})
        reading.save(update_fields=[*fields, "state", "number_pages"])
        states = (File.State.QUARANTINE, File.State.READY)
        changed = File.objects.filter(pk=file.pk, state__in=states).update(
            state=File.State.HELD, reason=_reason(reading)
        )
        if not changed:
            return
        file.refresh_from_db()
        record(None, "file.held", file, detail={"code": verdict.code, "pages": list(verdict.pages)})
        events.send(
            catalogue.FILE_HELD,
            catalogue.FileHeld(file_uuid=file.uuid, reason=file.reason, pages=verdict.pages),
        )
        progress.tell(reading)


def wait_for_scanner(reading: Reading) -> None:
    """Leave the file in quarantine because the configured scanner does not answer."""
    with transaction.atomic():
        fields = explain(reading, "scanner_down", {})
        reading.state = Reading.State.WAITING
        reading.save(update_fields=[*fields, "state"])
        progress.tell(reading)


def _reason(reading: Reading) -> str:
    return f"{reading.cause}{reading.remedy}"[:300]


def store_text(page: Page, found: dict[str, Any], *, has_image: bool, milliseconds: int) -> str:
    """Keep what the text step found; return "done", "ocr" (to be recognised) or "held"."""
    reading = page.reading
    with transaction.atomic():
        if found["numbers"] and not found["needs_ocr"] and reading.released_at is None:
            hold(reading, verdict_for([page.number]))
            return "held"
        values = {
            "width": found["width"],
            "height": found["height"],
            "has_image": has_image,
            "needs_ocr": found["needs_ocr"],
            "is_scan": bool(found["needs_ocr"]),
            "attempts": 0,
        }
        if not found["needs_ocr"]:
            values |= {name: found[name] for name in TEXT_FIELDS}
            values["state"] = Page.State.DONE
        if _write_once(page, TEXT, values, milliseconds) and not found["needs_ocr"]:
            _announce(page)
    return "ocr" if found["needs_ocr"] else "done"


def store_recognised(page: Page, found: dict[str, Any], *, milliseconds: int) -> str:
    """Keep what OCR read; return "done" or "held"."""
    reading = page.reading
    with transaction.atomic():
        if found["numbers"] and reading.released_at is None:
            hold(reading, verdict_for([page.number]))
            return "held"
        names = ("text", "words", "direction", "engine", "turned", "confidence")
        values = {name: found[name] for name in names} | {"state": Page.State.DONE}
        if _write_once(page, OCR, values, milliseconds):
            Reading.objects.filter(pk=reading.pk).update(has_scan=True)
            _announce(page)
    return "done"


def _write_once(page: Page, step: str, values: dict[str, Any], milliseconds: int) -> bool:
    """Write a waiting page; False when another worker was faster or the file is shut."""
    open_file = File.objects.filter(pk=page.reading.file_id, state=File.State.READY).exists()
    if not open_file:
        return False
    waiting = Page.objects.filter(pk=page.pk, state=Page.State.WAITING)
    if step == TEXT:
        waiting = waiting.filter(needs_ocr="")
    for name in ("text", "tables"):  # PostgreSQL takes no NUL; offsets stay
        if name in values:
            values[name] = _without_nul(values[name])
    if not waiting.update(cause="", remedy="", version=VERSION, **values):
        return False
    StepRun.objects.update_or_create(
        reading_id=page.reading_id,
        page=page.number,
        step=step,
        version=VERSION,
        defaults={"milliseconds": milliseconds},
    )
    return True


def _without_nul(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_nul(item) for item in value]
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}") if isinstance(value, str) else value


def _announce(page: Page) -> None:
    reading = page.reading
    Reading.objects.filter(pk=reading.pk).update(pages_done=F("pages_done") + 1)
    reading.refresh_from_db(fields=["pages_done", "state", "has_scan"])
    events.send(
        catalogue.PAGE_READ, catalogue.PageRead(file_uuid=reading.file.uuid, page=page.number)
    )
    progress.tell(reading)


def fail_page(page: Page, code: str, facts: dict[str, Any], *, final: bool) -> None:
    """Count a failed attempt of a page; `final` ends it with a cause and a remedy."""
    with transaction.atomic():
        Page.objects.filter(pk=page.pk).update(attempts=F("attempts") + 1)
        page.attempts += 1
        if not final:
            return
        cause, remedy = stored(code, {"on": [page.number], "page": page.number, **facts})
        ended = Page.objects.filter(pk=page.pk, state=Page.State.WAITING).update(
            state=Page.State.FAILED, cause=cause, remedy=remedy
        )
        if ended:
            events.send(
                catalogue.FILE_READ_FAILED,
                catalogue.FileReadFailed(page.reading.file.uuid, page.number, cause, remedy),
            )


def finish(reading: Reading) -> bool:
    """Conclude the reading when no page waits any more; returns whether this call did."""
    with transaction.atomic():
        if reading.pages.filter(state=Page.State.WAITING).exists():
            return False
        ended_badly = reading.pages.filter(state=Page.State.FAILED).order_by("number")
        failed = list(ended_badly.values_list("number", flat=True))
        lost = bool(failed) and len(failed) == reading.page_count
        state = Reading.State.FAILED if lost else Reading.State.DONE
        changed = Reading.objects.filter(pk=reading.pk, state=Reading.State.READING).update(
            state=state, finished_at=timezone.now()
        )
        if not changed:
            return False
        reading.refresh_from_db()
        if failed:
            fields = _explain_failed(reading, failed)
            reading.save(update_fields=fields)
        file = reading.file
        if lost:
            failure = catalogue.FileReadFailed(file.uuid, None, reading.cause, reading.remedy)
            events.send(catalogue.FILE_READ_FAILED, failure)
        else:
            done = catalogue.FileRead(file.uuid, reading.page_count, reading.has_scan)
            events.send(catalogue.FILE_READ, done)
        progress.tell(reading)
    return True


def _explain_failed(reading: Reading, failed: list[int]) -> list[str]:
    if len(failed) == 1 or len(failed) == reading.page_count:
        page = reading.pages.get(number=failed[0])
        reading.cause, reading.remedy = page.cause, page.remedy
        return ["cause", "remedy"]
    return explain(reading, "some_pages", {"on": failed})


def give_up(reading: Reading, code: str, cause: str = "", remedy: str = "") -> None:
    """End a reading whose task gave up; what was read stays, and it can be retried."""
    with transaction.atomic():
        fields = explain(reading, code, {})
        if cause:
            reading.cause, reading.remedy = cause[:300], remedy[:300]
        reading.state, reading.finished_at = Reading.State.FAILED, timezone.now()
        reading.save(update_fields=[*fields, "state", "finished_at"])
        failure = catalogue.FileReadFailed(reading.file.uuid, None, reading.cause, reading.remedy)
        events.send(catalogue.FILE_READ_FAILED, failure)
        progress.tell(reading)
