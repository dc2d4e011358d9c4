"""The chain: positions, hashes, refused changes, and what the verifier says when they happened."""

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, close_old_connections, connection, transaction

from groupware.audit import chain, heads, triggers
from groupware.audit.actions import record
from groupware.audit.keeper import Keeper
from groupware.audit.models import Entry, Link
from groupware.audit.verification import verify

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def write(number: int) -> list[Entry]:
    """`number` entries, chained."""
    with transaction.atomic():
        entries = [
            record(None, "document.changed", detail={"turn": turn}) for turn in range(number)
        ]
    chain.extend()
    return entries


@contextmanager
def as_database_owner() -> Iterator[None]:
    """What a DBA can do: switch the triggers off, and on again."""
    triggers.remove(connection)
    yield
    triggers.install(connection)


def test_the_hash_is_that_of_the_paper() -> None:
    """A golden value, computed apart from the code: the format stays verifiable for ever."""
    entry = {
        "uuid": uuid.UUID("00000000-0000-4000-8000-000000000001"),
        "at": datetime(2026, 4, 1, 0, 0, 0, 5, tzinfo=UTC),
        "business_date": datetime(2026, 4, 1, tzinfo=UTC).date(),
        "city_code": "999997",
        "action": "document.viewed",
        "actor_uuid": None,
        "actor_name": "",
        "actor_post": "",
        "actor_section": "",
        "target_kind": "document",
        "target_uuid": None,
        "target_name": "要綱",
        "address": None,
        "detail": {"b": 1, "a": [True, None]},
    }
    assert (
        chain.digest(1, chain.GENESIS, entry)
        == json.loads(
            (Path(__file__).parents[1] / "samples" / "audit" / "chain-1.json").read_text("utf-8")
        )["hash"]
    )


def test_entries_get_their_places_in_order() -> None:
    entries = write(5)
    links = list(Link.objects.order_by("position"))
    assert [link.position for link in links] == [1, 2, 3, 4, 5]
    assert [link.entry_id for link in links] == [entry.pk for entry in entries]
    assert [link.previous_hash for link in links] == [
        chain.GENESIS,
        *(link.hash for link in links[:-1]),
    ]
    assert chain.extend() == 0
    verdict = verify([])
    assert (verdict.intact, verdict.checked, verdict.tail.count) == (True, 5, 0)


def test_an_idle_chainer_asks_only_two_questions(
    django_assert_max_num_queries: Callable[[int], object],
) -> None:
    write(3)
    with django_assert_max_num_queries(2):  # type: ignore[attr-defined]  # a context manager
        chain.extend()


