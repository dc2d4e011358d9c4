"""Restoring into a fresh data folder; nothing that is there is ever overwritten."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from groupware.audit.actions import record
from groupware.audit.verification import verify
from groupware.files.storage import digest_path, flush_folder
from groupware.operations import versions
from groupware.operations.backup import database
from groupware.operations.backup.archive import CHUNK, DATABASES, BackupError, Hashed, Reader
from groupware.operations.backup.verifying import Verified, verify_backup
from groupware.realtime.actions import renew_epoch
from search import maintenance

Progress = Callable[[str], object]
MARK = ".restoring"  # stands in the data folder until a restore is complete


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back. `audit_intact` says whether the audit chain holds and reaches its heads."""

    blobs: int
    indexed: int
    audit_intact: bool
    warnings: tuple[str, ...]


def restore_backup(path: Path, *, say: Progress) -> Restored:
    """Verify the backup, put everything back, migrate when it is older, index anew.

    The database comes last: an interrupted restore leaves none, and may simply be run again.

    Raises:
        BackupError: the backup is not whole, is of another kind of database or a newer version,
            or the data folder is not fresh.
        OSError: a file cannot be written.
    """
    folder = Path(settings.DATA_DIR)
    say("バックアップを確かめています…")
    verified = verify_backup(path)
    _refuse_foreign(verified.header)
    _refuse_used(folder)
    _check_room(folder, verified)
    mark = folder / MARK
    mark.touch(mode=0o600)
    say(f"原本 {verified.blobs} 件を戻しています…")
    loaded = _unpack(path, folder)
    say("データベースを戻しています…")
    try:
        database.load(loaded)
    except database.DumpError as error:
        raise BackupError(str(error)) from error
    loaded.unlink()
    versions.prepare(say)
    say("索引を作り直しています…")
    _groups, rows = maintenance.rebuild()
    intact = _settle(path, verified)
    mark.unlink()
    return Restored(verified.blobs, rows, intact, verified.warnings)


def _refuse_foreign(header: dict[str, Any]) -> None:
    if header["database"] != connection.vendor:
        raise BackupError(
            f"このバックアップは {header['database']} のもので、"
            f"いまの設定は {connection.vendor} です。同じ種類のデータベースに戻してください。"
        )
    loader = MigrationLoader(None)
    known = {f"{label}.{name}" for label, name in loader.disk_migrations}
    known |= {
        f"{label}.{name}"
        for migration in loader.disk_migrations.values()
        for label, name in migration.replaces
    }
    if set(header["migrations"]) - known:
        raise BackupError(
            f"このバックアップは新しい版（{header['version']}）のものです。"
            "新しい版の文机で戻してください。何も変えていません。"
        )


def _refuse_used(folder: Path) -> None:
    """Fresh: no database and no originals, or what an interrupted restore left."""
    if (folder / MARK).exists():
        return
    if connection.vendor == "sqlite":
        used = Path(connection.settings_dict["NAME"]).exists()
    else:
        used = bool(connection.introspection.table_names())
    blobs = folder / "blobs"
    if used or (blobs.is_dir() and any(blobs.iterdir())):
        raise BackupError(
            f"{folder} にはもうデータがあります。上書きはしません。"
            "GROUPWARE_DATA_DIR で空のフォルダーを指定してください。"
        )


def _check_room(folder: Path, verified: Verified) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    free = shutil.disk_usage(folder).free
    if free < verified.size:
        raise BackupError(
            f"{folder} の空きが足りません（{verified.size // 2**20 + 1} MB 必要、"
            f"空きは {free // 2**20} MB）。何も変えていません。"
        )


def _unpack(path: Path, folder: Path) -> Path:
    """Write every member to its place; the database to a temporary name, which is returned."""
    loaded: Path | None = None
    touched: set[Path] = set()
    with Reader(path) as reader:
        for name, stream in reader.walk():
            if name in DATABASES:
                loaded = target = folder / f".restored-{name}"
            elif name.startswith("blobs/"):
                target = digest_path(name.rpartition("/")[2])
            else:
                target = folder / name
            _write(target, stream)
            touched.add(target.parent)
    for parent in touched:
        flush_folder(parent)
    assert loaded is not None  # the backup was verified
    return loaded


def _write(target: Path, stream: Hashed) -> None:
    private = target.parent.name == "keys"
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if private else 0o750)
    fresh = target.with_name(f".{target.name}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        shutil.copyfileobj(stream, opened, CHUNK)
        opened.flush()
        os.fsync(opened.fileno())
    fresh.replace(target)


def _settle(path: Path, verified: Verified) -> bool:
    """End the sessions of then, record the act, and check the audit chain against its heads."""
    verdict = verify()
    with transaction.atomic():
        Session.objects.all().delete()
        renew_epoch()  # a page that was open counts in a history that is gone
        record(
            None,
            "backup.restored",
            target_name=path.name,
            detail={"made_at": verified.header["made_at"], "blobs": verified.blobs},
        )
    return verdict.intact
