"""Removes what a crash left: temporary files, parts without an upload, bytes without a row."""

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

from groupware.files import storage, uploads
from groupware.files.models import Blob, File, Upload

AGE = 6 * 3600  # seconds; nothing younger is touched, it may be under way


@dataclass(frozen=True, slots=True)
class Swept:
    """What was removed."""

    temporary: int = 0
    parts: int = 0
    blobs: int = 0
    derived: int = 0


def sweep_orphans(*, age: float = AGE) -> Swept:
    """Remove what is older than `age` seconds and owned by no row; safe beside uploads."""
    before = time.time() - age
    return Swept(
        temporary=_remove(_old(storage.incoming_dir(), before)),
        parts=_remove(path for path in _old(uploads.uploads_dir(), before) if not _is_open(path)),
        blobs=_sweep_blobs(before),
        derived=_sweep_derived(before),
    )


def _old(folder: Path, before: float) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                yield path


def _remove(paths: Iterator[Path]) -> int:
    count = 0
    for path in paths:
        path.unlink(missing_ok=True)
        count += 1
    return count


def _is_open(part: Path) -> bool:
    try:
        uuid = UUID(part.stem)
    except ValueError:
        return False
    return Upload.objects.filter(uuid=uuid, state=Upload.State.OPEN).exists()


def _sweep_blobs(before: float) -> int:
    removed = 0
    for outer in _folders(storage.blobs_dir()):
        if len(outer.name) != 2:
            continue
        for inner in _folders(outer):
            names = [path for path in inner.iterdir() if path.lstat().st_ctime < before]
            digests = {path.name for path in names if len(path.name) == 64}
            known = set(Blob.objects.filter(sha256__in=digests).values_list("sha256", flat=True))
            removed += sum(storage.remove_if_unowned(digest) for digest in digests - known)
            removed += _remove(path for path in names if len(path.name) != 64)
    return removed


def _sweep_derived(before: float) -> int:
    removed = 0
    for outer in _folders(Path(settings.DATA_DIR) / "derived"):
        for inner in _folders(outer):
            if inner.stat().st_mtime >= before:
                continue
            try:
                file = File.objects.filter(uuid=UUID(inner.name)).only("uuid", "state").first()
            except ValueError:
                continue
            if file is None or file.state == File.State.DISPOSED:
                storage.remove_derived_dir(inner)
                removed += 1
    return removed


def _folders(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in folder.iterdir() if path.is_dir())
