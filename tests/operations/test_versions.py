"""Older data is copied and migrated, newer data refused, current data left alone."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from groupware.audit.models import Entry
from groupware.operations import versions
from groupware.operations.refusals import DATABASE, NEWER, StartRefusedError

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def test_current_data_is_left_alone_and_asked_once(data_dir: Path) -> None:
    said: list[str] = []
    assert versions.prepare(said.append) is False
    assert said == []
    assert versions.version_path().exists()
    assert not (data_dir / "backups").exists()


def test_the_second_look_reads_no_migration(
    data_dir: Path, django_assert_max_num_queries: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions.prepare(lambda _: None)
    monkeypatch.setattr(versions, "state", lambda: pytest.fail("the migrations were read"))
    with django_assert_max_num_queries(1):  # type: ignore[operator]  # a pytest-django fixture
        assert versions.prepare(lambda _: None) is False


def test_newer_data_is_refused_in_one_sentence(data_dir: Path) -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_applied("audit", "9999_later")
    try:
        with pytest.raises(StartRefusedError) as refused:
            versions.prepare(lambda _: None)
    finally:
        recorder.record_unapplied("audit", "9999_later")
    assert refused.value.code == NEWER
    assert "データには触れていません" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_older_data_is_copied_migrated_and_recorded(data_dir: Path) -> None:
    call_command("migrate", "audit", "0001", verbosity=0)
    said: list[str] = []
    assert versions.prepare(said.append) is True
    (copy,) = (data_dir / "backups").iterdir()
    assert str(copy) in said[0]
    assert "1 段階" in said[1]
    assert versions.state().pending == 0
    migrated = Entry.objects.get(action="data.migrated")
    assert migrated.detail["steps"] == 1
    assert copy.stat().st_mode & 0o777 == 0o600
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(copy)) as opened:
            applied = opened.execute(
                "SELECT count(*) FROM django_migrations WHERE app = 'audit'"
            ).fetchone()[0]
        assert applied == 1


def test_only_three_copies_are_kept(data_dir: Path) -> None:
    folder = data_dir / "backups"
    folder.mkdir()
    for day in range(1, 6):
        (folder / f"before-0.0.{day}-2026010{day}-000000.sqlite3").touch()
    versions.copy_before_migration()
    assert len(list(folder.iterdir())) == versions.KEPT_COPIES


def test_without_room_for_a_copy_nothing_is_migrated(data_dir: Path, settings: object) -> None:
    settings.DISK_RESERVE_BYTES = 2**60  # type: ignore[attr-defined]  # pytest-django's wrapper
    call_command("migrate", "audit", "0001", verbosity=0)
    try:
        with pytest.raises(StartRefusedError) as refused:
            versions.prepare(lambda _: None)
        assert refused.value.code == DATABASE
        assert versions.state().pending == 1
    finally:
        call_command("migrate", "audit", verbosity=0)


def test_a_database_that_fails_is_a_sentence(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> bool:
        raise DatabaseError("the server closed the connection")

    monkeypatch.setattr(versions, "_has_tables", fail)
    monkeypatch.setattr(versions, "_read", lambda: {"migrations": versions.fingerprint()})
    with pytest.raises(StartRefusedError) as refused:
        versions.prepare(lambda _: None)
    assert refused.value.code == DATABASE
