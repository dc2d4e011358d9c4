"""Loading the demo city: once, again, beside something else; who may see what."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command

from groupware.access.policies import visible
from groupware.ingestion.models import Reading
from groupware.operations.demo import load as loader
from groupware.operations.demo.city import PASSWORD, PERSONAS
from groupware.operations.demo.library import FOLDERS, PAPERS
from groupware.operations.demo.load import NotEmptyError, key_of, load, read_born_digital
from groupware.organization.models import Staff
from knowledge.documents.models import Document, Folder

TODAY = date(2026, 11, 24)
SMALL = [
    "rousui-tejun.pdf",
    "yokuaru-shitsumon.txt",
    "mitsumori.pdf",
    "uketsukebo.pdf",
    "oukyu-kyusui.tif",
    "koseki-kaigi.pdf",
]


def quiet(_line: str) -> None:
    """Say nothing."""


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only six of the papers; which ones changes nothing about how they are loaded."""
    monkeypatch.setattr(loader, "PAPERS", tuple(p for p in PAPERS if p.file in SMALL))


@pytest.fixture
def loaded(db: None, few: None, data_dir: Path) -> None:
    load(say=quiet, today=TODAY)


def person(login: str) -> Staff:
    return Staff.objects.get(username=login)


def folders_of(login: str) -> set[str]:
    keys = {(row.section, row.name): row.key for row in FOLDERS}
    seen = visible(person(login), Folder.objects.filter(kind="plain")).select_related("section")
    return {keys[folder.section.code, folder.name] for folder in seen}


def test_a_second_load_adds_nothing(loaded: None) -> None:
    before = (Staff.objects.count(), Folder.objects.count(), Document.objects.count())
    assert before == (60, len(FOLDERS), len(SMALL))
    again = load(say=quiet, today=TODAY)
    assert (again.people, again.papers) == (0, 0)
    assert (Staff.objects.count(), Folder.objects.count(), Document.objects.count()) == before


def test_an_interrupted_load_goes_on(loaded: None, monkeypatch: pytest.MonkeyPatch) -> None:
    more = tuple(p for p in PAPERS if p.file in [*SMALL, "shiyosho.pdf"])
    monkeypatch.setattr(loader, "PAPERS", more)
    assert load(say=quiet, today=TODAY).papers == 1
    assert Document.objects.filter(title="仕様書（番号発券機）").count() == 1
    assert Folder.objects.filter(kind="plain").count() == len(FOLDERS)


def test_it_refuses_beside_anything_else(city: dict[str, Staff], data_dir: Path) -> None:
    with pytest.raises(NotEmptyError) as refusal:
        load(say=quiet, today=TODAY)
    assert str(refusal.value).startswith("このデータベースにはデモ以外のデータが入っている")
    assert Staff.objects.count() == 12
    assert not Folder.objects.exists()


def test_a_failure_leaves_no_people_behind(
    db: None, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> dict[str, Folder]:
        raise RuntimeError("no folders today")

    monkeypatch.setattr(loader, "_folders", broken)
    with pytest.raises(RuntimeError):
        load(say=quiet, today=TODAY)
    assert loader.is_empty()


def test_rights_of_the_folders_make_sense(loaded: None) -> None:
    clerk, outsider, director = folders_of("clerk"), folders_of("outsider"), folders_of("director")
    assert {"shimin-madoguchi", "shimin-kaigi", "komu-tejun", "dx-shiryo"} <= clerk
    assert not {"dx-security", "komu-keikaku", "zaisei-r8"} & clerk
    assert {"komu-haisui", "komu-keikaku", "kiki-r8", "shimin-tebiki"} <= outsider
    assert not {"shimin-madoguchi", "shimin-kaigi", "shimin-shomei"} & outsider
    assert "shimin-madoguchi" in director  # shared with the whole 部
    assert "shimin-kaigi" not in director  # a 課's own folder does not reach the 部長
    assert folders_of("disabled") == set()


def test_born_digital_papers_go_before_scans(loaded: None) -> None:
    keys = {key_of(paper): paper for paper in PAPERS}
    for reading in Reading.objects.all():
        document = Document.objects.get(file=reading.file)
        assert document.upload_key is not None
        assert (reading.priority < 0) == keys[document.upload_key].is_scan


def test_documents_carry_their_facts(loaded: None) -> None:
    fax = Document.objects.get(title="断水時における応急給水の応援について（回答）")
    assert (fax.fiscal_year, fax.made_on, fax.kind) == (1997, date(1997, 7, 14), "scan")
    assert fax.created_by.staff_number == "14129"
    assert fax.section.code == "0701"
    assert "架空" in fax.source


@pytest.mark.django_db(transaction=True)
def test_born_digital_papers_are_read_first(few: None, data_dir: Path) -> None:
    load(say=quiet, today=TODAY)
    said: list[str] = []
    assert read_born_digital(max_seconds=120, say=said.append) == 0
    assert said[-1] == "文書を読み終えました。"
    states = dict(Document.objects.values_list("title", "state"))
    assert states["漏水・断水時の対応手順"] == Document.State.READY
    assert states["証明書 郵送請求の受付簿"] == Document.State.HELD
    scan = Reading.objects.get(file__shown_by__title="県 戸籍事務担当者会議 資料")
    assert scan.state != Reading.State.DONE


def test_the_table_names_every_persona(loaded: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("demo", "accounts")
    printed = capsys.readouterr().out
    assert PASSWORD in printed
    for login in PERSONAS:
        assert f"  {login} " in printed
    assert "佐藤 恵子" in printed
