"""Entries: what is written, when, and what is refused."""

import time
import uuid
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection, transaction
from django.test import RequestFactory

from groupware.audit import actors, reads
from groupware.audit.actions import enqueue_read, record
from groupware.audit.actors import Standing
from groupware.audit.details import clean, clean_address
from groupware.audit.models import Entry
from groupware.organization.models import Staff

pytestmark = pytest.mark.postgres


@pytest.mark.django_db
def test_an_entry_keeps_the_texts_of_the_moment(
    clerk: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actors, "_describers", [lambda person, at: Standing("主任", "市民課")])
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7")
    target = uuid.uuid4()
    with time_machine.travel(datetime(2026, 3, 31, 15, 30, tzinfo=UTC), tick=False):
        entry = record(
            clerk,
            "document.changed",
            target_kind="document",
            target_uuid=target,
            target_name="要綱",
            detail={"title": ["旧", "新"]},
            request=request,
        )
    clerk.name = "別の 名前"
    clerk.save()
    entry.refresh_from_db()
    assert (entry.actor_name, entry.actor_post, entry.actor_section) == (
        "佐藤 恵子",
        "主任",
        "市民課",
    )
    assert entry.business_date.isoformat() == "2026-04-01"  # 00:30 in Tokyo is the new 年度
    assert (entry.target_kind, entry.target_uuid, entry.target_name) == ("document", target, "要綱")
    assert entry.address == "192.0.2.7"
    assert entry.detail == {"title": ["旧", "新"]}


@pytest.mark.django_db
def test_the_target_speaks_for_itself(clerk: Staff) -> None:
    entry = record(None, "staff.changed", clerk)
    assert (entry.actor_uuid, entry.actor_name) == (None, "")
    assert (entry.target_kind, entry.target_uuid, entry.target_name) == (
        "staff",
        clerk.uuid,
        clerk.name,
    )


@pytest.mark.django_db
def test_the_catalogue_is_closed() -> None:
    with pytest.raises(KeyError, match=r"catalogue\.py"):
        record(None, "document.eaten")
    with pytest.raises(KeyError, match=r"catalogue\.py"):
        enqueue_read(None, "document.eaten")
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_recorded() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        record(None, "document.changed")
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_undone_change_leaves_no_entry() -> None:
    with pytest.raises(ValueError, match="undone"), transaction.atomic():
        record(None, "document.changed")
        raise ValueError("undone")
    assert not Entry.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "stored"),
    [
        (0.1, "0.1"),
        (2**60, str(2**60)),
        ("a\0b\ud800", "a\N{REPLACEMENT CHARACTER}b?"),
        (datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "2026-01-02T03:04:00+00:00"),
        ({"b", "a"}, ["a", "b"]),
        ({1: (True, None)}, {"1": [True, None]}),
    ],
)
def test_details_come_back_as_they_were_hashed(given: object, stored: object) -> None:
    entry = record(None, "document.changed", detail={"value": given})
    entry.refresh_from_db()
    assert entry.detail == {"value": stored} == {"value": clean(given)}


def test_what_has_no_text_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        clean(object())


@pytest.mark.parametrize(
    ("given", "kept"),
    [("::0001", "::1"), ("fe80::1%eth0", "fe80::1"), ("", None), ("unix:", None)],
)
def test_addresses(given: str, kept: str | None) -> None:
    assert clean_address(given) == kept


@pytest.mark.django_db(transaction=True)
def test_reads_are_written_by_a_thread_within_a_second(
    clerk: Staff, settings: object, django_assert_num_queries: object
) -> None:
    settings.AUDIT_READS_QUEUED = True  # type: ignore[attr-defined]  # pytest-django's wrapper
    with django_assert_num_queries(0):  # type: ignore[operator]  # a pytest-django fixture
        for _ in range(50):
            enqueue_read(clerk, "document.viewed", target_kind="document")
    asked = time.monotonic()
    while Entry.objects.count() < 50 and time.monotonic() - asked < 3:
        time.sleep(0.02)
    assert Entry.objects.filter(actor_uuid=clerk.uuid).count() == 50
    assert time.monotonic() - asked < 3.0  # a second where nothing else runs
    reads.queue.stop()


@pytest.mark.django_db(transaction=True)
def test_a_stopped_queue_has_written_everything(clerk: Staff) -> None:
    queue = reads.ReadQueue()
    for _ in range(20):
        queue.put(Entry(**_bare()), clerk)
    queue.stop()
    assert Entry.objects.count() == 20


@pytest.mark.django_db(transaction=True)
def test_one_entry_that_cannot_be_stored_keeps_no_other_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    queue = reads.ReadQueue()
    same = uuid.uuid4()
    for own in (uuid.uuid4(), same, same, uuid.uuid4()):
        queue.put(Entry(**_bare(), uuid=own), None)
    assert queue.flush()
    queue.stop()
    assert Entry.objects.count() == 3
    assert str(same) in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_for_a_while_loses_no_read() -> None:
    queue = reads.ReadQueue()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry RENAME TO audit_entry_away")
    try:
        queue.put(Entry(**_bare()), None)
        assert not queue.flush(timeout=0.8)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE audit_entry_away RENAME TO audit_entry")
    assert queue.flush(timeout=5)
    queue.stop()
    assert Entry.objects.count() == 1


def _bare() -> dict[str, object]:
    now = datetime.now(UTC)
    return {
        "at": now,
        "business_date": now.date(),
        "city_code": "999997",
        "action": "document.viewed",
    }