@pytest.mark.parametrize("table", ["audit_entry", "audit_link"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {}", "DELETE FROM {}"])
def test_the_database_refuses_changes(table: str, statement: str) -> None:
    write(1)
    column = "action = 'x'" if table == "audit_entry" else "hash = 'x'"
    with pytest.raises(IntegrityError, match="監査の記録は追加だけ"), transaction.atomic():
        _sql(statement.format(table, column))
    assert verify([]).checked == 1


def test_the_orm_and_replace_are_refused_too() -> None:
    entry = write(1)[0]
    for change in (
        lambda: Entry.objects.all().delete(),
        lambda: Entry.objects.update(action="x"),
        entry.save,
        lambda: Link.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    if connection.vendor == "sqlite":
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("REPLACE INTO audit_entry SELECT * FROM audit_entry")
    else:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("TRUNCATE audit_link, audit_entry")
    assert verify([]).checked == 1


def _sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _swap_entries(entries: list[Entry]) -> None:
    """Reorder: the entries of positions 2 and 4 change places."""
    second, fourth = entries[1].pk, entries[3].pk
    spare = entries[4].pk
    _sql("DELETE FROM audit_link WHERE position = 5")
    _sql("UPDATE audit_link SET entry_id = %s WHERE position = 2", spare)
    _sql("UPDATE audit_link SET entry_id = %s WHERE position = 4", second)
    _sql("UPDATE audit_link SET entry_id = %s WHERE position = 2", fourth)


def _delete_third(entries: list[Entry]) -> None:
    _sql("DELETE FROM audit_link WHERE position = 3")
    _sql("DELETE FROM audit_entry WHERE id = %s", entries[2].pk)


def _edit_name(entries: list[Entry]) -> None:
    _sql("UPDATE audit_entry SET actor_name = 'x' WHERE id = %s", entries[2].pk)


def _edit_detail(entries: list[Entry]) -> None:
    _sql("UPDATE audit_entry SET detail = '{}' WHERE id = %s", entries[0].pk)


def _edit_hash(entries: list[Entry]) -> None:
    _sql("UPDATE audit_link SET hash = %s WHERE position = 4", "0" * 64)


def _edit_previous(entries: list[Entry]) -> None:
    _sql("UPDATE audit_link SET previous_hash = %s WHERE position = 4", "1" * 64)


@pytest.mark.parametrize(
    ("damage", "position", "wrong"),
    [
        (_edit_name, 3, "書き換え"),
        (_edit_detail, 1, "書き換え"),
        (_edit_hash, 4, "書き換え"),
        (_edit_previous, 4, "つながって"),
        (_delete_third, 3, "消され"),
        (_swap_entries, 2, "書き換え"),
    ],
)
def test_the_verifier_names_the_first_broken_entry(
    damage: Callable[[list[Entry]], None], position: int, wrong: str
) -> None:
    entries = write(6)
    with as_database_owner():
        damage(entries)
    broken = verify([]).broken
    assert broken is not None
    assert broken.position == position
    assert wrong in broken.wrong
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("audit", "verify", stdout=out)
    assert ended.value.code == 1
    assert f"{position} 番" in out.getvalue()


def test_a_cut_off_end_is_seen_by_the_head_outside(tmp_path: Path) -> None:
    entries = write(5)
    path = tmp_path / "heads.jsonl"
    assert heads.write(path)
    with as_database_owner():
        _sql("DELETE FROM audit_link WHERE position > 3")
        for entry in entries[3:]:
            _sql("DELETE FROM audit_entry WHERE id = %s", entry.pk)
    assert verify([]).intact, "without the head outside a cut end leaves no trace"
    broken = verify([path]).broken
    assert broken is not None
    assert broken.position == 5
    assert "末尾が消されています" in broken.wrong


def test_a_chain_computed_anew_is_seen_by_the_head_outside(tmp_path: Path) -> None:
    entries = write(4)
    path = tmp_path / "heads.jsonl"
    assert heads.write(path)
    with as_database_owner():
        _sql("DELETE FROM audit_link")
        _sql("UPDATE audit_entry SET target_name = 'x' WHERE id = %s", entries[1].pk)
    chain.extend(everything=True)
    assert verify([]).intact
    broken = verify([path]).broken
    assert broken is not None
    assert (broken.position, broken.uuid) == (4, entries[3].uuid)


def test_heads_are_written_once_an_hour_and_only_when_the_chain_grew(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "heads.jsonl"
    noon = datetime(2026, 4, 1, 12, tzinfo=UTC)
    assert not heads.write(path, now=noon), "nothing to write before the first entry"
    write(2)
    assert heads.write(path, now=noon)
    write(1)
    assert not heads.write(path, now=noon + timedelta(minutes=59))
    assert heads.write(path, now=noon + timedelta(minutes=60))
    assert not heads.write(path, now=noon + timedelta(hours=3)), "the chain did not grow"
    assert [head.position for head in heads.read(path)] == [2, 3]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_torn_line_spoils_no_later_head(tmp_path: Path) -> None:
    path = tmp_path / "heads.jsonl"
    write(1)
    path.write_text('{"at": "2026-04-01T00:00:00+00:00", "posi', encoding="utf-8")
    assert heads.write(path)
    newest = heads.last(path)
    assert newest is not None
    assert newest.position == 1
    assert "1 行目を読めません" in verify([path]).complaints[0]


def test_missing_triggers_are_named_and_put_back() -> None:
    write(1)
    triggers.remove(connection)
    verdict = verify([])
    assert not verdict.intact
    assert "トリガー" in verdict.complaints[0]
    assert sorted(triggers.install(connection)) == sorted(
        name for name in triggers._wanted(connection)
    )
    assert verify([]).intact


def test_the_unchained_tail_is_named() -> None:
    write(2)
    with transaction.atomic():
        late = record(None, "document.changed")
    verdict = verify([])
    assert (verdict.intact, verdict.tail.count, verdict.tail.first_uuid) == (True, 1, late.uuid)
    out = StringIO()
    call_command("audit", "verify", "--json", stdout=out)
    assert json.loads(out.getvalue())["tail"]["first"] == str(late.uuid)
    call_command("audit", "chain", stdout=StringIO())
    assert verify([]).tail.count == 0


def test_an_older_number_that_commits_late_is_still_chained() -> None:
    entries = write(3)
    with as_database_owner():
        _sql("DELETE FROM audit_link WHERE position = 3")
        _sql("UPDATE audit_link SET entry_id = %s WHERE position = 2", entries[2].pk)
    # Position 2 now speaks of the newest entry; the middle one is like a late commit.
    assert list(chain.unchained().values_list("pk", flat=True)) == [entries[1].pk]


def test_flush_refuses_outside_of_tests(settings: object) -> None:
    settings.AUDIT_MAY_BE_EMPTIED = False  # type: ignore[attr-defined]  # pytest-django's wrapper
    with pytest.raises(CommandError, match="データはそのまま"):
        call_command("flush", interactive=False)


@pytest.mark.django_db(transaction=True)
def test_many_writers_and_two_chainers_make_one_chain() -> None:
    keepers = [Keeper(every=0.02), Keeper(every=0.02)]
    for keeper in keepers:
        keeper.start()

    def work() -> None:
        close_old_connections()
        for turn in range(25):
            with transaction.atomic():
                record(None, "document.changed", detail={"turn": turn})
        connection.close()

    writers = [threading.Thread(target=work) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    for keeper in keepers:
        keeper.stop()
    chain.extend(everything=True)
    verdict = verify([])
    assert (verdict.intact, verdict.checked, verdict.tail.count) == (True, 200, 0)
