"""Making a backup while people work."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from groupware.audit import chain, heads
from groupware.audit.actions import record
from groupware.files.models import Blob
from groupware.files.storage import digest_path
from groupware.operations import versions
from groupware.operations.backup import database
from groupware.operations.backup.archive import FORMAT, BackupError, Writer
from groupware.operations.backup.verifying import verify_backup

Progress = Callable[[str], object]
NAME = "fuzukue-{:%Y%m%d-%H%M%S}.tar"
SAY_EVERY = 2000  # blobs


@dataclass(frozen=True, slots=True)
class Made:
    """A finished backup: where, how many originals, how many bytes, what is not right."""

    path: Path
    blobs: int
    size: int
    warnings: tuple[str, ...]


def make_backup(target: Path, *, with_derived: bool = False, say: Progress) -> Made:
    """Write database, originals, keys and heads of the audit chain into one new file.

    `target` is a file that does not exist yet, or a folder, which gets a file named by the time.
    The file appears under its name only when it is whole and was read again without a fault.

    Raises:
        BackupError: the target is there already, too little room, or the database fails.
        OSError: the target cannot be written.
    """
    if target.is_dir():
        target = target / NAME.format(timezone.localtime())
    if target.exists():
        raise BackupError(f"{target} はもうあります。上書きはしません。別の名前にしてください。")
    partial = target.with_name(f".{target.name}.partial")
    partial.unlink(missing_ok=True)  # of a run that was killed
    _check_room(target.parent)
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".fuzukue-") as folder:
            _write(partial, Path(folder), with_derived, say)
        say("読み返して確かめています…")
        found = verify_backup(partial)
        partial.replace(target)
        _sync_folder(target.parent)
    except database.DumpError as error:
        raise BackupError(str(error)) from error
    finally:
        partial.unlink(missing_ok=True)
    made = Made(target, found.blobs, target.stat().st_size, found.warnings)
    with transaction.atomic():
        record(
            None,
            "backup.made",
            target_name=target.name,
            detail={"blobs": made.blobs, "bytes": made.size, "warnings": made.warnings},
        )
    return made


def _write(partial: Path, folder: Path, with_derived: bool, say: Progress) -> None:
    copy = folder / f"database{database.suffix()}"
    chain.extend(everything=True)
    say("データベースを写しています…")
    database.dump(copy)
    writer = Writer(partial, _header(with_derived))
    partial.chmod(0o600)
    try:
        writer.add(copy.name, copy)
        for name, path in _small_files():
            writer.add(name, path)
        # Listed after the copy: a superset of what the copy refers to, but for what was
        # disposed of meanwhile. A blob is on the disk before its row is committed.
        _add_blobs(writer, say)
        if with_derived:
            for name, path in _derived():
                writer.add(name, path)
        writer.close()
    except BaseException:
        writer.abandon()
        raise
    with partial.open("rb") as whole:
        os.fsync(whole.fileno())


def _header(with_derived: bool) -> dict[str, object]:
    position, own = chain.head()
    applied = MigrationRecorder(connection).applied_migrations()
    key = Path(settings.DATA_DIR) / "keys" / "secret_key"
    return {
        "product": "fuzukue",
        "format": FORMAT,
        "version": versions.PRODUCT_VERSION,
        "city": settings.CITY_CODE,
        "database": connection.vendor,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "migrations": sorted(f"{label}.{name}" for label, name in applied),
        "with_derived": with_derived,
        "secret_key": "inside" if key.exists() else "outside",
        "audit_head": {"position": position, "hash": own},
    }


def _small_files() -> Iterator[tuple[str, Path]]:
    keys = Path(settings.DATA_DIR) / "keys"
    if keys.is_dir():
        for path in sorted(keys.iterdir()):
            if path.is_file():
                yield f"keys/{path.name}", path
    if heads.default_path().exists():
        yield "audit/heads.jsonl", heads.default_path()


def _add_blobs(writer: Writer, say: Progress) -> None:
    count = 0
    for digest in Blob.objects.order_by("sha256").values_list("sha256", flat=True).iterator():
        count += writer.add(f"blobs/{digest[:2]}/{digest}", digest_path(digest))
        if count and count % SAY_EVERY == 0:
            say(f"原本を写しています… {count} 件")


def _derived() -> Iterator[tuple[str, Path]]:
    root = Path(settings.DATA_DIR) / "derived"
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            path = Path(folder) / name
            if not name.startswith("."):  # one that is being written
                yield f"derived/{path.relative_to(root)}", path


def _check_room(folder: Path) -> None:
    needed = 2 * database.size()
    for size in Blob.objects.values_list("size", flat=True).iterator():
        needed += size
    if not folder.is_dir():
        raise BackupError(f"{folder} がありません。先に作ってください。")
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupError(
            f"{folder} の空きが足りません（約 {needed // 2**20 + 1} MB 必要、"
            f"空きは {free // 2**20} MB）。バックアップは作っていません。"
        )


def keep_newest(folder: Path, keep: int) -> int:
    """Remove all but the newest `keep` backups that were named by the time; how many."""
    old = sorted(folder.glob("fuzukue-????????-??????.tar"))[:-keep]
    for path in old:
        path.unlink()
    return len(old)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network file systems know no fsync of a folder
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
