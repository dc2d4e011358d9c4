"""What people are told, to whom, and that nothing is told of what they may not read."""

import io
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone, translation

from groupware.access.policies import NotVisible
from groupware.events import send
from groupware.events.catalogue import (
    FILE_HELD,
    FILE_READ,
    FILE_READ_FAILED,
    FILE_REFUSED,
    FileHeld,
    FileRead,
    FileReadFailed,
    FileRefused,
)
from groupware.files.models import File
from groupware.ingestion.models import Reading
from groupware.jobs import priorities
from groupware.jobs.worker import run_pending
from groupware.notifications import actions, selectors
from groupware.notifications.models import Notification
from groupware.organization.models import Staff
from groupware.realtime.models import PersonEvent
from knowledge.documents.actions import upload
from knowledge.documents.models import Document
from tests.documents.conftest import pdf_of, put_in

pytestmark = pytest.mark.postgres
ClientAs = Callable[[Staff], Client]
LIST = "/notifications/"


@pytest.fixture
def paper(db: None, clerk: Staff) -> Document:
    """A document of the clerk that is through quarantine."""
    document = put_in(clerk, pdf_of("窓口の案内"), name="窓口案内.pdf")
    File.objects.filter(pk=file_of(document).pk).update(state=File.State.READY)
    Document.objects.filter(pk=document.pk).update(state=Document.State.READY)
    document.refresh_from_db()
    return document


def file_of(document: Document) -> File:
    """Its file, which these documents have."""
    assert document.file is not None
    return document.file


def tell(staff: Staff, document: Document, key: str = "k") -> bool:
    """Tell somebody that the document was read."""
    return actions.notify(
        staff=staff,
        key=key,
        kind="file-read",
        target_kind="document",
        target_uuid=document.uuid,
        detail={"name": "窓口案内.pdf", "pages": 2},
    )


def badges(staff: Staff) -> list[int]:
    """Counts that were put on the person's pages, in order."""
    rows = PersonEvent.objects.filter(stream_id=staff.pk, kind="badge").order_by("seq")
    return [row.payload["count"] for row in rows if row.payload["name"] == "notifications"]


def test_the_uploader_is_told_when_it_is_read(db: None, clerk: Staff, colleague: Staff) -> None:
    """The whole way: upload, the real worker's tasks, one line with its place, one badge."""
    document = put_in(clerk, pdf_of("住民票の写し", "手数料の一覧"), name="手数料.pdf")
    run_pending(120, until=Notification.objects.exists)
    line = selectors.list_lines(clerk)[0]
    assert line.title == "「手数料.pdf」を読み取りました"
    assert line.line == "2ページ。中のことばで見つかります。"
    assert (line.url, line.unread) == (f"/documents/{document.uuid}/", True)
    assert badges(clerk) == [1]
    assert selectors.list_lines(colleague) == []
    with translation.override("en"):
        assert selectors.list_lines(clerk)[0].title == "“手数料.pdf” has been read"


def test_bulk_loads_are_silent_unless_they_fail(db: None, clerk: Staff) -> None:
    """Forty papers of an import are not forty lines."""
    document = upload(
        actor=clerk,
        stream=io.BytesIO(pdf_of("一括")),
        name="一括.pdf",
        priority=priorities.BULK,
    )
    Reading.objects.update_or_create(file=document.file, defaults={"priority": priorities.BULK})
    with transaction.atomic():
        send(FILE_READ, FileRead(file_uuid=file_of(document).uuid, pages=1, has_scan=False))
    assert not Notification.objects.exists()
    failed = FileReadFailed(
        file_uuid=file_of(document).uuid, page=1, cause="原因。", remedy="対処。"
    )
    with transaction.atomic():
        send(FILE_READ_FAILED, failed)
    assert selectors.list_lines(clerk)[0].line == "原因。対処。"


def test_failures_holds_and_refusals_say_why(paper: Document, clerk: Staff) -> None:
    """In the reader's language where the problem has a code."""
    uuid = file_of(paper).uuid
    problem = {"code": "pages", "facts": {"limit": 3000}}
    Reading.objects.update_or_create(file=paper.file, defaults={"problem": problem})
    send(FILE_READ_FAILED, FileReadFailed(file_uuid=uuid, page=None, cause="c", remedy="r"))
    send(FILE_READ_FAILED, FileReadFailed(file_uuid=uuid, page=7, cause="原因。", remedy="対処。"))
    send(FILE_HELD, FileHeld(file_uuid=uuid, reason="個人番号らしい数字があります", pages=(3, 4)))
    send(FILE_REFUSED, FileRefused(file_uuid=uuid, reason="理由"))
    said = {line.title: line.line for line in selectors.list_lines(clerk)}
    assert said["「窓口案内.pdf」が読めませんでした"].startswith(
        "ページが多すぎます（3000 ページまで）。"
    )
    assert said["「窓口案内.pdf」の7ページが読めませんでした"] == "原因。対処。"
    assert said["「窓口案内.pdf」を保留しています"] == "3・4 ページ: 個人番号らしい数字があります"
    assert "「窓口案内.pdf」は受け取れませんでした" in said


