"""Resumable uploads: bytes arrive in pieces, survive kill -9, and become something exactly once.

The row's `offset` moves only after fsync. Whatever lies behind it in the part file (a killed
process, a cut line) is cut off before the next piece is written, so the offset that a client is
told is what is on the disk.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.db.models import Count, Sum
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from groupware.audit.actions import record
from groupware.files import storage
from groupware.files.errors import FileError, Refusal, StorageFull, TooLarge
from groupware.files.models import Upload
from groupware.files.names import clean_name
from groupware.organization.models import Staff

Claimer = Callable[[Upload, storage.Staged], UUID]

CHECKPOINT = 8 * 1024 * 1024  # bytes between two promises to the client
KEPT = timedelta(hours=24)  # an upload that nobody touches is dropped after this
OPEN_AT_ONCE = 500  # uploads of one person
LOCK_SECONDS = 3.0
ALGORITHMS = ("sha256", "sha1", "md5")  # of the tus checksum extension

_claimers: dict[str, Claimer] = {}


class Busy(Exception):
    """Another request is writing to this upload (423)."""


class WrongOffset(Exception):
    """The piece does not begin where the file ends (409)."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


class WrongChecksum(Exception):
    """The piece arrived damaged and was dropped (460)."""


class Gone(Exception):
    """Cancelled, expired or refused (410)."""


def register_claimer(purpose: str, claimer: Claimer) -> None:
    """Let `claimer(upload, staged)` take finished uploads of `purpose`, inside a transaction.

    It returns the uuid of what the upload became and refuses by raising `FileError`,
    `PermissionDenied` or `Http404`. It must answer the same when called again.
    """
    _claimers[purpose] = claimer


def purposes() -> frozenset[str]:
    """Purposes that somebody claims."""
    return frozenset(_claimers)


def uploads_dir() -> Path:
    """Where parts are; on the file system of the blobs."""
    return Path(settings.DATA_DIR) / "uploads"


def part_path(upload: Upload) -> Path:
    """The bytes of `upload` so far."""
    return uploads_dir() / f"{upload.uuid}.part"


def expires_at(upload: Upload) -> datetime:
    """When an untouched upload is dropped."""
    return upload.touched_at + KEPT


def create_upload(
    *,
    actor: Staff,
    name: str,
    size: int,
    purpose: str,
    wishes: dict[str, str],
    metadata: dict[str, str],
) -> Upload:
    """Begin an upload of `size` bytes.

    Raises:
        Refusal: the name, an empty file, an unknown purpose.
        TooLarge: one file over UPLOAD_MAX_BYTES, or the person's uploads over UPLOAD_QUOTA_BYTES.
        StorageFull: the disk has no room for it.
    """
    name = clean_name(name)
    if purpose not in _claimers:
        raise Refusal(_("この送り先はありません。画面を開き直して、もう一度入れてください。"))
    if size == 0:
        raise Refusal(
            _("中身が空（0 バイト）です。元のファイルを確かめて、もう一度入れてください。")
        )
    if size > settings.UPLOAD_MAX_BYTES:
        raise storage.too_large(settings.UPLOAD_MAX_BYTES)
    storage.check_room(size)
    with storage.room_needed(), transaction.atomic():
        _check_quota(actor, size)
        upload = Upload.objects.create(
            uploader=actor, name=name, size=size, purpose=purpose, wishes=wishes, metadata=metadata
        )
        record(actor, "upload.created", upload, target_name=name, detail={"size": size})
        uploads_dir().mkdir(parents=True, exist_ok=True)
        part_path(upload).touch(mode=0o600, exist_ok=False)
        storage.flush_folder(uploads_dir())
    return upload


