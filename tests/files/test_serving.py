"""The one guarded view: who may, what a browser is told, ranges."""

import io
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from groupware.access.models import Scope
from groupware.audit.models import Entry
from groupware.files.actions import create_file
from groupware.files.models import File
from groupware.files.ranges import NotSatisfiable, Range, parse_ranges
from groupware.files.serving import content_disposition
from groupware.organization.models import Staff
from tests.files.conftest import ready

pytestmark = pytest.mark.urls("tests.files.urls")
CONTENT = b"%PDF-1.7\n" + bytes(range(256)) * 40
SignIn = Callable[[Staff], Client]


@pytest.fixture
def file(clerk: Staff, scope: Scope) -> File:
    made = create_file(
        actor=clerk,
        source=io.BytesIO(CONTENT),
        name="窓口 混雑調査（令和8年）.pdf",
        scope=scope,
        owner_kind="test",
        owner_uuid=uuid4(),
    )
    return ready(made)


def address(file: File) -> str:
    return reverse("files:download", args=[file.uuid])


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_the_original_as_an_attachment(client_as: SignIn, colleague: Staff, file: File) -> None:
    response = client_as(colleague).get(address(file))
    assert response.status_code == 200
    assert body(response) == CONTENT
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%E7%AA%93" in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "no-cache" in response["Cache-Control"]
    assert response["Content-Length"] == str(len(CONTENT))


def test_html_is_never_shown(client_as: SignIn, clerk: Staff, scope: Scope) -> None:
    page = b"<!doctype html><script>alert(1)</script>"
    made = create_file(
        actor=clerk,
        source=io.BytesIO(page),
        name="x.html",
        scope=scope,
        owner_kind="test",
        owner_uuid=uuid4(),
    )
    response = client_as(clerk).get(address(ready(made)))
    assert response["Content-Type"] == "text/plain"
    assert response["Content-Disposition"].startswith("attachment")


def test_not_allowed_is_answered_as_not_there(
    client_as: SignIn, outsider: Staff, admin: Staff, file: File
) -> None:
    for person in (outsider, admin):
        client = client_as(person)
        hidden = client.get(address(file))
        absent = client.get(reverse("files:download", args=[uuid4()]))
        assert hidden.status_code == absent.status_code == 404
        strip = re.compile(rb"[0-9A-Za-z-]*\d[0-9A-Za-z-]*")  # references, nonces, the address
        assert strip.sub(b"", hidden.content) == strip.sub(b"", absent.content)


def test_nobody_is_sent_to_sign_in(file: File) -> None:
    assert Client().get(address(file)).status_code == 302


def test_quarantine_is_seen_by_its_uploader_only(
    client_as: SignIn, clerk: Staff, colleague: Staff, records: Staff, file: File
) -> None:
    for state, seen in (("quarantine", {clerk.pk}), ("held", {clerk.pk, records.pk})):
        file.state = state
        file.save()
        for person in (clerk, colleague, records):
            status = client_as(person).get(address(file)).status_code
            assert (status == 200) == (person.pk in seen), (state, person.name)


def test_downloads_are_recorded_each_time(client_as: SignIn, colleague: Staff, file: File) -> None:
    client = client_as(colleague)
    client.get(address(file))
    client.get(address(file))
    client.get(address(file), headers={"Range": "bytes=100-"})
    entries = Entry.objects.filter(action="file.downloaded", target_uuid=file.uuid)
    assert entries.count() == 2  # the range belongs to the reading that is recorded already
    assert {entry.actor_name for entry in entries} == {colleague.name}


@pytest.mark.parametrize(
    ("header", "answer"),
    [
        ("bytes=0-9", (206, CONTENT[:10])),
        ("bytes=100-", (206, CONTENT[100:])),
        ("bytes=-5", (206, CONTENT[-5:])),
        ("bytes=5-999999999", (206, CONTENT[5:])),
        ("bytes=-999999999", (206, CONTENT)),
        ("lines=1-2", (200, CONTENT)),
        ("bytes=9-2", (200, CONTENT)),
        ("bytes=x", (200, CONTENT)),
    ],
)
def test_one_range(
    client_as: SignIn, colleague: Staff, file: File, header: str, answer: tuple[int, bytes]
) -> None:
    status, expected = answer
    response = client_as(colleague).get(address(file), headers={"Range": header})
    assert response.status_code == status
    assert body(response) == expected
    if status == 206:
        first = CONTENT.index(expected) if len(expected) > 256 else None
        assert response["Content-Range"].endswith(f"/{len(CONTENT)}")
        assert first is None or response["Content-Range"].startswith(f"bytes {first}-")


def test_no_byte_in_the_range(client_as: SignIn, colleague: Staff, file: File) -> None:
    response = client_as(colleague).get(address(file), headers={"Range": f"bytes={len(CONTENT)}-"})
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{len(CONTENT)}"


def test_several_ranges(client_as: SignIn, colleague: Staff, file: File) -> None:
    response = client_as(colleague).get(address(file), headers={"Range": "bytes=0-3,10-11,-2"})
    assert response.status_code == 206
    kind, _semicolon, boundary = response["Content-Type"].partition("; boundary=")
    assert kind == "multipart/byteranges"
    whole = body(response)
    assert len(whole) == int(response["Content-Length"])
    parts = whole.split(b"--" + boundary.encode())[1:-1]
    contents = [part.split(b"\r\n\r\n", 1)[1].removesuffix(b"\r\n") for part in parts]
    assert contents == [CONTENT[:4], CONTENT[10:12], CONTENT[-2:]]


def test_what_is_known_is_not_sent_again(client_as: SignIn, colleague: Staff, file: File) -> None:
    client = client_as(colleague)
    tag = client.get(address(file))["ETag"]
    assert client.get(address(file), headers={"If-None-Match": tag}).status_code == 304
    ranged = {"Range": "bytes=0-3", "If-Range": tag}
    assert client.get(address(file), headers=ranged).status_code == 206
    ranged["If-Range"] = '"other"'
    assert client.get(address(file), headers=ranged).status_code == 200
    assert file.blob is not None
    assert file.blob.sha256[:16] not in tag  # a digest would say what others have


def test_head_says_the_size(client_as: SignIn, colleague: Staff, file: File) -> None:
    response = client_as(colleague).head(address(file))
    assert response.status_code == 200
    assert response["Content-Length"] == str(len(CONTENT))
    assert response.content == b""


def test_rights_that_end_close_the_file(
    client_as: SignIn, colleague: Staff, file: File, scope: Scope
) -> None:
    from groupware.access.actions import set_facts

    client = client_as(colleague)
    tag = client.get(address(file))["ETag"]
    set_facts(scope, [])
    assert client.get(address(file), headers={"If-None-Match": tag}).status_code == 404


def test_many_ranges_are_answered_whole() -> None:
    assert parse_ranges("bytes=" + ",".join(["0-1"] * 17), 100) is None
    assert parse_ranges("bytes=0-,0-", 100) is None
    assert parse_ranges("bytes=0-0, 99-", 100) == [Range(0, 0), Range(99, 99)]
    with pytest.raises(NotSatisfiable):
        parse_ranges("bytes=-0", 100)
    with pytest.raises(NotSatisfiable):
        parse_ranges("bytes=0-1", 0)


def test_names_in_headers() -> None:
    assert content_disposition("attachment", 'a"b\r\nX: 1.pdf') == (
        "attachment; filename=\"a_b__X: 1.pdf\"; filename*=UTF-8''a%22b%0D%0AX%3A%201.pdf"
    )
