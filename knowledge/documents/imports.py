"""What the upload screen shows of each file: one row, the same after a reload as while it moves."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from groupware.access.policies import visible
from groupware.files.models import File, Upload
from groupware.files.sniffing import DOCX, JPEG, PDF, PNG, TEXT, TIFF
from groupware.ingestion import selectors as ingestion
from groupware.ingestion.models import Page, Reading
from groupware.organization.calendar import business_date, holds_on
from groupware.organization.models import Staff, StaffRole
from groupware.organization.selectors import standing
from groupware.web.formats import filesize
from knowledge.documents.models import Document
from knowledge.documents.policies import UNFINISHED

KEPT = timedelta(hours=24)  # finished rows stay this long, unless the person takes them off
MOST = 200
TYPES = {PDF: "PDF", DOCX: "Word", PNG: "PNG", JPEG: "JPEG", TIFF: "TIFF", TEXT: "テキスト"}
SENDING, WAITING, CHECKING, READING, DONE, HELD, FAILED = (
    "sending", "waiting", "checking", "reading", "done", "held", "failed",
)  # fmt: skip
GROUPS = {DONE: DONE, HELD: HELD, FAILED: FAILED}  # the rest is under way


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One file. `state` is one of the seven above; `value`/`maximum` move the bar."""

    key: str
    name: str
    meta: str
    state: str
    upload: str = ""
    document: str = ""
    file: str = ""
    headline: str = ""
    lines: tuple[str, ...] = ()
    value: float | None = None
    maximum: float | None = None
    side: str = ""
    open_url: str = ""
    can_withdraw: bool = False
    can_retry: bool = False
    can_dismiss: bool = False

    @property
    def group(self) -> str:
        """途中, 完了, 保留, 失敗."""
        return GROUPS.get(self.state, "under_way")

    @property
    def moving(self) -> bool:
        """Whether it goes on by itself."""
        return self.group == "under_way"


def list_imports(viewer: Staff) -> list[ImportRow]:
    """The viewer's own files: under way, stopped, and done within a day; in the order they came."""
    since = timezone.now() - KEPT
    documents = list(
        visible(viewer, Document.objects.all())
        .filter(created_by=viewer, dismissed_at=None)
        .exclude(state=Document.State.READY, created_at__lt=since)
        .select_related("file__reading")
        .order_by("-created_at", "-id")[:MOST]
    )
    uploads = Upload.objects.filter(
        uploader=viewer,
        purpose="document",
        state__in=(Upload.State.OPEN, Upload.State.REFUSED, Upload.State.EXPIRED),
        touched_at__gte=since,
    ).order_by("-created_at", "-id")[:MOST]
    rows = [(document.created_at, row_of_document(document)) for document in documents]
    rows += [(upload.created_at, row_of_upload(upload)) for upload in uploads]
    return [row for _at, row in sorted(rows, key=lambda pair: pair[0])]


def get_import(viewer: Staff, document: Document) -> ImportRow:
    """The row of one document of the viewer's own."""
    return row_of_document(document)


def row_of_upload(upload: Upload) -> ImportRow:
    """A file whose bytes are still coming, or that was refused at the door."""
    size = filesize(upload.size)
    common: dict[str, Any] = {
        "key": f"upload-{upload.uuid}",
        "name": upload.name,
        "meta": size,
        "upload": str(upload.uuid),
    }
    if upload.state == Upload.State.OPEN:
        return ImportRow(
            **common,
            state=SENDING,
            value=upload.offset,
            maximum=upload.size,
            headline=_("送信の途中"),
            lines=(_("同じファイルをもう一度選ぶと、続きから送ります。"),),
            side=f"{filesize(upload.offset)} / {size}",
            can_withdraw=True,
        )
    return ImportRow(
        **common,
        state=FAILED,
        headline=_("受け取れません"),
        lines=(upload.reason, _("このファイルは、こちらには残していません。")),
        can_retry=True,
        can_dismiss=True,
    )


