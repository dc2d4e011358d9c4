"""Renaming, moving, versions, holds: rights and index rows stay in step."""

from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404

from groupware.access.actions import grant
from groupware.access.policies import can, visible
from groupware.access.tokens import Fact
from groupware.events import send
from groupware.events.catalogue import (
    FILE_HELD,
    FILE_READ,
    FILE_READ_FAILED,
    FILE_REFUSED,
    FILE_RELEASED,
    FileHeld,
    FileRead,
    FileReadFailed,
    FileRefused,
    FileReleased,
)
from groupware.files.actions import dispose_file
from groupware.files.models import File
from groupware.organization.models import Staff
from groupware.organization.selectors import section_of
from knowledge.documents import actions
from knowledge.documents.models import Document, Folder
from search.models import Row
from search.selectors import search
from tests.documents.conftest import pdf_of, put_in, read_as


def found(person: Staff, words: str) -> list[str]:
    return [hit.title for hit in search(person, words).hits]


def set_state(document: Document, state: str) -> File:
    assert document.file is not None
    File.objects.filter(pk=document.file.pk).update(state=state)
    return File.objects.get(pk=document.file.pk)


def test_a_page_is_found_as_it_is_read(
    clerk: Staff, colleague: Staff, outsider: Staff, document: Document
) -> None:
    for person in (clerk, colleague):
        result = search(person, "夜間断水")
        assert result.total == 1
        assert {page.unit for page in result.hits[0].pages} == {1, 2}
        assert f"/documents/{document.uuid}/" in result.hits[0].url
    assert search(outsider, "夜間断水").total == 0


def test_boxes_stand_on_the_words(colleague: Staff, document: Document) -> None:
    hit = search(colleague, "夜間断水").hits[0]
    first = next(page for page in hit.pages if page.boxes)
    assert first.boxes[0].w == pytest.approx(80, abs=5)


def test_renaming_is_found_at_once(clerk: Staff, document: Document) -> None:
    actions.rename_document(actor=clerk, document=document, title="  給水車の　手配 ")
    document.refresh_from_db()
    assert document.title == "給水車の 手配"
    assert found(clerk, "給水車") == ["給水車の 手配"]
    assert Row.objects.filter(group=document.uuid).count() == 2


def test_who_only_sees_may_not_rename(
    clerk: Staff, outsider: Staff, document: Document, folder: Folder
) -> None:
    with pytest.raises(Http404):
        actions.rename_document(actor=outsider, document=document, title="x")
    grant(actor=clerk, scope=folder.scope, grantee=outsider, verb="view", reason="確認のため")
    with pytest.raises(PermissionDenied):
        actions.rename_document(actor=outsider, document=document, title="x")


def test_moving_takes_the_rights_of_the_new_folder(
    clerk: Staff, colleague: Staff, director: Staff, document: Document
) -> None:
    section = section_of(clerk)
    assert section is not None
    private = actions.create_folder(
        actor=clerk,
        name="係内",
        section=section,
        principals=[f"u{director.pk}", Fact(f"u{clerk.pk}", "manage")],
    )
    assert search(colleague, "夜間断水").total == 1
    assert search(director, "夜間断水").total == 0
    actions.move_document(actor=clerk, document=document, folder=private)
    assert search(colleague, "夜間断水").total == 0
    assert search(director, "夜間断水").total == 1
    document.refresh_from_db()
    assert document.file is not None
    assert document.scope_id == document.file.scope_id == private.scope_id
    assert not can(colleague, "view", document) and not can(colleague, "view", document.file)


def test_moving_where_one_may_not_add_is_refused(
    clerk: Staff, outsider: Staff, document: Document
) -> None:
    section = section_of(outsider)
    assert section is not None
    theirs = actions.create_folder(actor=outsider, name="よそ", section=section)
    with pytest.raises(Http404):
        actions.move_document(actor=clerk, document=document, folder=theirs)
    document.refresh_from_db()
    assert document.folder.name == "窓口改善"


def test_a_new_version_takes_over_when_it_is_ready(
    clerk: Staff, colleague: Staff, document: Document
) -> None:
    first = document.file
    version = actions.add_version(
        actor=clerk, document=document, stream=BytesIO(pdf_of("改訂")), name="改訂.pdf"
    )
    document.refresh_from_db()
    assert version.number == 2 and document.file == first
    assert search(colleague, "夜間断水").total == 1
    read_as(document, "給水制限", file=version.file)
    assert document.file == version.file
    assert search(colleague, "夜間断水").total == 0
    assert search(colleague, "給水制限").total == 1
    assert Row.objects.filter(group=document.uuid).count() == 1


def test_held_is_hidden_and_released_is_found_again(
    clerk: Staff, colleague: Staff, records: Staff, document: Document
) -> None:
    file = set_state(document, File.State.HELD)
    with transaction.atomic():
        send(FILE_HELD, FileHeld(file.uuid, "個人番号の疑い", (1,)))
    document.refresh_from_db()
    assert document.state == Document.State.HELD
    assert search(colleague, "夜間断水").total == 0 and search(clerk, "夜間断水").total == 0
    assert can(clerk, "view", document) and can(records, "view", document)
    assert not can(colleague, "view", document)
    set_state(document, File.State.READY)
    with transaction.atomic():
        send(FILE_RELEASED, FileReleased(file.uuid))
    assert search(colleague, "夜間断水").total == 1


def test_refused_is_its_uploaders_alone(clerk: Staff, colleague: Staff, folder: Folder) -> None:
    document = put_in(clerk, pdf_of("本文"), folder=folder)
    file = set_state(document, File.State.REFUSED)
    with transaction.atomic():
        send(FILE_REFUSED, FileRefused(file.uuid, "パスワード"))
    document.refresh_from_db()
    assert document.state == Document.State.REFUSED
    assert visible(clerk, Document.objects.all()).count() == 1
    assert visible(colleague, Document.objects.all()).count() == 0


def test_a_file_that_cannot_be_read_is_found_by_its_title(
    clerk: Staff, colleague: Staff, folder: Folder
) -> None:
    document = put_in(clerk, pdf_of("x"), name="配水管台帳.pdf", folder=folder)
    file = set_state(document, File.State.READY)
    with transaction.atomic():
        send(FILE_READ_FAILED, FileReadFailed(file.uuid, None, "壊れています", "入れ直す"))
    assert found(colleague, "配水管台帳") == ["配水管台帳"]


def test_what_came_from_paper_is_called_so(clerk: Staff, document: Document) -> None:
    assert document.file is not None
    with transaction.atomic():
        send(FILE_READ, FileRead(document.file.uuid, 2, True))
    document.refresh_from_db()
    assert document.kind == Document.Kind.SCAN


def test_a_disposed_file_is_gone_everywhere(clerk: Staff, document: Document) -> None:
    assert document.file is not None
    dispose_file(actor=clerk, file=document.file, reason="保存期間の満了")
    document.refresh_from_db()
    assert document.state == Document.State.DISPOSED
    assert not Row.objects.filter(group=document.uuid).exists()
    assert search(clerk, "夜間断水").total == 0
    assert not can(clerk, "view", document)
