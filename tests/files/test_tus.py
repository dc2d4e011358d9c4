"""tus 1.0: resuming, offsets, checksums, limits, strangers, and death in the middle."""

import base64
import hashlib
import io
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings as SettingsWrapper

from groupware.files import storage, uploads
from groupware.files.models import File, Upload
from groupware.organization.models import Staff
from tests.conftest import count
from tests.files.test_storage import small_files_only

pytestmark = pytest.mark.urls("tests.files.urls")
SignIn = Callable[[Staff], Client]
PIECE = "application/offset+octet-stream"
CONTENT = os.urandom(300_000)


class Tus:
    """The client's side of the protocol."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.address = ""

    def create(self, size: int, name: str = "資料.pdf", body: bytes = b"", **more: str) -> Any:
        values = {"filename": name, "purpose": "test"} | more
        metadata = ",".join(
            f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items()
        )
        response = self.client.post(
            reverse("files:tus-create"),
            data=body,
            content_type=PIECE,
            headers={
                "Tus-Resumable": "1.0.0",
                "Upload-Length": str(size),
                "Upload-Metadata": metadata,
            },
        )
        self.address = response.headers.get("Location", "")
        return response

    def patch(self, offset: int, body: bytes, **headers: str) -> Any:
        return self.client.patch(
            self.address,
            data=body,
            content_type=PIECE,
            headers={"Tus-Resumable": "1.0.0", "Upload-Offset": str(offset), **headers},
        )

    def head(self) -> Any:
        return self.client.head(self.address, headers={"Tus-Resumable": "1.0.0"})

    def delete(self) -> Any:
        return self.client.delete(self.address, headers={"Tus-Resumable": "1.0.0"})

    @property
    def row(self) -> Upload:
        return Upload.objects.get(uuid=self.address.rstrip("/").rsplit("/", 1)[1])


@pytest.fixture
def tus(client_as: SignIn, clerk: Staff, claimed: list[UUID]) -> Tus:
    return Tus(client_as(clerk))


def test_in_three_pieces(tus: Tus, claimed: list[UUID]) -> None:
    created = tus.create(len(CONTENT))
    assert created.status_code == 201 and created["Tus-Resumable"] == "1.0.0"
    assert "Upload-Expires" in created
    assert tus.head()["Upload-Offset"] == "0"
    for start, end in ((0, 100_000), (100_000, 100_001), (100_001, len(CONTENT))):
        answer = tus.patch(start, CONTENT[start:end])
        assert answer.status_code == 204
        assert answer["Upload-Offset"] == str(end)
    assert answer["Upload-Result"] == str(claimed[0])
    file = File.objects.select_related("blob").get(uuid=claimed[0])
    assert file.blob is not None
    assert storage.blob_path(file.blob).read_bytes() == CONTENT
    assert file.name == "資料.pdf"
    assert not uploads.part_path(tus.row).exists()
    assert tus.head()["Upload-Offset"] == str(len(CONTENT))
    assert len(claimed) == 1


def test_creation_with_the_first_bytes(tus: Tus, claimed: list[UUID]) -> None:
    response = tus.create(1000, body=CONTENT[:400])
    assert response.status_code == 201 and response["Upload-Offset"] == "400"
    assert tus.patch(400, CONTENT[400:1000])["Upload-Result"] == str(claimed[0])


def test_what_the_server_can_do(client: Client) -> None:
    response = client.options(reverse("files:tus-create"))
    assert response.status_code == 204
    assert response["Tus-Version"] == "1.0.0"
    for extension in ("creation", "creation-with-upload", "checksum", "termination", "expiration"):
        assert extension in response["Tus-Extension"].split(",")
    assert int(response["Tus-Max-Size"]) == django_settings.UPLOAD_MAX_BYTES


def test_a_wrong_offset_says_the_right_one(tus: Tus) -> None:
    tus.create(1000)
    tus.patch(0, CONTENT[:300])
    for wrong in (0, 299, 301):
        answer = tus.patch(wrong, CONTENT[:10])
        assert answer.status_code == 409 and answer["Upload-Offset"] == "300"
    assert tus.head()["Upload-Offset"] == "300"


def test_more_than_announced_is_refused(tus: Tus) -> None:
    tus.create(100)
    assert tus.patch(0, CONTENT[:101]).status_code == 413
    assert tus.head()["Upload-Offset"] == "0"


@pytest.mark.parametrize("algorithm", uploads.ALGORITHMS)
def test_checksums(tus: Tus, claimed: list[UUID], algorithm: str) -> None:
    tus.create(1000)
    good = base64.b64encode(hashlib.new(algorithm, CONTENT[:600]).digest()).decode()
    damaged = tus.patch(0, CONTENT[1:601], **{"Upload-Checksum": f"{algorithm} {good}"})
    assert damaged.status_code == 460
    assert tus.head()["Upload-Offset"] == "0"
    assert uploads.part_path(tus.row).stat().st_size == 0
    assert (
        tus.patch(0, CONTENT[:600], **{"Upload-Checksum": f"{algorithm} {good}"}).status_code == 204
    )
    unknown = tus.patch(600, b"x", **{"Upload-Checksum": "crc32 AAAA"})
    assert unknown.status_code == 400


def test_protocol_errors(tus: Tus) -> None:
    tus.create(1000)
    bare = tus.client.patch(tus.address, data=b"x", content_type=PIECE)
    assert bare.status_code == 412 and bare["Tus-Version"] == "1.0.0"
    assert (
        tus.client.patch(
            tus.address,
            data=b"x",
            content_type="text/plain",
            headers={"Tus-Resumable": "1.0.0", "Upload-Offset": "0"},
        ).status_code
        == 415
    )
    assert tus.patch(0, b"x", **{"Upload-Offset": "-1"}).status_code == 400
    assert tus.create(0).status_code == 422
    assert "空" in tus.create(0).json()["sentence"]
    assert tus.create(10, purpose="unknown").status_code == 422
    assert "逆に" in tus.create(10, name="a\u202ed.pdf").json()["sentence"]
    assert tus.create(django_settings.UPLOAD_MAX_BYTES + 1).status_code == 413


def test_somebody_elses_upload_does_not_exist(
    tus: Tus, client_as: SignIn, colleague: Staff
) -> None:
    tus.create(1000)
    stranger = Tus(client_as(colleague))
    stranger.address = tus.address
    assert stranger.head().status_code == 404
    assert stranger.patch(0, b"x" * 10).status_code == 404
    assert stranger.delete().status_code == 404
    assert tus.head()["Upload-Offset"] == "0"
    nobody = Tus(Client())
    nobody.address = tus.address
    assert nobody.head().status_code == 401


@pytest.mark.django_db(transaction=True)
def test_cancelling_frees_the_bytes(tus: Tus) -> None:
    tus.create(1000)
    tus.patch(0, CONTENT[:500])
    part = uploads.part_path(tus.row)
    assert tus.delete().status_code == 204
    assert not part.exists()
    assert tus.head().status_code == 410
    assert tus.patch(500, b"x").status_code == 410


def test_an_untouched_upload_expires(tus: Tus) -> None:
    tus.create(1000)
    row = tus.row
    Upload.objects.filter(pk=row.pk).update(touched_at=timezone.now() - timedelta(hours=23))
    assert uploads.expire_uploads() == 0
    Upload.objects.filter(pk=row.pk).update(touched_at=timezone.now() - timedelta(hours=25))
    assert uploads.expire_uploads() == 1
    assert not uploads.part_path(row).exists()
    assert tus.head().status_code == 410


def test_quota(tus: Tus, settings: SettingsWrapper) -> None:
    settings.UPLOAD_QUOTA_BYTES = 1500
    assert tus.create(1000).status_code == 201
    over = tus.create(1000)
    assert over.status_code == 413


def test_a_full_disk_is_said_and_nothing_stays(tus: Tus, data_dir: Path) -> None:
    big = os.urandom(3 * 1024 * 1024)
    tus.create(len(big))
    row = tus.row
    with small_files_only(2 * 1024 * 1024):
        answer = tus.patch(0, big)
    assert answer.status_code == 507
    assert "残していません" in answer.json()["sentence"]
    assert not uploads.part_path(row).exists()
    assert tus.head().status_code == 410
    assert not File.objects.exists()
    tus.create(len(big))
    assert tus.patch(0, big).status_code == 204


def test_a_cut_line_keeps_what_came(tus: Tus, clerk: Staff) -> None:
    tus.create(1000)
    row = tus.row
    assert uploads.append(row, offset=0, stream=io.BytesIO(CONTENT[:350]), length=1000) == 350
    assert tus.head()["Upload-Offset"] == "350"


def test_bytes_behind_the_promise_are_cut_off(tus: Tus, claimed: list[UUID]) -> None:
    tus.create(1000)
    tus.patch(0, CONTENT[:300])
    with uploads.part_path(tus.row).open("ab") as part:  # a process died before its promise
        part.write(b"garbage")
    assert tus.head()["Upload-Offset"] == "300"
    assert uploads.part_path(tus.row).stat().st_size == 300
    tus.patch(300, CONTENT[300:1000])
    file = File.objects.select_related("blob").get(uuid=claimed[0])
    assert file.blob is not None and storage.blob_path(file.blob).read_bytes() == CONTENT[:1000]


def test_the_last_step_is_made_up_for_and_happens_once(tus: Tus, claimed: list[UUID]) -> None:
    tus.create(1000)
    row = tus.row
    uploads.append(row, offset=0, stream=io.BytesIO(CONTENT[:1000]), length=1000)
    assert claimed == []  # the process died before the hand-over
    Upload.objects.filter(pk=row.pk).update(touched_at=timezone.now() - timedelta(minutes=1))
    assert uploads.finish_whole_uploads() == 1
    assert uploads.finish_upload(row).result_uuid == claimed[0]
    assert uploads.finish_whole_uploads() == 0
    assert len(claimed) == 1
    assert tus.head()["Upload-Result"] == str(claimed[0])


def test_one_writer_at_a_time(tus: Tus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LOCK_SECONDS", 0.2)
    tus.create(1000)
    with uploads._locked(tus.row):
        assert tus.patch(0, CONTENT[:10]).status_code == 423
    assert tus.patch(0, CONTENT[:10]).status_code == 204


CHILD = """
    import os, sys
    os.environ["DJANGO_SETTINGS_MODULE"] = "groupware.settings.test"
    import django
    django.setup()
    from django.conf import settings
    from pathlib import Path
    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    settings.DATA_DIR = Path(sys.argv[2])
    from groupware.files import uploads
    from groupware.files.models import Upload
    uploads.CHECKPOINT = 64 * 1024
    upload = Upload.objects.get(uuid=sys.argv[3])
    source = open(sys.argv[4], "rb")
    source.seek(int(sys.argv[5]))

    class Slow:
        def read(self, size):
            print("piece", flush=True)
            return source.read(8192)

    left = upload.size - int(sys.argv[5])
    uploads.append(upload, offset=int(sys.argv[5]), stream=Slow(), length=left)
    print("whole", flush=True)