def row_of_document(document: Document) -> ImportRow:
    """A file that arrived."""
    file = document.file
    reading: Reading | None = getattr(file, "reading", None) if file else None
    common: dict[str, Any] = {
        "key": f"document-{document.uuid}",
        "name": file.name if file else document.title,
        "meta": _meta(file, reading),
        "document": str(document.uuid),
        "file": str(file.uuid) if file else "",
        "upload": str(document.upload_key or ""),
    }
    opens = reverse("documents:viewer", args=[document.uuid])
    if document.state == Document.State.REFUSED or file is None:
        return _refused(file, reading, common)
    if document.state == Document.State.HELD:
        return _held(file, common, opens)
    hidden = document.state in UNFINISHED
    if reading is None or reading.state == Reading.State.WAITING:
        before = ingestion.queue_place(file)
        side = _("前に %d 件") % before if before else ""
        return ImportRow(**common, state=WAITING, side=side, can_withdraw=hidden)
    if reading.state == Reading.State.CHECKING:
        side = _("安全かどうかと個人番号を調べています")
        return ImportRow(**common, state=CHECKING, side=side, can_withdraw=hidden)
    if reading.state == Reading.State.READING:
        return ImportRow(
            **common,
            state=READING,
            value=reading.pages_done,
            maximum=reading.page_count or None,
            open_url=opens if reading.pages_done and not hidden else "",
            can_withdraw=hidden,
        )
    return _ended(reading, common, opens)


def _refused(file: File | None, reading: Reading | None, common: dict[str, Any]) -> ImportRow:
    reason = (reading.cause if reading else "") or (file.reason if file else "")
    kept = _not_kept(file)
    lines = tuple(line for line in (reading.remedy if reading else "", kept) if line)
    return ImportRow(
        **common, state=FAILED, headline=reason, lines=lines, can_retry=True, can_dismiss=True
    )


def _held(file: File, common: dict[str, Any], opens: str) -> ImportRow:
    reading: Reading | None = getattr(file, "reading", None)
    return ImportRow(
        **common,
        state=HELD,
        headline=(reading.cause if reading else "") or file.reason or _("確かめが必要です"),
        lines=(
            _("外せる人: %s") % (releasers() or _("まだ決まっていません")),
            _("外すまでは、あなたとこの人だけが見られます"),
        ),
        open_url=opens,
        can_withdraw=True,
    )


def _ended(reading: Reading, common: dict[str, Any], opens: str) -> ImportRow:
    failed = list(
        Page.objects.filter(reading=reading, state=Page.State.FAILED)
        .order_by("number")
        .values_list("number", "cause", "remedy")[:6]
    )
    if reading.state == Reading.State.FAILED or failed:
        numbers = "、".join(str(number) for number, _cause, _remedy in failed[:5])
        where = _("%s ページ目") % numbers if failed else ""
        cause = reading.cause or (failed[0][1] if failed else "")
        remedy = reading.remedy or (failed[0][2] if failed else "")
        return ImportRow(
            **common,
            state=FAILED,
            headline=" ".join(part for part in (where, cause) if part),
            lines=tuple(
                line for line in (remedy, _("ファイルは残っています。原本は開けます。")) if line
            ),
            open_url=opens,
            can_retry=True,
            can_dismiss=True,
        )
    return ImportRow(
        **common,
        state=DONE,
        lines=(reading.note or _("検索で見つかるようになりました"),),
        open_url=opens,
        can_dismiss=True,
    )


def _not_kept(file: File | None) -> str:
    return _("このファイルは、こちらには残していません") if file is None or not file.blob_id else ""


def _meta(file: File | None, reading: Reading | None) -> str:
    if file is None:
        return ""
    parts = [TYPES.get(file.media_type, _("ファイル")), filesize(file.size)]
    if reading is not None and reading.page_count:
        parts.append(_("%d ページ") % reading.page_count)
    return "・".join(parts)


def releasers() -> str:
    """Who may let a held file through, in words (課, 職, 氏名)."""
    rows = StaffRole.objects.filter(
        holds_on(business_date()), role=StaffRole.Role.RELEASE, staff__is_active=True
    ).select_related("staff")
    people = []
    for row in rows[:3]:
        here = standing(row.staff)
        people.append(
            " ".join(
                part
                for part in (here.section_label.split(" ")[-1], here.post_title, row.staff.name)
                if part
            )
        )
    return "、".join(people)
