"""Bytes are whole or absent, kept once, and go with their last file."""

import hashlib
import io
import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django import Settings as SettingsWrapper

from groupware.access.models import Scope
from groupware.access.policies import Denied, NotVisible
from groupware.files import storage
from groupware.files.actions import (
    create_file,
    dispose_file,
    drop_bytes,
    lift_hold,
    place_hold,
    store_blob,
)
from groupware.files.errors import Refusal, StorageFull, TooLarge
from groupware.files.models import Blob, Disposal, File
from groupware.files.sweeping import sweep_orphans
from groupware.organization.models import Staff
from tests.files.conftest import ready


def everything(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@contextmanager
def small_files_only(size: int) -> Iterator[None]:
    """No file of this process may grow beyond `size` bytes (EFBIG), as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def make(actor: Staff, scope: Scope, content: bytes, name: str = "資料.txt") -> File:
    return create_file(
        actor=actor,
        source=io.BytesIO(content),
        name=name,
        scope=scope,
        owner_kind="test",
        owner_uuid=uuid4(),
    )


def test_a_blob_is_named_by_its_digest_and_kept_once(db: None, data_dir: Path) -> None:
    content = os.urandom(3 * 1024 * 1024 + 7)
    first = store_blob(io.BytesIO(content))
    again = store_blob(io.BytesIO(content))
    assert first == again
    digest = hashlib.sha256(content).hexdigest()
    assert everything(data_dir / "blobs") == [
        data_dir / "blobs" / digest[:2] / digest[2:4] / digest
    ]
    with storage.open_blob(first) as stream:
        assert stream.read() == content
    assert storage.blob_path(first).stat().st_mode & 0o222 == 0


def test_too_large_leaves_nothing(db: None, data_dir: Path) -> None:
    with pytest.raises(TooLarge, match="大きすぎます"):
        store_blob(io.BytesIO(b"x" * 2000), limit=1999)
    assert everything(data_dir) == []
    assert not Blob.objects.exists()


def test_a_full_disk_leaves_nothing_and_says_so(db: None, data_dir: Path) -> None:
    kept = store_blob(io.BytesIO(b"before"))
    with small_files_only(512 * 1024), pytest.raises(StorageFull, match="いっぱい"):
        store_blob(io.BytesIO(os.urandom(2 * 1024 * 1024)))
    assert everything(data_dir) == [storage.blob_path(kept)]
    with storage.open_blob(kept) as stream:  # reading goes on
        assert stream.read() == b"before"
    store_blob(io.BytesIO(os.urandom(2 * 1024 * 1024)))  # and writing, once there is room


def test_a_small_disk_really_full(db: None, tmp_path: Path, settings: SettingsWrapper) -> None:
    """On a tmpfs of its own where mounting is allowed, else under a limit of the process."""
    small = tmp_path / "small"
    small.mkdir()
    mounted = os.system(f"mount -t tmpfs -o size=1m tmpfs {small} 2>/dev/null") == 0
    settings.DATA_DIR = small
    try:
        with small_files_only(1024 * 1024 if not mounted else resource.RLIM_INFINITY):
            with pytest.raises(StorageFull):
                store_blob(io.BytesIO(os.urandom(4 * 1024 * 1024)))
            assert everything(small) == []
            assert store_blob(io.BytesIO(os.urandom(200 * 1024))).size == 200 * 1024
    finally:
        if mounted:
            os.system(f"umount {small}")


def test_the_reserve_is_kept_free(db: None, settings: SettingsWrapper) -> None:
    settings.DISK_RESERVE_BYTES = 2**60
    with pytest.raises(StorageFull):
        storage.check_room(1)


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_file_leaves_bytes_only_for_the_sweep(data_dir: Path) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        store_blob(io.BytesIO(b"orphan"))
        raise ZeroDivisionError
    left = everything(data_dir / "blobs")
    assert len(left) == 1
    assert sweep_orphans(age=3600).blobs == 0  # it may be under way
    assert sweep_orphans(age=-1).blobs == 1
    assert everything(data_dir / "blobs") == []


@pytest.mark.django_db(transaction=True)
def test_the_sweep_spares_what_has_a_row(data_dir: Path) -> None:
    blob = store_blob(io.BytesIO(b"kept"))
    (storage.incoming_dir()).mkdir(parents=True, exist_ok=True)
    stale = storage.incoming_dir() / "dead.part"
    stale.write_bytes(b"half")
    old = time.time() - 25 * 3600
    os.utime(stale, (old, old))
    assert sweep_orphans().temporary == 1
    assert sweep_orphans(age=-1).blobs == 0
    assert storage.blob_path(blob).read_bytes() == b"kept"


def test_names(clerk: Staff, scope: Scope) -> None:
    exact = "あ" * 83 + "xx.pdf"
    assert len(exact.encode()) == 255
    assert make(clerk, scope, b"x", exact).name == exact
    with pytest.raises(Refusal, match="長すぎます"):
        make(clerk, scope, b"x", "あ" * 84 + "xx.pdf")
    with pytest.raises(Refusal, match="逆に見せる"):
        make(clerk, scope, b"x", "見積書\u202efdp.exe")
    with pytest.raises(Refusal, match="空"):
        make(clerk, scope, b"", "空.pdf")
    with pytest.raises(Refusal, match="表示できない"):
        make(clerk, scope, b"x", "a\0b.pdf")
    assert make(clerk, scope, b"x", "../../etc/passwd").name == "passwd"
    assert make(clerk, scope, b"x", "C:\\文書\\案.docx").name == "案.docx"


def test_who_may_not_add_is_told_nothing(outsider: Staff, scope: Scope) -> None:
    with pytest.raises(NotVisible):
        make(outsider, scope, b"x")


def test_the_blob_goes_with_its_last_file(
    clerk: Staff,
    scope: Scope,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    one, two = ready(make(clerk, scope, b"same")), ready(make(clerk, scope, b"same"))
    assert one.blob_id == two.blob_id and one.blob is not None
    path = storage.blob_path(one.blob)
    storage.write_derived(one, "page-0001.webp", b"image")
    with django_capture_on_commit_callbacks(execute=True):
        dispose_file(actor=clerk, file=one, reason="誤り")
    assert path.exists() and not storage.derived_dir(one).exists()
    with django_capture_on_commit_callbacks(execute=True):
        tombstone = dispose_file(actor=clerk, file=two, reason="誤り")
    assert not path.exists()
    assert not Blob.objects.exists()
    assert tombstone.name == two.name and tombstone.by_name == clerk.name
    assert (
        Disposal.objects.filter(file_uuid=None, sha256=hashlib.sha256(b"same").hexdigest()).count()
        == 1
    )
    two.refresh_from_db()
    assert two.state == File.State.DISPOSED and two.blob is None


def test_disposing_twice_is_once(clerk: Staff, scope: Scope) -> None:
    file = ready(make(clerk, scope, b"x"))
    first = dispose_file(actor=clerk, file=file, reason="一度")
    assert dispose_file(actor=clerk, file=file, reason="二度") == first
    assert Disposal.objects.filter(file_uuid=file.uuid).count() == 1


def test_who_only_sees_may_not_dispose(clerk: Staff, colleague: Staff, scope: Scope) -> None:
    file = ready(make(clerk, scope, b"x"))
    with pytest.raises(Denied):
        dispose_file(actor=colleague, file=file, reason="誤り")


def test_a_hold_keeps_the_bytes(
    clerk: Staff,
    scope: Scope,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    file = ready(make(clerk, scope, b"evidence"))
    assert file.blob is not None
    path = storage.blob_path(file.blob)
    hold = place_hold(actor=clerk, file=file, reason="開示請求")
    with django_capture_on_commit_callbacks(execute=True):
        dispose_file(actor=clerk, file=file, reason="期限")
    assert path.exists() and Blob.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        lift_hold(actor=clerk, hold=hold)
    assert not path.exists() and not Blob.objects.exists()


def test_a_refused_file_keeps_its_reason_not_its_bytes(
    clerk: Staff,
    scope: Scope,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    file = make(clerk, scope, b"bomb")
    file.state, file.reason = File.State.REFUSED, "パスワードで保護されています"
    file.save()
    assert file.blob is not None
    path = storage.blob_path(file.blob)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        drop_bytes(file=file)
    assert not path.exists()
    file.refresh_from_db()
    assert file.blob is None and file.reason.startswith("パスワード")


def test_derived_names_stay_in_their_folder(clerk: Staff, scope: Scope) -> None:
    file = make(clerk, scope, b"x")
    for name in ("../x", "a/b", "", ".hidden"):
        with pytest.raises(ValueError, match="derived"):
            storage.derived_path(file, name)
    assert Path(django_settings.DATA_DIR) in storage.derived_path(file, "converted.pdf").parents
