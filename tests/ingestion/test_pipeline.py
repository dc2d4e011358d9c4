"""One file from quarantine to found pages: order, resumption, failure, hold, release, rights."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import TestCase
from PIL import Image

from groupware.access.policies import Denied, NotVisible
from groupware.audit.models import Entry
from groupware.events import Event, catalogue
from groupware.files import storage
from groupware.files.actions import dispose_file
from groupware.files.models import File
from groupware.ingestion import actions, outcomes, pipeline, selectors, tasks
from groupware.ingestion.models import Page, Reading, StepRun
from groupware.ingestion.ocr import Recogniser
from groupware.ingestion.parsers import convert
from groupware.ingestion.sandbox.parent import Child, SandboxError
from groupware.jobs.worker import run_pending
from groupware.organization.models import Staff
from tests.ingestion import papers
from tests.ingestion.conftest import Read, TakeIn

NUMBER = ["個人番号　１２３４　５６７８　９０１８"]


@pytest.fixture
def heard() -> Iterator[list[Any]]:
    """Every event of ingestion, in order."""
    log: list[Any] = []
    watched: list[Event[Any]] = [
        catalogue.PAGE_READ,
        catalogue.FILE_READ,
        catalogue.FILE_READ_FAILED,
        catalogue.FILE_HELD,
        catalogue.FILE_RELEASED,
        catalogue.FILE_REFUSED,
    ]
    for event in watched:
        event.subscribe(log.append)
    yield log
    for event in watched:
        event._handlers.remove(log.append)


def pdf(folder: Path, *pages: list[str]) -> Path:
    """A born-digital paper."""
    return papers.prose_pdf(folder / "通知.pdf", list(pages))


def test_pages_are_found_one_after_the_other(read: Read, heard: list[Any], tmp_path: Path) -> None:
    reading = read(pdf(tmp_path, papers.PROSE, papers.PROSE[:2], papers.PROSE[2:]))
    assert (reading.state, reading.kind) == (Reading.State.DONE, "pdf")
    assert (reading.page_count, reading.pages_done, reading.has_scan) == (3, 3, False)
    assert reading.file.state == File.State.READY
    assert reading.file.media_type == "application/pdf"
    uuid = reading.file.uuid
    assert heard == [
        *(catalogue.PageRead(uuid, number) for number in (1, 2, 3)),
        catalogue.FileRead(uuid, 3, False),
    ]
    page = reading.pages.get(number=2)
    assert page.text.split("\n") == papers.PROSE[:2]
    assert page.has_image
    assert storage.derived_path(reading.file, "page-0002.webp").stat().st_size > 1000
    assert storage.derived_path(reading.file, "thumb-0002.webp").stat().st_size > 200


def test_every_task_may_run_twice(read: Read, heard: list[Any], tmp_path: Path) -> None:
    reading = read(pdf(tmp_path, papers.PROSE, papers.PROSE[:2]))
    before = list(heard)
    for task in (tasks.check_file, tasks.read_pages, tasks.recognise_pages):
        task.call(reading.pk)
    run_pending(60)
    assert heard == before
    assert StepRun.objects.filter(reading=reading).count() == 2
    reading.refresh_from_db()
    assert (reading.state, reading.pages_done) == (Reading.State.DONE, 2)


def test_a_slice_ends_and_the_next_goes_on_where_it_stopped(
    take_in: TakeIn, heard: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "SLICE_SECONDS", 0.0)
    file = take_in(pdf(tmp_path, *[papers.PROSE[:2]] * 3))
    assert run_pending(120) >= 4  # the examination, and a slice for each page
    assert [event.page for event in heard if isinstance(event, catalogue.PageRead)] == [1, 2, 3]
    assert Reading.objects.get(file=file).state == Reading.State.DONE


def test_two_workers_with_one_page_make_one_result(
    read: Read, heard: list[Any], tmp_path: Path
) -> None:
    reading = read(pdf(tmp_path, papers.PROSE))
    page = Page.objects.select_related("reading__file").get(reading=reading)
    late = {
        "width": 1, "height": 1, "text": "遅れた結果", "words": [], "tables": [],
        "direction": "h", "engine": "pdfium", "needs_ocr": "", "numbers": 0,
    }  # fmt: skip
    outcomes.store_text(page, late, has_image=True, milliseconds=1)
    page.refresh_from_db()
    assert page.text.startswith("尾乃市")
    assert sum(isinstance(event, catalogue.PageRead) for event in heard) == 1


def test_a_handler_that_fails_takes_the_page_back(take_in: TakeIn, tmp_path: Path) -> None:
    def broken(event: catalogue.PageRead) -> None:
        raise RuntimeError("the index is not there")

    catalogue.PAGE_READ.subscribe(broken)
    try:
        file = take_in(pdf(tmp_path, papers.PROSE))
        run_pending(30)
    finally:
        catalogue.PAGE_READ._handlers.remove(broken)
    page = Page.objects.get(reading__file=file)
    assert (page.state, page.text) == (Page.State.WAITING, "")
    assert not StepRun.objects.filter(page=1).exists()


def test_a_number_in_a_paper_holds_it_until_somebody_with_the_duty_says_why(  # noqa: PLR0917
    read: Read,
    heard: list[Any],
    clerk: Staff,
    colleague: Staff,
    records: Staff,
    tmp_path: Path,
) -> None:
    reading = read(pdf(tmp_path, papers.PROSE, NUMBER))
    file = reading.file
    assert (file.state, reading.state) == (File.State.HELD, Reading.State.HELD)
    assert "2 ページ" in file.reason
    assert not reading.pages.exists()
    assert [type(event) for event in heard] == [catalogue.FileHeld]
    with pytest.raises(NotVisible):
        selectors.reading_of(colleague, file)
    with pytest.raises(Denied):
        actions.release(clerk, file, "見た")
    with pytest.raises(actions.NotPossible):
        actions.release(records, file, "  ")
    actions.release(records, file, "本人の同意書の写し")
    actions.release(records, file, "本人の同意書の写し")
    run_pending(60)
    file.refresh_from_db()
    reading.refresh_from_db()
    assert (file.state, reading.state) == (File.State.READY, Reading.State.DONE)
    assert (reading.released_by, reading.number_pages) == (records, [2])
    assert selectors.page(colleague, file, 2).text == NUMBER[0]
    (entry,) = Entry.objects.filter(action="file.released")
    assert entry.detail["reason"] == "本人の同意書の写し"


def test_a_refused_file_says_why_and_leaves_no_bytes(
    read: Read, heard: list[Any], clerk: Staff
) -> None:
    reading = read(b"GIF89a" + b"\0" * 200, "絵.pdf")
    file = reading.file
    assert (file.state, file.blob) == (File.State.REFUSED, None)
    assert "GIF画像" in file.reason and "もう一度入れてください" in file.reason
    assert [type(event) for event in heard] == [catalogue.FileRefused]
    with pytest.raises((Denied, actions.NotPossible)):
        actions.retry(clerk, file)


def test_a_page_that_cannot_be_read_is_named_and_can_be_retried(
    read: Read, heard: list[Any], clerk: Staff, outsider: Staff, tmp_path: Path
) -> None:
    good, path = Image.new("L", (900, 1200), 255), tmp_path / "fax.tif"
    good.save(path, save_all=True, append_images=[good], dpi=(100, 100))
    data = path.read_bytes()[:-200_000]  # the second page lost its last strips
    reading = read(data, "fax.tif")
    failed = list(reading.pages.filter(state=Page.State.FAILED).values_list("number", flat=True))
    assert failed == [2]
    assert reading.state == Reading.State.DONE
    assert f"{failed[0]} ページ" in reading.cause
    assert reading.remedy
    assert any(isinstance(e, catalogue.FileReadFailed) and e.page == failed[0] for e in heard)
    with pytest.raises(NotVisible):
        actions.retry_page(outsider, reading.file, failed[0])
    actions.retry_page(clerk, reading.file, failed[0])
    with pytest.raises(actions.NotPossible):
        actions.retry_page(clerk, reading.file, failed[0])
    run_pending(60)
    reading.refresh_from_db()
    assert reading.state == Reading.State.DONE
    assert Entry.objects.filter(action="reading.retried").count() == 1


def test_a_page_is_tried_three_times_at_most(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[bool] = []

    def crash(page: Page, child: object, *, plain: bool) -> str:
        tried.append(plain)
        raise SandboxError("memory", "1024 MB")

    monkeypatch.setattr(pipeline, "read_text", crash)
    reading = read(pdf(tmp_path, papers.PROSE))
    assert tried == [False, True, True]
    page = reading.pages.get()
    assert (page.state, page.attempts) == (Page.State.FAILED, 3)
    assert "1 ページ" in page.cause and "メモリ" in page.cause
    assert reading.state == Reading.State.FAILED
    assert reading.file.state == File.State.READY  # the original can still be fetched


def test_a_word_file_is_read_from_its_pdf(read: Read) -> None:
    reading = read(papers.docx(papers.word_xml(*papers.PROSE)), "起案.docx")
    assert (reading.state, reading.converted, reading.note) == (Reading.State.DONE, True, "")
    assert storage.derived_path(reading.file, "converted.pdf").read_bytes().startswith(b"%PDF")
    page = reading.pages.get()
    assert "公共下水道条例" in page.text and page.words and page.has_image


def test_without_libreoffice_a_word_file_is_found_and_says_so(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(convert, "available", lambda: False)
    reading = read(papers.docx(papers.word_xml(*papers.PROSE)), "起案.docx")
    assert (reading.state, reading.converted) == (Reading.State.DONE, False)
    assert "文字だけ" in reading.note
    page = reading.pages.get()
    assert page.text.split("\n") == papers.PROSE
    assert not page.has_image


def test_who_may_not_read_the_file_reads_nothing_of_it(
    read: Read, clerk: Staff, colleague: Staff, outsider: Staff, tmp_path: Path
) -> None:
    reading = read(pdf(tmp_path, papers.PROSE))
    assert selectors.page(colleague, reading.file, 1).text
    assert selectors.state_of(clerk, reading.file)["pages"] == 1
    for attempt in (
        lambda: selectors.page(outsider, reading.file, 1),
        lambda: selectors.page(clerk, reading.file, 2),
        lambda: selectors.reading_of(outsider, reading.file),
        lambda: selectors.list_pages(outsider, reading.file),
        lambda: selectors.state_of(outsider, reading.file),
    ):
        with pytest.raises(NotVisible):
            attempt()


def test_the_place_in_the_queue_counts_urgency_first(take_in: TakeIn, tmp_path: Path) -> None:
    first, second, third = (take_in(pdf(tmp_path, papers.PROSE)) for _ in range(3))
    Reading.objects.filter(file=first).update(priority=-50)
    assert [selectors.queue_place(file) for file in (first, second, third)] == [2, 0, 1]
    assert selectors.count_under_way() == 3


def test_begin_twice_is_once(take_in: TakeIn, clerk: Staff, tmp_path: Path) -> None:
    file = take_in(pdf(tmp_path, papers.PROSE))
    with transaction.atomic():
        actions.begin(file, actor=clerk)
    assert Reading.objects.filter(file=file).count() == 1
    assert run_pending(60) == 2


def test_disposal_takes_text_boxes_and_images_along(
    read: Read, clerk: Staff, tmp_path: Path
) -> None:
    reading = read(pdf(tmp_path, papers.PROSE))
    image = storage.derived_path(reading.file, "page-0001.webp")
    assert image.exists()
    with TestCase.captureOnCommitCallbacks(execute=True):
        dispose_file(actor=clerk, file=reading.file, reason="誤って入れたため")
    assert not Page.objects.exists()
    assert not StepRun.objects.exists()
    assert not Reading.objects.exists()
    assert not image.exists()


def test_a_stopped_worker_leaves_no_half_answer_in_the_ocr_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stop(BaseException):
        """What a worker raises inside the task at hand."""

    (tmp_path / "a.raw").write_bytes(b"\xff" * 100 * 100)
    raster = {"raw": "a.raw", "mode": "L", "width": 100, "height": 100}
    recogniser = Recogniser()
    real = Child.call

    def stopped(child: Child, operation: str, **arguments: Any) -> dict[str, Any]:
        raise Stop

    monkeypatch.setattr(Child, "call", stopped)
    with pytest.raises(Stop):
        recogniser.read(raster, tmp_path)
    monkeypatch.setattr(Child, "call", real)
    (tmp_path / "a.raw").write_bytes(b"\xff" * 100 * 100)
    try:
        assert recogniser.read(raster, tmp_path, only="tesseract")["text"] == ""
    finally:
        recogniser.close()
