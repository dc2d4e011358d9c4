"""Taking in: one transaction, the inbox, idempotence, refusals, withdrawal."""

import io
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django_tasks_db.models import DBTaskResult

from groupware.access.policies import visible
from groupware.audit.models import Entry
from groupware.files.errors import Refusal
from groupware.files.models import Blob, Disposal, File, Upload
from groupware.files.storage import staged
from groupware.ingestion import actions as ingestion
from groupware.ingestion.models import Reading
from groupware.organization.models import Staff
from groupware.organization.selectors import section_of
from knowledge.documents import actions
from knowledge.documents.inboxes import ensure_inbox
from knowledge.documents.models import Document, Folder, Version
from tests.documents.conftest import pdf_of, put_in, read_as


def sees(person: Staff, document: Document) -> bool:
    return visible(person, Document.objects.filter(pk=document.pk)).exists()


def test_everything_or_nothing(clerk: Staff, folder: Folder) -> None:
    document = put_in(clerk, pdf_of("本文"), name="見積書（番号発券機）.pdf", folder=folder)
    assert document.title == "見積書（番号発券機）"
    assert document.state == Document.State.ARRIVING
    assert document.created_by_section == "市民部 市民課"
    file = document.file
    assert file is not None and file.state == File.State.QUARANTINE
    assert file.scope_id == folder.scope_id and file.owner_uuid == document.uuid
    assert Version.objects.get(document=document).number == 1
    assert Reading.objects.filter(file=file).count() == 1
    assert DBTaskResult.objects.filter(task_path__contains="ingestion").count() == 1
    assert Entry.objects.filter(action="document.uploaded", target_uuid=document.uuid).count() == 1


def test_a_failure_leaves_nothing(
    clerk: Staff, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the queue is gone")

    monkeypatch.setattr(ingestion, "begin", broken)
    before = Entry.objects.count()
    with pytest.raises(RuntimeError):
        put_in(clerk, pdf_of("本文"), folder=folder)
    assert not Document.objects.exists() and not File.objects.exists() and not Blob.objects.exists()
    assert Entry.objects.count() == before


def test_without_a_folder_it_goes_to_the_inbox(city: dict[str, Staff], clerk: Staff) -> None:
    document = read_as(put_in(clerk, pdf_of("本文")), "本文")
    assert document.folder.kind == Folder.Kind.INBOX
    seen_by = {login for login, person in city.items() if sees(person, document)}
    assert seen_by == {"clerk", "colleague", "head", "vice", "director"}
    again = put_in(clerk, pdf_of("二つめ"))
    assert again.folder == document.folder


def test_the_inbox_of_a_department_does_not_reach_its_sections(
    city: dict[str, Staff], director: Staff
) -> None:
    section = section_of(director)
    assert section is not None
    document = read_as(put_in(director, pdf_of("部内限り")), "部内限り")
    assert document.folder == ensure_inbox(section)
    seen_by = {login for login, person in city.items() if sees(person, document)}
    assert "director" in seen_by
    assert not seen_by & {"clerk", "colleague", "head", "vice", "outsider", "admin"}


def test_quarantine_hides_it_from_everybody_else(
    clerk: Staff, colleague: Staff, folder: Folder
) -> None:
    document = put_in(clerk, pdf_of("本文"), folder=folder)
    assert sees(clerk, document) and not sees(colleague, document)
    read_as(document, "本文")
    assert sees(colleague, document)


def test_the_same_upload_twice_is_one_document(clerk: Staff, folder: Folder) -> None:
    key = uuid4()
    first = put_in(clerk, pdf_of("本文"), folder=folder, key=key)
    second = put_in(clerk, pdf_of("まったく別"), name="別.pdf", folder=folder, key=key)
    assert first == second
    assert Document.objects.count() == 1 and File.objects.count() == 1


def test_a_key_belongs_to_its_person(clerk: Staff, colleague: Staff, folder: Folder) -> None:
    key = uuid4()
    mine = put_in(clerk, pdf_of("本文"), folder=folder, key=key)
    theirs = put_in(colleague, pdf_of("本文"), folder=folder, key=key)
    assert mine != theirs


def test_the_same_bytes_where_one_may_not_look_make_no_difference(
    clerk: Staff, outsider: Staff, folder: Folder
) -> None:
    content = pdf_of("同じ中身")
    hidden = read_as(put_in(clerk, content, folder=folder), "同じ中身")
    other = put_in(outsider, content)
    assert other.file is not None and hidden.file is not None
    assert other.file.blob_id == hidden.file.blob_id
    assert other.state == Document.State.ARRIVING  # it is read for itself
    assert Reading.objects.filter(file=other.file).count() == 1
    assert not sees(outsider, hidden)


def test_who_may_not_add_leaves_nothing(outsider: Staff, folder: Folder) -> None:
    with pytest.raises(Http404):
        put_in(outsider, pdf_of("本文"), folder=folder)
    assert not File.objects.exists() and not Blob.objects.exists()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "空.pdf", "空"),
        (b"x", "見積\u202efdp.exe", "逆に見せる"),
        (b"x", "あ" * 90 + ".pdf", "長すぎます"),
    ],
)
def test_refused_at_the_door(
    clerk: Staff, folder: Folder, content: bytes, name: str, words: str
) -> None:
    with pytest.raises(Refusal, match=words):
        put_in(clerk, content, name=name, folder=folder)
    assert not Document.objects.exists() and not File.objects.exists()