"""


@pytest.mark.process
@pytest.mark.timeout(3600)
@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_it_goes_on(
    tus: Tus, claimed: list[UUID], data_dir: Path, tmp_path: Path, is_postgres: bool
) -> None:
    """kill -9 of the writing process again and again; the bytes come out right, once."""
    if is_postgres:
        pytest.skip("the child opens the SQLite file; the protocol is the same")
    content = os.urandom(1_500_000)
    source = tmp_path / "source"
    source.write_bytes(content)
    script = tmp_path / "child.py"
    script.write_text(textwrap.dedent(CHILD))
    kills = 0
    for round_number in range(count(2, 25)):
        tus.create(len(content), name=f"{round_number}.bin")
        row = tus.row
        deaths = 0
        while True:
            offset = int(tus.head()["Upload-Offset"])
            assert uploads.part_path(row).stat().st_size == offset
            if offset == len(content):
                break
            child = subprocess.Popen(
                [
                    sys.executable,
                    str(script),
                    str(django_settings.DATABASES["default"]["NAME"]),
                    str(data_dir),
                    str(row.uuid),
                    str(source),
                    str(offset),
                ],
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": str(django_settings.BASE_DIR)},
            )
            assert child.stdout is not None
            for _piece in range(20 + (round_number * 37 + deaths * 53) % 90):
                if child.stdout.readline() in {b"whole\n", b""}:
                    break
            child.send_signal(signal.SIGKILL)
            child.wait()
            deaths += 1
            time.sleep(0.01)
        kills += deaths
        uploads.finish_upload(row)
        file = File.objects.select_related("blob").get(uuid=claimed[round_number])
        assert file.blob is not None
        assert storage.blob_path(file.blob).read_bytes() == content
    assert len(claimed) == count(2, 25)
    assert kills >= count(4, 50)
