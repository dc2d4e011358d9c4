"""Addresses: who gets what, one answer for hidden and absent, budgets of queries."""

import json
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from groupware.access.selectors import one_request
from groupware.audit.models import Entry
from groupware.files.models import File, Upload
from groupware.organization.models import Staff
from knowledge.documents import selectors
from knowledge.documents.models import Document, Folder, View
from tests.documents.conftest import MakeMany, pdf_of, put_in

SignIn = Callable[[Staff], Client]

OF_A_DOCUMENT = ("viewer", "pages", "hits", "pdf", "download", "readers", "print", "import-row")
OF_A_PAGE = ("image", "thumb", "text")
POSTED = ("seen", "printed", "rename", "withdraw", "dismiss", "retry")
STRIP = re.compile(rb"[0-9A-Za-z_-]*\d[0-9A-Za-z_-]*|nonce=\S+|csrf\S+")


def address(name: str, uuid: UUID) -> str:
    arguments = [uuid, 1] if name in OF_A_PAGE else [uuid]
    return reverse(f"documents:{name}", args=arguments)


@pytest.mark.parametrize("name", OF_A_DOCUMENT + OF_A_PAGE)
def test_hidden_is_answered_like_absent(
    client_as: SignIn, outsider: Staff, document: Document, name: str
) -> None:
    client = client_as(outsider)
    hidden, absent = (client.get(address(name, uuid)) for uuid in (document.uuid, uuid4()))
    assert hidden.status_code == absent.status_code == 404
    tokens = re.compile(rb"[A-Za-z0-9]{64}")
    clean = [STRIP.sub(b"", tokens.sub(b"", answer.content)) for answer in (hidden, absent)]
    assert clean[0] == clean[1]
    assert sorted(hidden.headers) == sorted(absent.headers)
    assert "断水" not in hidden.content.decode()


@pytest.mark.parametrize("name", POSTED)
def test_hidden_takes_no_post(
    client_as: SignIn, outsider: Staff, document: Document, name: str
) -> None:
    client = client_as(outsider)
    for uuid in (document.uuid, uuid4()):
        assert client.post(address(name, uuid)).status_code == 404


def test_the_owner_of_rights_gets_everything(
    client_as: SignIn, colleague: Staff, document: Document
) -> None:
    client = client_as(colleague)
    for name in set(OF_A_DOCUMENT) - {"import-row"}:
        assert client.get(address(name, document.uuid)).status_code == 200, name
    for name in OF_A_PAGE:
        assert client.get(address(name, document.uuid)).status_code == 200, name
    assert client.get(address("import-row", document.uuid)).status_code == 404  # not her upload
    assert client.get(reverse("documents:image", args=[document.uuid, 3])).status_code == 404
    assert client.get(reverse("documents:text", args=[document.uuid, 3])).status_code == 404


def test_viewing_and_downloading_are_recorded(
    client_as: SignIn, colleague: Staff, document: Document
) -> None:
    client = client_as(colleague)
    client.get(address("viewer", document.uuid))
    client.get(address("download", document.uuid))
    client.post(address("printed", document.uuid))
    client.post(address("seen", document.uuid))
    acts = set(
        Entry.objects.filter(target_uuid=document.uuid, actor_uuid=colleague.uuid).values_list(
            "action", flat=True
        )
    )
    assert acts == {"document.viewed", "document.downloaded", "document.printed"}
    assert View.objects.get().staff_id == colleague.pk
    entry = Entry.objects.filter(action="document.viewed").latest("at")
    assert entry.actor_name == colleague.name


def test_a_get_writes_nothing_of_its_own(
    client_as: SignIn, colleague: Staff, document: Document
) -> None:
    client = client_as(colleague)
    client.get(address("viewer", document.uuid))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(address("viewer", document.uuid))
    written = [
        query["sql"]
        for query in queries.captured_queries
        if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
        and "audit_entry" not in query["sql"]
        and "usersession" not in query["sql"].lower()
        and "django_session" not in query["sql"]
    ]
    assert written == []


def test_hits_of_the_viewer(client_as: SignIn, colleague: Staff, document: Document) -> None:
    answer = client_as(colleague).get(address("hits", document.uuid), {"q": "夜間断水"}).json()
    assert [hit["page"] for hit in answer["hits"]] == [1, 2]
    x, y, w, h = answer["hits"][0]["boxes"][0]
    assert (x, y, w, h) == (98, 138, 84, 24)  # line 2, four characters, 2 thousandths around
    other = client_as(colleague).get(address("hits", document.uuid), {"q": "存在しない"}).json()
    assert other["hits"] == []


def test_the_text_of_a_page_marks_the_words(
    client_as: SignIn, colleague: Staff, document: Document
) -> None:
    html = client_as(colleague).get(address("text", document.uuid), {"q": "断水"}).content.decode()
    assert "夜間<mark>断水</mark>の対象" in html


def test_the_pdf_is_given_in_ranges(
    client_as: SignIn, colleague: Staff, document: Document
) -> None:
    response: Any = client_as(colleague).get(
        address("pdf", document.uuid), headers={"Range": "bytes=0-4"}
    )
    assert response.status_code == 206
    assert b"".join(response.streaming_content) == b"%PDF-"


