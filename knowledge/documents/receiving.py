"""Taking files from the file system in, and waiting until they are read (`manage.py ingest`)."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404

from groupware.files.errors import FileError
from groupware.files.models import File
from groupware.ingestion.models import Page, Reading
from groupware.jobs import selectors as jobs
from groupware.jobs.worker import run_pending
from groupware.organization.models import Staff
from knowledge.documents.actions import upload
from knowledge.documents.models import Document, Folder

LOOK_SECONDS = 0.5
ENDED = (Reading.State.DONE, Reading.State.HELD, Reading.State.FAILED)
MARKS = {"accepted": "○", "read": "○", "held": "△", "failed": "×", "refused": "×"}


@dataclass(slots=True)
class Receipt:
    """What became of one file. `status`: accepted, read, held, failed, refused."""

    path: Path
    status: str
    sentence: str
    document: Document | None = None
    pages: int = 0
    remedy: str = ""
    failed_pages: list[int] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Taken, and nothing went wrong so far."""
        return self.status in {"accepted", "read"}

    @property
    def mark(self) -> str:
        """One character for a list."""
        return MARKS[self.status]

    def as_dict(self) -> dict[str, Any]:
        """For --json."""
        return {
            "path": str(self.path),
            "status": self.status,
            "sentence": self.sentence,
            "remedy": self.remedy,
            "document": str(self.document.uuid) if self.document else None,
            "title": self.document.title if self.document else None,
            "pages": self.pages,
            "failed_pages": self.failed_pages,
        }


def receive(*, actor: Staff, path: Path, folder: Folder, priority: int) -> Receipt:
    """Take one file in; a refusal is an answer, not an error."""
    try:
        with path.open("rb") as stream:
            document = upload(
                actor=actor, stream=stream, name=path.name, folder=folder, priority=priority
            )
    except FileError as error:
        return Receipt(path, "refused", str(error))
    except (PermissionDenied, Http404) as error:
        return Receipt(path, "refused", str(error) or "このフォルダーに入れる権限がありません。")
    except OSError as error:
        return Receipt(path, "refused", f"ファイルを読めません（{error.strerror}）。")
    return Receipt(path, "accepted", f"受け取りました。「{document.title}」", document)


def wait_for(receipts: Sequence[Receipt], *, say: Callable[[str], object]) -> bool:
    """Wait until everything taken is read; whether this process worked the queue itself.

    Without a living worker the queue is worked here.
    """
    open_ones = {
        receipt.document.file_id: receipt
        for receipt in receipts
        if receipt.document is not None and receipt.document.file_id is not None
    }
    worked_here = False
    while open_ones:
        for reading in _ended(open_ones):
            _conclude(open_ones.pop(reading.file_id), reading)
        if not open_ones:
            break
        if jobs.count_living_workers():
            time.sleep(LOOK_SECONDS)
            continue
        if not worked_here:
            say("動いている worker がないので、このコマンドが読み取ります。")
            worked_here = True
        if not run_pending(max_seconds=30, until=lambda: bool(_ended(open_ones))):
            time.sleep(LOOK_SECONDS)  # what is left rests before another attempt
    return worked_here


def _ended(files: Iterable[int]) -> list[Reading]:
    return list(
        Reading.objects.filter(file__in=list(files), state__in=ENDED).select_related("file")
    )


def _conclude(receipt: Receipt, reading: Reading) -> None:
    receipt.pages = reading.page_count
    receipt.remedy = reading.remedy
    if reading.file.state == File.State.REFUSED:
        _refuse(receipt)
        return
    if reading.state == Reading.State.HELD:
        receipt.status = "held"
        receipt.sentence = f"保留しています。{reading.file.reason or reading.cause}"
        return
    failed = Page.objects.filter(reading=reading, state=Page.State.FAILED)
    receipt.failed_pages = list(failed.order_by("number").values_list("number", flat=True))
    if reading.state == Reading.State.FAILED or receipt.failed_pages:
        receipt.status = "failed"
        receipt.sentence = f"受け取りましたが、読み取れませんでした。{reading.cause}"
        return
    receipt.status = "read"
    receipt.sentence = f"{reading.page_count} ページを読み取りました。検索で見つかります。"


def _refuse(receipt: Receipt) -> None:
    assert receipt.document is not None and receipt.document.file_id is not None
    file = File.objects.get(pk=receipt.document.file_id)
    receipt.status = "refused"
    receipt.sentence = file.reason or "受け取れません。"
