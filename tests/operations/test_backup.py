"""Backup, verification and restore, through the real commands and files."""

import json
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from groupware.audit import chain, heads
from groupware.audit.actions import record
from groupware.audit.models import Entry
from groupware.files.actions import store_blob
from groupware.files.models import Blob
from groupware.files.storage import blob_path
from groupware.operations.backup.archive import BackupError
from groupware.operations.backup.making import keep_newest, make_backup
from groupware.operations.backup.verifying import verify_backup
from groupware.organization.models import Staff
from tests.operations.serving import manage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def filled(city: dict[str, Staff], data_dir: Path) -> Path:
    """A city with three originals, keys and a chained audit record; returns the data folder."""
    for number in range(3):
        with transaction.atomic():
            store_blob(BytesIO(b"%%PDF-1.7 paper %d\n" % number * 1000))
            record(city["clerk"], "document.changed", detail={"turn": number})
    chain.extend()
    heads.write()
    keys = data_dir / "keys"
    keys.mkdir()
    (keys / "secret_key").write_text("k" * 60, encoding="ascii")
    return data_dir


def quiet(_text: str) -> None:
    """Say nothing."""


@pytest.mark.postgres
def test_a_backup_is_whole_and_says_what_it_is(filled: Path, tmp_path: Path) -> None:
    made = make_backup(tmp_path / "b.tar", say=quiet)
    found = verify_backup(made.path)
    assert (made.blobs, found.blobs, found.warnings) == (3, 3, ())
    assert found.header["database"] == connection.vendor
    assert found.header["secret_key"] == "inside"
    assert found.header["audit_head"]["position"] == 3
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["b.tar"]
    assert Entry.objects.filter(action="backup.made").count() == 1


@pytest.mark.process
def test_everything_comes_back_into_a_fresh_folder(filled: Path, tmp_path: Path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the fresh folder holds SQLite; PostgreSQL has a test of its own")
    people = Staff.objects.count()
    digests = sorted(Blob.objects.values_list("sha256", flat=True))
    made = make_backup(tmp_path / "b.tar", say=quiet)
    fresh = tmp_path / "fresh"
    done = manage(fresh, "restore", str(made.path))
    assert done.returncode == 0, done.stderr
    assert "戻しました: 原本 3 件" in done.stdout
    for digest in digests:
        place = fresh / "blobs" / digest[:2] / digest[2:4] / digest
        assert place.stat().st_size > 0
    with closing(sqlite3.connect(fresh / "fuzukue.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM organization_staff").fetchone()[0] == people
        assert database.execute("SELECT count(*) FROM django_session").fetchone()[0] == 0
        assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert (fresh / "keys" / "secret_key").read_text() == "k" * 60
    assert (fresh / "audit" / "heads.jsonl").read_text() == heads.default_path().read_text()
    verified = manage(fresh, "audit", "verify", "--json")
    verdict = json.loads(verified.stdout)
    assert verdict["intact"], verdict
    assert verdict["checked"] >= 3
    again = manage(fresh, "restore", str(made.path))
    assert again.returncode == 9
    assert "もうデータがあります" in again.stderr
    assert "Traceback" not in again.stderr


@pytest.mark.parametrize("damage", ["cut", "flip", "foreign", "link", "second"])
def test_a_damaged_backup_is_refused(filled: Path, tmp_path: Path, damage: str) -> None:
    whole = make_backup(tmp_path / "b.tar", say=quiet).path
    broken = tmp_path / "broken.tar"
    DAMAGES[damage](whole, broken)
    with pytest.raises(BackupError):
        verify_backup(broken)
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify-backup", str(broken), stderr=out)
    assert ended.value.code == 9
    assert "使えません" in out.getvalue()


def _cut(whole: Path, broken: Path) -> None:
    content = whole.read_bytes()
    broken.write_bytes(content[: len(content) * 2 // 3])


def _flip(whole: Path, broken: Path) -> None:
    content = bytearray(whole.read_bytes())
    with tarfile.open(whole) as tar:
        place = next(member for member in tar if member.name.startswith("blobs/")).offset_data
    content[place + 5] ^= 1
    broken.write_bytes(content)


def _with(whole: Path, broken: Path, info: tarfile.TarInfo, content: bytes = b"") -> None:
    """The backup with one more member before its manifest."""
    with tarfile.open(whole) as source, tarfile.open(broken, "w") as target:
        for member in source:
            if member.name == "manifest.json":
                target.addfile(info, BytesIO(content))
            target.addfile(member, source.extractfile(member))


def _foreign(whole: Path, broken: Path) -> None:
    info = tarfile.TarInfo("../../etc/cron.d/x")
    info.size = 1
    _with(whole, broken, info, b"x")


def _link(whole: Path, broken: Path) -> None:
    info = tarfile.TarInfo(f"blobs/aa/{'a' * 64}")
    info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
    _with(whole, broken, info)


def _second(whole: Path, broken: Path) -> None:
    info = tarfile.TarInfo("keys/secret_key")
    info.size = 1
    _with(whole, broken, info, b"x")


DAMAGES: dict[str, Callable[[Path, Path], None]] = {
    "cut": _cut,
    "flip": _flip,
    "foreign": _foreign,
    "link": _link,
    "second": _second,
}


def test_a_damaged_original_is_kept_and_said(filled: Path, tmp_path: Path) -> None:
    blob = Blob.objects.first()
    assert blob is not None
    path = blob_path(blob)
    path.chmod(0o600)
    path.write_bytes(b"x" * blob.size)
    made = make_backup(tmp_path / "b.tar", say=quiet)
    assert made.blobs == 3
    assert "壊れた原本が 1 件" in made.warnings[0]


def test_an_original_that_is_gone_is_said(filled: Path, tmp_path: Path) -> None:
    blob = Blob.objects.first()
    assert blob is not None
    blob_path(blob).unlink()
    made = make_backup(tmp_path / "b.tar", say=quiet)
    assert made.blobs == 2
    assert "なかった原本が 1 件" in made.warnings[0]


def test_nothing_is_overwritten(filled: Path, tmp_path: Path) -> None:
    target = tmp_path / "b.tar"
    target.write_text("mine", encoding="utf-8")
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("backup", str(target), stderr=out)
    assert ended.value.code == 9
    assert "上書きはしません" in out.getvalue()
    assert target.read_text(encoding="utf-8") == "mine"


def test_a_folder_keeps_the_newest(filled: Path, tmp_path: Path) -> None:
    for day in range(1, 5):
        (tmp_path / f"fuzukue-2026010{day}-013000.tar").touch()
    other = tmp_path / "other.tar"
    other.touch()
    out = StringIO()
    call_command("backup", str(tmp_path), "--keep", "2", stdout=out)
    left = sorted(path.name for path in tmp_path.glob("fuzukue-*.tar"))
    assert len(left) == 2
    assert left[0] == "fuzukue-20260104-013000.tar"
    assert other.exists()
    assert keep_newest(tmp_path, 5) == 0


def test_a_backup_while_somebody_writes_is_one_moment(filled: Path, tmp_path: Path) -> None:
    """What is committed while the copy is made is in it whole or not at all."""
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's online backup")
    from groupware.operations.backup import database

    copy = tmp_path / "copy.sqlite3"
    with transaction.atomic():
        record(None, "document.changed", detail={"open": True})
        database.dump(copy)  # this transaction is still open
    assert database.check(copy, "sqlite") == ""
    with closing(sqlite3.connect(copy)) as opened:
        open_ones = opened.execute(
            "SELECT count(*) FROM audit_entry WHERE detail LIKE '%open%'"
        ).fetchone()[0]
    assert open_ones == 0