def test_text_in_a_title_stays_text(client_as: SignIn, clerk: Staff, folder: Folder) -> None:
    name = "<script>alert(1)</script>\"'.pdf"
    document = put_in(clerk, pdf_of("x"), name=name.replace("/", "／"), folder=folder)
    client = client_as(clerk)
    for url in (
        address("viewer", document.uuid),
        reverse("documents:library"),
        reverse("documents:uploads"),
    ):
        assert "<script>alert" not in client.get(url).content.decode()


def test_the_library_shows_what_one_may_see(
    client_as: SignIn, colleague: Staff, outsider: Staff, document: Document
) -> None:
    url = reverse("documents:folder", args=[document.folder.uuid])
    page = client_as(colleague).get(url).content.decode()
    assert document.title in page and "1 件（あなたが見られるもの）" in page
    assert client_as(outsider).get(url).status_code == 404
    everything = client_as(outsider).get(reverse("documents:library")).content.decode()
    assert document.title not in everything and "窓口改善" not in everything


def test_the_first_page_of_a_long_list_takes_five_queries(
    colleague: Staff, many: MakeMany, folder: Folder
) -> None:
    many(120)
    with one_request(), CaptureQueriesContext(connection) as queries:
        rows = selectors.list_documents(colleague)
        number = rows.count()
        shown = list(rows[: selectors.PER_PAGE])
        for document in shown:
            assert document.file is not None and document.section and document.folder
    assert (number, len(shown)) == (120, selectors.PER_PAGE)
    assert len(queries) <= 5, "\n".join(query["sql"] for query in queries.captured_queries)


def test_a_page_of_the_library_does_not_grow_with_its_rows(
    client_as: SignIn, colleague: Staff, many: MakeMany
) -> None:
    client = client_as(colleague)
    url = reverse("documents:library")
    many(5)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    many(60)
    with CaptureQueriesContext(connection) as more:
        client.get(url)
    assert len(more) <= len(few) + 1  # the count of pages


def test_the_upload_screen_survives_a_reload(
    client_as: SignIn, clerk: Staff, colleague: Staff, folder: Folder
) -> None:
    put_in(clerk, pdf_of("本文"), name="届いたもの.pdf", folder=folder)
    Upload.objects.create(
        uploader=clerk, name="途中のもの.pdf", size=1000, offset=620, purpose="document"
    )
    Upload.objects.create(
        uploader=clerk,
        name="断られたもの.pdf",
        size=10,
        purpose="document",
        state=Upload.State.REFUSED,
        reason="中身が空です",
    )
    url = reverse("documents:uploads")
    page = client_as(clerk).get(url).content.decode()
    for words in (
        "届いたもの.pdf",
        "順番待ち",
        "途中のもの.pdf",
        "620 B",
        "断られたもの.pdf",
        "中身が空です",
    ):
        assert words in page, words
    others = client_as(colleague).get(url).content.decode()
    assert "もの.pdf" not in others


def test_without_javascript_a_form_takes_files(
    client_as: SignIn, clerk: Staff, folder: Folder
) -> None:
    client = client_as(clerk)
    files = [
        SimpleUploadedFile("一.pdf", pdf_of("一"), "text/html"),
        SimpleUploadedFile("二.pdf", pdf_of("二")),
        SimpleUploadedFile("空.pdf", b""),
    ]
    data = {"files": files, "folder": str(folder.uuid), "fiscal_year": "2025", "kind": ""}
    response = client.post(reverse("documents:uploads"), data, follow=True)
    assert response.status_code == 200
    assert set(Document.objects.values_list("title", "fiscal_year")) == {("一", 2025), ("二", 2025)}
    assert "空.pdf" in response.content.decode() and "0 バイト" in response.content.decode()
    assert set(File.objects.values_list("media_type", flat=True)) == {"application/pdf"}
    nothing = client.post(reverse("documents:uploads"), {"fiscal_year": "2026"})
    assert nothing.status_code == 422


def test_settings_reach_uploads_that_are_not_finished(
    client_as: SignIn, clerk: Staff, colleague: Staff, folder: Folder
) -> None:
    mine, theirs = (
        Upload.objects.create(uploader=person, name="x.pdf", size=9, purpose="document")
        for person in (clerk, colleague)
    )
    sent = {
        "uploads": [str(mine.uuid), str(theirs.uuid)],
        "wishes": {"folder": str(folder.uuid), "kind": "scan", "fiscal_year": "1980", "x": "y"},
    }
    url = reverse("documents:upload-wishes")
    client = client_as(clerk)
    answer = client.post(url, json.dumps(sent), content_type="application/json")
    assert answer.status_code == 204
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert mine.wishes == {"folder": str(folder.uuid), "kind": "scan", "fiscal_year": "1980"}
    assert theirs.wishes == {}
    sent["wishes"]["folder"] = str(uuid4())  # type: ignore[index]  # a dict
    assert client.post(url, json.dumps(sent), content_type="application/json").status_code == 404
    for broken in ("[]", "{", '{"uploads": 1, "wishes": {}}', '{"uploads": ["x"], "wishes": {}}'):
        assert client.post(url, broken, content_type="application/json").status_code == 400


def test_taking_a_row_off_the_screen(client_as: SignIn, clerk: Staff, document: Document) -> None:
    client = client_as(clerk)
    assert document.title in client.get(reverse("documents:uploads")).content.decode()
    assert client.post(address("dismiss", document.uuid)).status_code == 302
    assert document.title not in client.get(reverse("documents:uploads")).content.decode()
    assert client.get(address("viewer", document.uuid)).status_code == 200
