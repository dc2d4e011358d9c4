"""Bytes on disk: blobs by digest, derived files by file.

A blob is written to a temporary name, flushed to the disk, and only then linked to its own name,
inside the transaction that writes its row. A crash leaves at most a temporary file or a blob
without a row; `groupware.files.tasks.sweep` removes both.

    DATA_DIR/blobs/ab/cd/abcd…       immutable, named by SHA-256
    DATA_DIR/blobs/incoming/         being written
    DATA_DIR/derived/ab/<uuid>/      page images, thumbnails, conversions of one file
"""

import errno
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from groupware.files.errors import BytesMissing, StorageFull, TooLarge
from groupware.files.models import Blob, File
from groupware.files.sniffing import HEAD

CHUNK = 1024 * 1024  # bytes read or written at once
# No space, over the person's disk quota, over the process's file size limit.
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Readable(Protocol):
    """Anything with `read(size)`."""

    def read(self, size: int = ..., /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Staged:
    """Bytes that are safely on the disk under a temporary name, and what they are."""

    path: Path
    sha256: str
    size: int  # bytes
    head: bytes  # the first `sniffing.HEAD` bytes


def blobs_dir() -> Path:
    """Where blobs live."""
    return Path(settings.DATA_DIR) / "blobs"


def incoming_dir() -> Path:
    """Where bytes are written before they are a blob; on the same file system."""
    return blobs_dir() / "incoming"


def blob_path(blob: Blob) -> Path:
    """Where the bytes of `blob` are."""
    return digest_path(blob.sha256)


def digest_path(sha256: str) -> Path:
    """Where bytes of that digest belong."""
    return blobs_dir() / sha256[:2] / sha256[2:4] / sha256


def open_blob(blob: Blob) -> BinaryIO:
    """The bytes of `blob`, for reading.

    Raises:
        BytesMissing: when the store is damaged.
    """
    try:
        return blob_path(blob).open("rb")
    except FileNotFoundError as error:
        raise BytesMissing(
            _("ファイルの中身が保管場所にありません。管理者に知らせてください。")
        ) from error


def derived_dir(file: File) -> Path:
    """The folder of what was made from `file`; it may not exist yet."""
    name = str(file.uuid)
    return Path(settings.DATA_DIR) / "derived" / name[:2] / name


def derived_path(file: File, name: str) -> Path:
    """Where the derived file `name` of `file` is or belongs.

    Raises:
        ValueError: for a name that leaves the folder.
    """
    if not name or "/" in name or name.startswith(".") or "\0" in name:
        raise ValueError(f"not the name of a derived file: {name!r}")
    return derived_dir(file) / name


def write_derived(file: File, name: str, content: bytes | Readable) -> Path:
    """Write a derived file so that it is whole or absent; an earlier one is replaced.

    Raises:
        StorageFull: when the disk is full; what was there stays.
    """
    path = derived_path(file, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{name}.{uuid.uuid4().hex}")
    try:
        with room_needed(), temporary.open("xb") as target:
            if isinstance(content, bytes):
                target.write(content)
            else:
                shutil.copyfileobj(content, target, CHUNK)
            flush(target)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return path


def remove_derived(file: File) -> None:
    """Remove every derived file of `file`."""
    remove_derived_dir(derived_dir(file))


def remove_derived_dir(folder: Path) -> None:
    """Remove one folder of derived files."""
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def room_needed() -> Iterator[None]:
    """Turn "no space left" into a sentence.

    Raises:
        StorageFull: for ENOSPC, EDQUOT and EFBIG inside the block.
    """
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise StorageFull(
                _(
                    "保管場所がいっぱいで、ファイルを保存できませんでした。途中の分は残していません。"
                    "見ることはできます。管理者に知らせ、あとでもう一度入れてください。"
                )
            ) from error
        raise


def check_room(size: int) -> None:
    """Refuse early what cannot fit: `size` bytes and the reserve must be free.

    Raises:
        StorageFull: when they are not.
    """
    folder = Path(settings.DATA_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free < size + settings.DISK_RESERVE_BYTES:
        with room_needed():
            raise OSError(errno.ENOSPC, "below the reserve")


def flush(target: BinaryIO) -> None:
    """Push everything written to `target` down to the disk."""
    target.flush()
    os.fsync(target.fileno())


def flush_folder(folder: Path) -> None:
    """Push the names in `folder` down to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def staged(stream: Readable, *, limit: int | None = None) -> Iterator[Staged]:
    """Write `stream` under a temporary name, which is gone when the block ends.

    `limit`: bytes that may be taken (UPLOAD_MAX_BYTES when None).

    Raises:
        TooLarge: beyond the limit.
        StorageFull: no room; nothing is left behind.
    """
    most = settings.UPLOAD_MAX_BYTES if limit is None else limit
    incoming_dir().mkdir(parents=True, exist_ok=True)
    path = incoming_dir() / f"{uuid.uuid4().hex}.part"
    digest = hashlib.sha256()
    size = 0
    head = b""
    try:
        with room_needed(), path.open("xb") as target:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > most:
                    raise too_large(most)
                if len(head) < HEAD:
                    head += chunk[: HEAD - len(head)]
                digest.update(chunk)
                target.write(chunk)
            flush(target)
        yield Staged(path, digest.hexdigest(), size, head)
    finally:
        path.unlink(missing_ok=True)


def staged_in_place(path: Path) -> Staged:
    """Bytes already whole and flushed at `path` (a finished upload)."""
    digest = hashlib.sha256()
    size = 0
    head = b""
    with path.open("rb") as source:
        while chunk := source.read(CHUNK):
            size += len(chunk)
            if len(head) < HEAD:
                head += chunk[: HEAD - len(head)]
            digest.update(chunk)
    return Staged(path, digest.hexdigest(), size, head)


def too_large(most: int) -> TooLarge:
    """The sentence for one file over `most` bytes."""
    return TooLarge(
        _("大きすぎます（1 件 %(most)d MB まで）。分けるか小さくして、もう一度入れてください。")
        % {"most": most // (1024 * 1024)}
    )


def lock_digest(sha256: str) -> None:
    """Keep others from placing or removing these bytes until the transaction ends.

    SQLite's transactions are IMMEDIATE, so being inside one is the lock.

    Raises:
        TransactionManagementError: outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("bytes are placed inside a transaction")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [sha256])


def place(source: Staged) -> None:
    """Give staged bytes their own name. The temporary name stays until its owner removes it.

    Called with `lock_digest` held, before the row of the blob commits.

    Raises:
        StorageFull: when there is no room for the name.
    """
    goal = digest_path(source.sha256)
    with room_needed():
        _make_folders(goal.parent)
        if goal.exists() and goal.stat().st_size == source.size:
            return
        spare = goal.with_name(f"{goal.name}.{uuid.uuid4().hex}")
        try:
            os.link(source.path, spare)
        except OSError as error:
            if error.errno in NO_ROOM:
                raise
            _copy(source.path, spare)  # a file system without hard links
        spare.chmod(0o440)
        spare.replace(goal)
        flush_folder(goal.parent)


def _make_folders(folder: Path) -> None:
    if folder.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    flush_folder(folder.parent)
    flush_folder(folder.parent.parent)


def _copy(source: Path, goal: Path) -> None:
    try:
        with source.open("rb") as reader, goal.open("xb") as writer:
            shutil.copyfileobj(reader, writer, CHUNK)
            flush(writer)
    except BaseException:
        goal.unlink(missing_ok=True)
        raise


def remove_if_unowned(sha256: str) -> bool:
    """Remove the bytes of a digest that no row owns; in a transaction of its own.

    Returns whether something was removed.
    """
    with transaction.atomic():
        lock_digest(sha256)
        if Blob.objects.filter(sha256=sha256).exists():
            return False
        path = digest_path(sha256)
        if not path.exists():
            return False
        with suppress(FileNotFoundError):
            path.unlink()
        return True
