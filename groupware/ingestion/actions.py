"""What people do with readings: begin, retry a page or a file, release a held file."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groupware import events
from groupware.access import policies
from groupware.audit.actions import record
from groupware.events import catalogue
from groupware.files.models import File
from groupware.files.policies import RELEASE
from groupware.ingestion import progress, tasks
from groupware.ingestion.models import Page, Reading, StepRun
from groupware.jobs import priorities
from groupware.organization.models import Staff


class NotPossible(Exception):
    """The act does not fit the state of the file; `sentence` is for the person."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def begin(file: File, *, actor: policies.Actor, priority: int = priorities.PERSON) -> Reading:
    """Have a new file examined and read, in the transaction that made it. Twice is once.

    Raises:
        NotVisible, Denied: `actor` did not bring the file and may not see it.
    """
    policies.require(actor, "view", file)
    with transaction.atomic():
        reading, fresh = Reading.objects.get_or_create(file=file, defaults={"priority": priority})
        if fresh:
            tasks.enqueue_check(reading)
            progress.tell(reading)
    return reading


def retry_page(actor: Staff, file: File, n: int) -> None:
    """Read page `n` once more, with all attempts before it.

    Raises:
        NotVisible, Denied: `actor` may not change the file.
        NotPossible: the page is being read or does not exist.
    """
    policies.require(actor, "edit", file)
    with transaction.atomic():
        reading = Reading.objects.select_for_update().select_related("file").get(file=file)
        page = reading.pages.select_for_update().filter(number=n).first()
        if page is None or page.state == Page.State.WAITING or file.state != File.State.READY:
            raise NotPossible(_("このページは、いま読み取りの順番を待っているか、ありません。"))
        _reset(reading, [page])
        record(actor, "reading.retried", file, detail={"page": n})


def retry(actor: Staff, file: File) -> None:
    """Take up again a reading that stopped: its failed pages, or the examination itself.

    Raises:
        NotVisible, Denied: `actor` may not change the file (or did not bring it).
        NotPossible: nothing failed, or the file was refused.
    """
    verb = "view" if file.state == File.State.QUARANTINE else "edit"
    policies.require(actor, verb, file)
    with transaction.atomic():
        reading = Reading.objects.select_for_update().select_related("file").get(file=file)
        if file.state == File.State.QUARANTINE and reading.state == Reading.State.FAILED:
            reading.state = Reading.State.WAITING
            _clear(reading)
            tasks.enqueue_check(reading)
        elif file.state == File.State.READY and reading.state != Reading.State.READING:
            failed = list(reading.pages.filter(state=Page.State.FAILED))
            waiting = reading.pages.filter(state=Page.State.WAITING).exists()
            if not failed and not waiting:
                raise NotPossible(_("読み取れなかったページはありません。"))
            _reset(reading, failed)
        else:
            raise NotPossible(_("いまは読み取りをやり直せません。"))
        record(actor, "reading.retried", file)
        progress.tell(reading)


def release(actor: Staff, file: File, reason: str) -> None:
    """Let a held file through; `reason` goes into the audit record. Twice is once.

    Raises:
        NotVisible, Denied: `actor` does not hold the duty of releasing.
        NotPossible: no reason given.
    """
    reading = Reading.objects.select_related("file").get(file=file)
    if file.state != File.State.HELD and reading.released_at is not None:
        if reading.released_by_id != actor.pk:
            policies.require(actor, "view", file)
        return
    policies.require(actor, RELEASE, file)
    if not reason.strip():
        raise NotPossible(_("保留を外す理由を書いてください。"))
    with transaction.atomic():
        reading = Reading.objects.select_for_update().select_related("file").get(file=file)
        examined = (
            reading.pages.exists()
        )  # else it was held in quarantine, before its pages were laid out
        state = File.State.READY if examined else File.State.QUARANTINE
        changed = File.objects.filter(pk=file.pk, state=File.State.HELD).update(
            state=state, reason=""
        )
        if not changed:
            return
        reading.released_by, reading.released_at = actor, timezone.now()
        reading.release_reason = reason.strip()[:300]
        reading.state = Reading.State.READING if examined else Reading.State.WAITING
        _clear(reading)
        file.refresh_from_db()
        reading.file = file
        record(
            actor,
            "file.released",
            file,
            detail={"reason": reading.release_reason, "pages": reading.number_pages},
        )
        events.send(catalogue.FILE_RELEASED, catalogue.FileReleased(file.uuid))
        if examined:
            tasks.enqueue_reading(reading)
        else:
            tasks.enqueue_check(reading)
        progress.tell(reading)


def _clear(reading: Reading) -> None:
    reading.cause = reading.remedy = ""
    reading.problem = {}
    reading.finished_at = None
    reading.save()


def _reset(reading: Reading, pages: list[Page]) -> None:
    done = sum(page.state == Page.State.DONE for page in pages)
    numbers = [page.number for page in pages]
    reading.pages.filter(number__in=numbers).update(
        state=Page.State.WAITING, attempts=0, needs_ocr="", cause="", remedy=""
    )
    StepRun.objects.filter(reading=reading, page__in=[0, *numbers]).delete()
    reading.pages_done = max(0, reading.pages_done - done)
    reading.state = Reading.State.READING
    _clear(reading)
    tasks.enqueue_reading(reading)
