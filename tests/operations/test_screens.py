"""The pages of operations: who has them, what they say, and that looking is recorded."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from groupware.access.actions import create_scope
from groupware.audit.actions import record
from groupware.audit.models import Entry
from groupware.files.models import Blob, File
from groupware.ingestion.models import Reading
from groupware.jobs.models import Failure
from groupware.operations import trail
from groupware.organization.models import Staff
from groupware.organization.selectors import section_of

pytestmark = pytest.mark.django_db

PAGES = {
    "operations:status": "admin",
    "operations:jobs": "admin",
    "operations:held": "records",
    "operations:audit": "auditor",
}
ClientAs = Callable[[Staff], Client]


@pytest.mark.parametrize(("name", "holder"), PAGES.items())
def test_a_page_exists_only_for_its_duty(
    name: str, holder: str, city: dict[str, Staff], client_as: ClientAs
) -> None:
    url = reverse(name)
    for login, person in city.items():
        if login == "disabled":
            continue
        expected = 200 if login == holder else 404
        assert client_as(person).get(url).status_code == expected, login
    assert Client().get(url).status_code == 302  # to the sign-in page


@pytest.mark.parametrize("name", ["operations:jobs-retry", "operations:audit-export"])
def test_an_act_is_no_get_and_not_for_everybody(
    name: str, city: dict[str, Staff], client_as: ClientAs
) -> None:
    assert client_as(city["clerk"]).post(reverse(name)).status_code == 404
    holder = city["admin" if "jobs" in name else "auditor"]
    assert client_as(holder).get(reverse(name)).status_code == 405


def test_health_needs_no_sign_in(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    ready = client.get("/readyz").json()
    assert set(ready["checks"]) == {"database", "disk", "workers", "index", "guard"}
    assert ready["checks"]["database"] is True
    assert ready["ready"] is all(ready["checks"].values())


def test_ready_says_no_without_a_worker(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["workers"] is False


def test_the_status_page_says_that_no_virus_scanner_is_there(
    admin: Staff, client_as: ClientAs, settings: object
) -> None:
    settings.CLAMD_ADDRESS = ""  # type: ignore[attr-defined]  # pytest-django's wrapper
    page = client_as(admin).get(reverse("operations:status")).content.decode()
    assert "届いたファイルのウイルス検査をしていません" in page
    assert "働いています" in page


# -- the audit record ------------------------------------------------------------------------------


def write(actor: Staff | None, action: str, number: int = 1, **more: object) -> list[Entry]:
    """Entries of an actor."""
    with transaction.atomic():
        return [record(actor, action, **more) for _ in range(number)]  # type: ignore[arg-type]  # passed on


def test_the_record_is_filtered_and_the_search_is_recorded(
    clerk: Staff, head: Staff, auditor: Staff, client_as: ClientAs
) -> None:
    write(clerk, "document.viewed", target_name="窓口改善の要綱")
    write(head, "scope.granted", target_name="受信トレイ", detail={"to": "市民課"})
    before = Entry.objects.filter(action="audit.searched").count()
    browser = client_as(auditor)
    page = browser.get(reverse("operations:audit"), {"action": "*read", "person": "佐藤"})
    assert "窓口改善の要綱" in page.content.decode()
    assert "受信トレイ" not in page.content.decode()
    searched = Entry.objects.filter(action="audit.searched").order_by("-pk")
    assert searched.count() == before + 1
    assert searched[0].detail == {"person": "佐藤", "category": "read", "shown": 1}
    assert searched[0].actor_uuid == auditor.uuid


def test_a_period_that_ends_before_it_begins_is_said(auditor: Staff, client_as: ClientAs) -> None:
    page = client_as(auditor).get(
        reverse("operations:audit"), {"action": "", "since": "R8.4.2", "until": "R8.4.1"}
    )
    assert page.status_code == 422
    assert "より後の日にしてください" in page.content.decode()


def test_pages_go_by_number_and_lose_nothing(clerk: Staff, auditor: Staff) -> None:
    written = write(clerk, "document.viewed", 120)
    asked = trail.TrailFilter(action="document.viewed")
    seen: list[int] = []
    before: int | None = None
    while True:
        page = trail.get_page(auditor, asked, before=before)
        seen += [entry.pk for entry in page.entries]
        write(clerk, "document.viewed")  # somebody works meanwhile
        if page.older is None:
            break
        before = page.older
    assert seen[:120][-1] == written[0].pk
    assert sorted(seen) == [entry.pk for entry in written]
    back = trail.get_page(auditor, asked, after=seen[99])
    assert [entry.pk for entry in back.entries] == seen[49:99]
    assert back.newer == seen[49]


def test_the_thousandth_page_costs_what_the_first_costs(
    clerk: Staff, auditor: Staff, client_as: ClientAs, django_assert_max_num_queries: object
) -> None:
    write(clerk, "document.viewed", 60)
    oldest = Entry.objects.earliest("pk").pk
    browser = client_as(auditor)
    with django_assert_max_num_queries(30):  # type: ignore[operator]  # a pytest-django fixture
        browser.get(reverse("operations:audit"), {"action": "", "before": str(oldest + 5)})


def test_the_export_is_for_spreadsheets_and_harmless_and_recorded(
    clerk: Staff, auditor: Staff, client_as: ClientAs
) -> None:
    write(clerk, "document.viewed", target_name='=HYPERLINK("x")')
    write(clerk, "document.viewed", target_name="+81, 改行\nと「,」")
    answer = client_as(auditor).post(
        reverse("operations:audit-export"), {"action": "document.viewed"}
    )
    assert isinstance(answer, StreamingHttpResponse)
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    names = [row[rows[0].index("対象")] for row in rows[1:]]
    assert names == ['\'=HYPERLINK("x")', "'+81, 改行\nと「,」"]
    exported = Entry.objects.get(action="audit.exported")
    assert exported.detail == {"action": "document.viewed", "number": 2}
    assert "attachment" in answer["Content-Disposition"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_no_cell_begins_like_a_formula(start: str) -> None:
    assert trail.safe_cell(f"{start}1").startswith("'")
    assert trail.safe_cell(f"1{start}") == f"1{start}"


def test_the_default_look_is_the_last_month(
    clerk: Staff, auditor: Staff, client_as: ClientAs
) -> None:
    with transaction.atomic():
        old = Entry(
            at=timezone.now() - timedelta(days=40),
            business_date=timezone.localdate() - timedelta(days=40),
            city_code="999997",
            action="document.viewed",
            target_name="先々月の文書",
        )
        old.save()
    write(clerk, "document.viewed", target_name="今月の文書")
    page = client_as(auditor).get(reverse("operations:audit")).content.decode()
    assert "今月の文書" in page
    assert "先々月の文書" not in page
    assert (
        "先々月の文書"
        in client_as(auditor).get(reverse("operations:audit"), {"action": ""}).content.decode()
    )


# -- held files ------------------------------------------------------------------------------------


@pytest.fixture
def held(clerk: Staff) -> File:
    """A file of 市民課 that a guard holds back."""
    section = section_of(clerk)
    assert section is not None
    scope = create_scope(kind="test", owner_uuid=uuid4(), principals=[f"s{section.pk}"])
    file = File.objects.create(
        blob=Blob.objects.create(sha256="a" * 64, size=2048),
        name="申請書.pdf",
        media_type="application/pdf",
        state=File.State.HELD,
        reason="2 ページに個人番号があります。",
        uploader=clerk,
        owner_kind="test",
        owner_uuid=uuid4(),
        scope=scope,
    )
    Reading.objects.create(file=file, state=Reading.State.HELD)
    return file


def test_held_files_are_listed_and_released_with_a_reason(
    held: File, records: Staff, clerk: Staff, client_as: ClientAs
) -> None:
    browser = client_as(records)
    listed = browser.get(reverse("operations:held")).content.decode()
    assert "申請書.pdf" in listed
    assert "個人番号" in listed
    url = reverse("operations:release", args=[held.uuid])
    assert client_as(clerk).get(url).status_code == 404
    assert browser.get(url).status_code == 200
    assert browser.post(url, {"reason": " "}).status_code == 422
    held.refresh_from_db()
    assert held.state == File.State.HELD
    assert browser.post(url, {"reason": "本人の同意書を確かめた"}).status_code == 302
    held.refresh_from_db()
    assert held.state != File.State.HELD
    released = Entry.objects.get(action="file.released")
    assert released.detail["reason"] == "本人の同意書を確かめた"
    assert browser.get(url).status_code == 404


# -- jobs ------------------------------------------------------------------------------------------


def test_what_stopped_is_shown_by_cause_and_tried_again(admin: Staff, client_as: ClientAs) -> None:
    Failure.objects.create(
        task_id=uuid4(),
        task_path="groupware.ingestion.tasks.read",
        cause="ディスクがいっぱいでした",
        remedy="空きを作ってからやり直してください",
        attempts=3,
        at=timezone.now(),
    )
    browser = client_as(admin)
    page = browser.get(reverse("operations:jobs")).content.decode()
    assert "ディスクがいっぱいでした" in page
    answer = browser.post(reverse("operations:jobs-retry"), {"cause": "ディスクがいっぱいでした"})
    assert answer.status_code == 302
    assert not Failure.objects.exists()