def test_the_same_fact_is_one_line(paper: Document, clerk: Staff) -> None:
    """Handlers and tasks may run twice."""
    assert tell(clerk, paper)
    assert not tell(clerk, paper)
    assert Notification.objects.count() == 1
    assert badges(clerk) == [1]


def test_nothing_is_told_of_what_one_may_not_read(
    paper: Document, clerk: Staff, outsider: Staff, client_as: ClientAs
) -> None:
    """No line, no count, no way to open it, and the badge stays 0, whoever wrote the row."""
    tell(outsider, paper)
    assert selectors.list_lines(outsider) == []
    assert selectors.count_unread(outsider) == 0
    assert badges(outsider) == [0]
    row = Notification.objects.get()
    client = client_as(outsider)
    assert "窓口案内" not in client.get(LIST).content.decode()
    assert client.post(f"{LIST}{row.uuid}/open/").status_code == 404
    tell(clerk, paper)
    Document.objects.update(state=Document.State.DISPOSED)
    assert selectors.list_lines(clerk) == []
    assert selectors.count_unread(clerk) == 0


def test_nobody_opens_anothers_line(
    paper: Document, clerk: Staff, colleague: Staff, client_as: ClientAs
) -> None:
    """The colleague may read the document, and still not the clerk's line."""
    tell(clerk, paper)
    row = Notification.objects.get()
    assert client_as(colleague).post(f"{LIST}{row.uuid}/open/").status_code == 404
    with pytest.raises(NotVisible):
        actions.read_notification(actor=colleague, notification=row)
    assert client_as(clerk).post(f"{LIST}{uuid4()}/open/").status_code == 404
    row.refresh_from_db()
    assert row.read_at is None


def test_unknown_kinds_are_refused_and_unknown_targets_hidden(
    paper: Document, clerk: Staff
) -> None:
    """Deny by default."""
    with pytest.raises(ValueError, match="no kind"):
        actions.notify(
            staff=clerk, key="x", kind="made-up", target_kind="document", target_uuid=paper.uuid
        )
    tell(clerk, paper)
    Notification.objects.update(target_kind="made-up")
    assert selectors.list_lines(clerk) == []
    Notification.objects.update(target_kind="document", kind="of-a-later-version")
    assert selectors.list_lines(clerk) == []


def test_opening_leads_there_and_counts_down(
    paper: Document, clerk: Staff, client_as: ClientAs
) -> None:
    """A post marks it read; a get changes nothing."""
    tell(clerk, paper, "one")
    tell(clerk, paper, "two")
    client = client_as(clerk)
    page = client.get(LIST)
    assert page.status_code == 200
    assert page.content.decode().count("「窓口案内.pdf」を読み取りました") == 2
    row = Notification.objects.filter(key="one").get()
    assert client.get(f"{LIST}{row.uuid}/open/").status_code == 405
    answer = client.post(f"{LIST}{row.uuid}/open/")
    assert (answer.status_code, answer["Location"]) == (302, f"/documents/{paper.uuid}/")
    assert badges(clerk) == [1, 2, 1]
    assert len(selectors.list_lines(clerk, unread_only=True)) == 1
    assert client.post(f"{LIST}read/").status_code == 302
    assert selectors.count_unread(clerk) == 0
    assert badges(clerk) == [1, 2, 1, 0]
    client.post(f"{LIST}{row.uuid}/open/")
    assert badges(clerk) == [1, 2, 1, 0]


def test_strangers_sign_in_first(db: None, client: Client) -> None:
    """No list without a person."""
    assert client.get(LIST).status_code == 302
    assert client.post(f"{LIST}read/").status_code == 302


def test_the_list_asks_few_questions(
    paper: Document,
    clerk: Staff,
    django_assert_max_num_queries: Callable[[int], "object"],
) -> None:
    """As many queries for sixty lines as for one."""
    for number in range(60):
        tell(clerk, paper, f"k{number}")
    with django_assert_max_num_queries(6):  # type: ignore[attr-defined]  # pytest-django's fixture
        assert len(selectors.list_lines(clerk)) == 60


def test_old_lines_go(paper: Document, clerk: Staff) -> None:
    """Read ones after 90 days, unread ones after 400."""
    now = timezone.now()
    for key, at, read_at in (
        ("read old", now - timedelta(days=200), now - timedelta(days=91)),
        ("read new", now - timedelta(days=200), now - timedelta(days=10)),
        ("unread old", now - timedelta(days=401), None),
        ("unread new", now - timedelta(days=300), None),
    ):
        tell(clerk, paper, key)
        Notification.objects.filter(key=key).update(at=at, read_at=read_at)
    assert actions.trim_notifications() == 2
    assert set(Notification.objects.values_list("key", flat=True)) == {"read new", "unread new"}