def _check_quota(actor: Staff, size: int) -> None:
    under_way = Upload.objects.filter(uploader=actor, state=Upload.State.OPEN).aggregate(
        bytes=Sum("size"), count=Count("pk")
    )
    if (under_way["bytes"] or 0) + size > settings.UPLOAD_QUOTA_BYTES:
        raise TooLarge(
            _(
                "送信の途中のファイルが合わせて %(most)d GB を超えます。"
                "いまの分が終わってから、もう一度入れてください。"
            )
            % {"most": settings.UPLOAD_QUOTA_BYTES // 1024**3}
        )
    if under_way["count"] >= OPEN_AT_ONCE:
        raise TooLarge(
            _(
                "一度に送れるのは %(most)d 件までです。"
                "いまの分が終わってから、もう一度入れてください。"
            )
            % {"most": OPEN_AT_ONCE}
        )


@contextmanager
def _locked(upload: Upload) -> Iterator[BinaryIO]:
    """The part file, held against every other request and process.

    Raises:
        Busy: when it stays taken for three seconds.
        Gone: when there is no such file any more.
    """
    try:
        target = part_path(upload).open("r+b")
    except FileNotFoundError as error:
        raise Gone from error
    with target:
        until = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(target, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise Busy from None
                time.sleep(0.05)
        yield target


def _settle(upload: Upload, target: BinaryIO) -> int:
    """Cut the file to what was promised; return the offset."""
    size = os.fstat(target.fileno()).st_size
    offset = min(upload.offset, size)
    if size > offset:
        target.truncate(offset)
        os.fsync(target.fileno())
    target.seek(offset)
    return offset


def offset_of(upload: Upload) -> int:
    """Bytes that are on the disk for certain; where the next piece begins.

    Raises:
        Gone: for an upload that ended without a result.
        Busy: while a piece is being written.
    """
    if upload.state == Upload.State.CLAIMED:
        return upload.size
    if upload.state != Upload.State.OPEN:
        raise Gone
    with _locked(upload) as target:
        upload.refresh_from_db()
        if upload.state == Upload.State.CLAIMED:
            return upload.size
        return _settle(upload, target)


def append(
    upload: Upload,
    *,
    offset: int,
    stream: storage.Readable,
    length: int,
    checksum: tuple[str, bytes] | None = None,
) -> int:
    """Write the next `length` bytes of `stream`; return the new offset.

    A piece that ends early (a cut line) is kept as far as it came, unless a checksum covers it.

    Raises:
        Gone, Busy, WrongOffset, WrongChecksum: see there.
        TooLarge: the piece goes beyond the announced size.
        StorageFull: the disk is full; the upload was dropped.
    """
    with _locked(upload) as target:
        upload.refresh_from_db()
        if upload.state != Upload.State.OPEN:
            raise Gone
        known = _settle(upload, target)
        if offset != known:
            raise WrongOffset(known)
        if known + length > upload.size:
            raise TooLarge(
                _("届いた中身が、はじめに知らされた大きさを超えました。もう一度入れてください。")
            )
        try:
            with storage.room_needed():
                return _write(
                    upload, target, known, stream=stream, length=length, checksum=checksum
                )
        except StorageFull as full:
            _drop_for_lack_of_room(upload, target, full)
            raise


def _write(
    upload: Upload,
    target: BinaryIO,
    start: int,
    *,
    stream: storage.Readable,
    length: int,
    checksum: tuple[str, bytes] | None,
) -> int:
    digest = hashlib.new(checksum[0], usedforsecurity=False) if checksum else None
    position = promised = start
    end = start + length
    try:
        while position < end and (piece := stream.read(min(storage.CHUNK, end - position))):
            target.write(piece)
            position += len(piece)
            if digest is not None:
                digest.update(piece)
            elif position - promised >= CHECKPOINT:
                promised = _promise(upload, target, position)
    except OSError:
        if digest is None:
            with suppress(OSError):  # no room: the caller drops the upload
                _promise(upload, target, position)
        raise
    if digest is not None and checksum is not None and digest.digest() != checksum[1]:
        target.truncate(start)
        os.fsync(target.fileno())
        raise WrongChecksum
    return _promise(upload, target, position)


def _promise(upload: Upload, target: BinaryIO, position: int) -> int:
    storage.flush(target)
    now = timezone.now()
    Upload.objects.filter(pk=upload.pk).update(offset=position, touched_at=now)
    upload.offset, upload.touched_at = position, now
    return position


def _drop_for_lack_of_room(upload: Upload, target: BinaryIO, full: StorageFull) -> None:
    """Free the bytes first: the database may need the room to say so."""
    with suppress(OSError):
        target.truncate(0)
    with suppress(DatabaseError):  # it may live on the same full disk; the sweep comes later
        _end(upload, Upload.State.REFUSED, str(full))
    part_path(upload).unlink(missing_ok=True)


def _end(upload: Upload, state: Upload.State, reason: str = "") -> None:
    now = timezone.now()
    Upload.objects.filter(pk=upload.pk).update(state=state, reason=reason[:300], touched_at=now)
    upload.state, upload.reason, upload.touched_at = state, reason[:300], now


def finish_upload(upload: Upload) -> Upload:
    """Hand a whole upload to its claimer, once; a second call answers with the same result.

    Nothing happens while bytes are missing. A refusal ends the upload with its sentence.

    Raises:
        Busy: while a piece is being written.
        StorageFull: no room for the result; the upload stays whole and can be finished later.
    """
    upload.refresh_from_db()
    if upload.state != Upload.State.OPEN or upload.offset < upload.size:
        return upload
    try:
        with _locked(upload) as target:
            upload.refresh_from_db()
            if upload.state != Upload.State.OPEN or _settle(upload, target) < upload.size:
                return upload
            source = storage.staged_in_place(part_path(upload))
            try:
                _claim(upload, source)
            except StorageFull:
                raise
            except FileError as refusal:
                _end(upload, Upload.State.REFUSED, str(refusal))
            except (PermissionDenied, Http404):
                _end(
                    upload,
                    Upload.State.REFUSED,
                    _(
                        "入れる先に入れる権限がなくなりました。入れる先を選び直して、もう一度入れてください。"
                    ),
                )
            part_path(upload).unlink(missing_ok=True)
    except Gone:
        upload.refresh_from_db()
    return upload


def _claim(upload: Upload, source: storage.Staged) -> None:
    with transaction.atomic():
        row = Upload.objects.select_for_update().select_related("uploader").get(pk=upload.pk)
        if row.state != Upload.State.OPEN:
            return
        row.result_uuid = _claimers[row.purpose](row, source)
        row.state = Upload.State.CLAIMED
        row.save(update_fields=["result_uuid", "state", "touched_at"])
        record(row.uploader, "upload.finished", row, target_name=row.name)
    upload.refresh_from_db()


def change_wishes(*, actor: Staff, wishes: dict[str, str], uploads: list[UUID]) -> int:
    """Give unfinished uploads of `actor` other wishes (folder, kind …); returns how many."""
    changed = 0
    with transaction.atomic():
        rows = Upload.objects.select_for_update().filter(
            uploader=actor, state=Upload.State.OPEN, uuid__in=uploads
        )
        for row in rows:
            row.wishes = {**row.wishes, **wishes}
            row.save(update_fields=["wishes"])
            changed += 1
    return changed


def cancel_upload(*, actor: Staff, upload: Upload) -> None:
    """End an upload of one's own; its bytes go at once. Twice is once.

    Raises:
        Http404: somebody else's upload.
    """
    if upload.uploader_id != actor.pk:
        raise Http404
    with transaction.atomic():
        row = Upload.objects.select_for_update().get(pk=upload.pk)
        if row.state != Upload.State.OPEN:
            return
        _end(row, Upload.State.CANCELLED)
        record(actor, "upload.cancelled", row, target_name=row.name)
        transaction.on_commit(lambda: part_path(row).unlink(missing_ok=True))


def forget_upload(*, actor: Staff, upload: Upload) -> None:
    """Take a refused or expired upload of one's own off the list; nothing else of it is left.

    Raises:
        Http404: somebody else's upload.
    """
    if upload.uploader_id != actor.pk:
        raise Http404
    if upload.state in {Upload.State.REFUSED, Upload.State.EXPIRED}:
        _end(upload, Upload.State.CANCELLED, upload.reason)


def expire_uploads() -> int:
    """Drop uploads that nobody touched for a day; returns how many."""
    late = Upload.objects.filter(state=Upload.State.OPEN, touched_at__lt=timezone.now() - KEPT)
    dropped = 0
    for upload in late.iterator():
        _end(
            upload,
            Upload.State.EXPIRED,
            _("1 日のあいだ続きが届かなかったので、途中の分を消しました。もう一度入れてください。"),
        )
        part_path(upload).unlink(missing_ok=True)
        dropped += 1
    return dropped


def finish_whole_uploads() -> int:
    """Finish uploads whose last byte came but whose process died before it handed them over."""
    quiet = timezone.now() - timedelta(seconds=20)
    whole = Upload.objects.filter(state=Upload.State.OPEN, touched_at__lt=quiet, offset__gt=0)
    finished = 0
    for upload in whole.iterator():
        if upload.offset < upload.size:
            continue
        with suppress(Busy, StorageFull):
            finished += finish_upload(upload).state == Upload.State.CLAIMED
    return finished