def test_a_finished_upload_becomes_a_document_once(clerk: Staff, folder: Folder) -> None:
    upload = Upload.objects.create(
        uploader=clerk,
        name="議事録.pdf",
        size=5,
        purpose="document",
        wishes={"folder": str(folder.uuid), "fiscal_year": "1987", "kind": "scan"},
    )
    with staged(io.BytesIO(pdf_of("議事"))) as source:
        first = actions.claim_upload(upload, source)
        assert actions.claim_upload(upload, source) == first
    document = Document.objects.get()
    assert (document.uuid, document.folder, document.fiscal_year) == (first, folder, 1987)
    assert document.kind == Document.Kind.SCAN and document.upload_key == upload.uuid


def test_a_wish_for_a_hidden_folder_is_refused(outsider: Staff, folder: Folder) -> None:
    upload = Upload.objects.create(
        uploader=outsider,
        name="x.pdf",
        size=1,
        purpose="document",
        wishes={"folder": str(folder.uuid)},
    )
    with staged(io.BytesIO(b"x")) as source, pytest.raises(Http404):
        actions.claim_upload(upload, source)


def test_withdrawing_what_nobody_has_seen(clerk: Staff, colleague: Staff, folder: Folder) -> None:
    document = put_in(clerk, pdf_of("間違い"), folder=folder)
    actions.withdraw_document(actor=clerk, document=document)
    document.refresh_from_db()
    assert document.state == Document.State.DISPOSED
    assert not sees(clerk, document)
    assert not Blob.objects.exists()
    shown = read_as(put_in(clerk, pdf_of("正しい"), folder=folder), "正しい")
    with pytest.raises(PermissionDenied):
        actions.withdraw_document(actor=clerk, document=shown)


def test_withdrawing_between_the_guards_and_the_first_page(clerk: Staff, colleague: Staff) -> None:
    """The file is let through, but nobody has seen the document; the inbox gives no "manage"."""
    document = put_in(clerk, pdf_of("間違い"))
    File.objects.filter(version__document=document).update(state=File.State.READY)
    actions.withdraw_document(actor=clerk, document=document)
    assert not Blob.objects.exists()
    tombstone = Disposal.objects.get(name="資料.pdf")
    assert tombstone.by_name == clerk.name


def test_a_section_makes_folders_of_its_own_only(clerk: Staff, outsider: Staff) -> None:
    section = section_of(outsider)
    assert section is not None
    with pytest.raises(PermissionDenied):
        actions.create_folder(actor=clerk, name="よそ", section=section)
