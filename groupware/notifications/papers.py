"""What a person is told of the files they put in: read, failed, held, refused.

The person is the uploader; the target is what owns the file (a document), so that the rights
and the address are the owner's. Bulk loads are silent unless something goes wrong.
"""

from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groupware.events import catalogue, subscribe
from groupware.files.models import File
from groupware.ingestion.guards.sentences import SENTENCES, sentence, where
from groupware.ingestion.models import Reading
from groupware.jobs import priorities
from groupware.notifications import kinds
from groupware.notifications.actions import notify
from groupware.notifications.kinds import Detail, Kind

READ: Final = "file-read"
FAILED: Final = "file-failed"
HELD: Final = "file-held"
REFUSED: Final = "file-refused"


def on_file_read(event: catalogue.FileRead) -> None:
    """All pages are read."""
    file = _file(event.file_uuid)
    if file is None:
        return
    reading = Reading.objects.filter(file=file).only("priority").first()
    if reading is not None and reading.priority <= priorities.BULK:
        return
    _tell(file, READ, "", {"pages": event.pages, "scan": event.has_scan})


def on_file_read_failed(event: catalogue.FileReadFailed) -> None:
    """The whole file, or one page of it, could not be read."""
    file = _file(event.file_uuid)
    if file is None:
        return
    more: dict[str, Any] = {"page": event.page, "cause": event.cause, "remedy": event.remedy}
    if event.page is None:
        reading = Reading.objects.filter(file=file).only("problem").first()
        more["problem"] = reading.problem if reading is not None else {}
    _tell(file, FAILED, str(event.page or ""), more)


def on_file_held(event: catalogue.FileHeld) -> None:
    """A guard holds it back."""
    file = _file(event.file_uuid)
    if file is not None:
        _tell(file, HELD, "", {"reason": event.reason, "pages": list(event.pages)})


def on_file_refused(event: catalogue.FileRefused) -> None:
    """It was not taken."""
    file = _file(event.file_uuid)
    if file is None:
        return
    reading = Reading.objects.filter(file=file).only("problem").first()
    problem = reading.problem if reading is not None else {}
    _tell(file, REFUSED, "", {"reason": event.reason, "problem": problem})


def _file(uuid: UUID) -> File | None:
    return File.objects.select_related("uploader").filter(uuid=uuid).first()


def _tell(file: File, kind: str, part: str, detail: dict[str, Any]) -> None:
    notify(
        staff=file.uploader,
        key=f"{kind}:{file.uuid}:{part}",
        kind=kind,
        target_kind=file.owner_kind,
        target_uuid=file.owner_uuid,
        detail={"name": file.name, **detail},
    )


def _read_title(detail: Detail) -> str:
    return _("「%(name)s」を読み取りました") % {"name": detail["name"]}


def _read_line(detail: Detail) -> str:
    pages = int(detail["pages"])
    return ngettext(
        "%(pages)dページ。中のことばで見つかります。",
        "%(pages)dページ。中のことばで見つかります。",
        pages,
    ) % {"pages": pages}


def _failed_title(detail: Detail) -> str:
    if detail.get("page"):
        return _("「%(name)s」の%(page)dページが読めませんでした") % {
            "name": detail["name"],
            "page": detail["page"],
        }
    return _("「%(name)s」が読めませんでした") % {"name": detail["name"]}


def _why(detail: Detail) -> str:
    """Cause and remedy in the reader's language, where the code of the problem is known."""
    problem = detail.get("problem") or {}
    if problem.get("code") in SENTENCES:
        cause, remedy = sentence(problem["code"], problem.get("facts", {}))
        return f"{cause}{remedy}"
    return f"{detail.get('cause', '')}{detail.get('remedy', '')}" or str(detail.get("reason", ""))


def _held_title(detail: Detail) -> str:
    return _("「%(name)s」を保留しています") % {"name": detail["name"]}


def _held_line(detail: Detail) -> str:
    if not detail.get("pages"):
        return str(detail["reason"])
    return f"{where(tuple(detail['pages']))}: {detail['reason']}"


def _refused_title(detail: Detail) -> str:
    return _("「%(name)s」は受け取れませんでした") % {"name": detail["name"]}


kinds.register(Kind(READ, "file-check-2", _read_title, _read_line, "ok"))
kinds.register(Kind(FAILED, "file-x-2", _failed_title, _why, "ng"))
kinds.register(Kind(HELD, "shield-alert", _held_title, _held_line, "warn"))
kinds.register(Kind(REFUSED, "file-x-2", _refused_title, _why, "ng"))
subscribe(catalogue.FILE_READ, on_file_read)
subscribe(catalogue.FILE_READ_FAILED, on_file_read_failed)
subscribe(catalogue.FILE_HELD, on_file_held)
subscribe(catalogue.FILE_REFUSED, on_file_refused)
