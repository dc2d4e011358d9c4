"""Papers whose words are known, folders, and documents as they are after reading."""

import io
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from django.db import transaction
from PIL import Image
from pytest_django import Settings
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from groupware.events import send
from groupware.events.catalogue import PAGE_READ, PageRead
from groupware.files import serving, storage
from groupware.files.models import File
from groupware.ingestion.models import Page, Reading
from groupware.organization.models import Staff
from groupware.organization.selectors import section_of
from knowledge.documents import actions
from knowledge.documents.models import Document, Folder

A4 = (595.0, 842.0)


@pytest.fixture(autouse=True)
def reads_at_once(settings: Settings) -> Iterator[None]:
    """Write read entries of the audit record at once; every test sees its own."""
    settings.AUDIT_READS_QUEUED = False
    serving.recent_reads.clear()
    yield


def pdf_of(*pages: str) -> bytes:
    """A born-digital PDF with one line of text per line of each page."""
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiKakuGo-W5"))
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4)
    for page in pages:
        canvas.setFont("HeiseiKakuGo-W5", 14)
        for number, line in enumerate(page.splitlines()):
            canvas.drawString(72, A4[1] - 100 - 24 * number, line)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def put_in(
    actor: Staff,
    content: bytes,
    *,
    name: str = "資料.pdf",
    folder: Folder | None = None,
    key: UUID | None = None,
) -> Document:
    """What `actor` uploads, still in quarantine."""
    return actions.upload(
        actor=actor, stream=io.BytesIO(content), name=name, folder=folder, idempotency_key=key
    )


def words_of(text: str) -> list[list[object]]:
    """One word per character, in lines of a page, 20 thousandths wide and high."""
    words: list[list[object]] = []
    line = column = 0
    for at, letter in enumerate(text):
        if letter == "\n":
            line, column = line + 1, 0
            continue
        words.append([at, at + 1, 100 + 20 * column, 100 + 40 * line, 20, 20, 99, line, "h"])
        column += 1
    return words


def read_as(
    document: Document, *texts: str, scan: bool = False, file: File | None = None
) -> Document:
    """Let the guards pass and give each page its text, as ingestion does."""
    file = file or document.file
    assert file is not None
    with transaction.atomic():
        File.objects.filter(pk=file.pk).update(state=File.State.READY)
        reading, _new = Reading.objects.get_or_create(file=file)
        Reading.objects.filter(pk=reading.pk).update(
            state=Reading.State.DONE, page_count=len(texts), pages_done=len(texts), has_scan=scan
        )
        for number, text in enumerate(texts, start=1):
            Page.objects.update_or_create(
                reading=reading,
                number=number,
                defaults={
                    "state": Page.State.DONE,
                    "width": A4[0],
                    "height": A4[1],
                    "text": text,
                    "words": words_of(text),
                    "is_scan": scan,
                    "has_image": True,
                    "confidence": 0.9 if scan else None,
                },
            )
            send(PAGE_READ, PageRead(file.uuid, number))
    for number in range(1, len(texts) + 1):
        picture = io.BytesIO()
        Image.new("L", (210, 297), 255).save(picture, "WEBP")
        storage.write_derived(file, f"page-{number:04d}.webp", picture.getvalue())
        storage.write_derived(file, f"thumb-{number:04d}.webp", picture.getvalue())
    document.refresh_from_db()
    return document


@pytest.fixture
def folder(clerk: Staff) -> Folder:
    """窓口改善, a folder that 市民課 may see and change."""
    section = section_of(clerk)
    assert section is not None
    return actions.create_folder(actor=clerk, name="窓口改善", section=section)


@pytest.fixture
def document(clerk: Staff, folder: Folder) -> Document:
    """Two pages with the word 夜間断水 on each, ready, in 窓口改善."""
    made = put_in(clerk, pdf_of("お知らせ", "夜間断水"), name="断水のお知らせ.pdf", folder=folder)
    return read_as(made, "お知らせ\n夜間断水の対象は 86 戸", "広報車で周知する。夜間断水は二日間。")


MakeMany = Callable[[int], list[Document]]


@pytest.fixture
def many(clerk: Staff, folder: Folder) -> MakeMany:
    """Many ready documents in one folder, made without their bytes."""

    def make(number: int) -> list[Document]:
        section = section_of(clerk)
        assert section is not None
        files = File.objects.bulk_create(
            File(
                name=f"{n}.pdf",
                state=File.State.READY,
                uploader=clerk,
                owner_kind="document",
                owner_uuid=clerk.uuid,
                scope=folder.scope,
            )
            for n in range(number)
        )
        return Document.objects.bulk_create(
            Document(
                folder=folder,
                scope=folder.scope,
                section=section,
                file=file,
                state=Document.State.READY,
                title=f"文書 {number:05d}",
                fiscal_year=2026,
                created_by=clerk,
                created_by_name=clerk.name,
                created_by_section="市民部 市民課",
            )
            for number, file in enumerate(files)
        )

    return make
