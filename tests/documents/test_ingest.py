"""`manage.py ingest`: files and folders, per-file answers, exit codes, working the queue."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from groupware.organization.models import Staff
from knowledge.documents.models import Document, Folder
from search.selectors import search
from tests.documents.conftest import pdf_of


def run(*arguments: str) -> tuple[int, dict[str, Any]]:
    """Exit code and the JSON answer."""
    out = io.StringIO()
    code = 0
    try:
        call_command("ingest", *arguments, "--json", stdout=out)
    except SystemExit as error:
        code = int(error.code or 0)
    return code, json.loads(out.getvalue())


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """Two good files, one of them in a folder below, and an empty one."""
    root = tmp_path / "papers"
    (root / "下").mkdir(parents=True)
    (root / "一.pdf").write_bytes(pdf_of("水圧試験の記録"))
    (root / "下" / "二.txt").write_text("夜間断水のお知らせ\n", encoding="utf-8")
    (root / "下" / "空.pdf").write_bytes(b"")
    (root / ".隠し").write_bytes(b"x")
    return root


def test_folders_are_walked_and_each_file_has_its_answer(clerk: Staff, papers: Path) -> None:
    code, answer = run(str(papers), "--as", "clerk")
    assert code == 1
    by_name = {Path(row["path"]).name: row for row in answer["results"]}
    assert set(by_name) == {"一.pdf", "二.txt", "空.pdf"}
    assert by_name["空.pdf"]["status"] == "refused" and "0 バイト" in by_name["空.pdf"]["sentence"]
    assert by_name["一.pdf"]["status"] == "accepted" and by_name["一.pdf"]["document"]
    assert set(Document.objects.values_list("title", flat=True)) == {"一", "二"}
    assert set(Document.objects.values_list("folder__kind", flat=True)) == {Folder.Kind.INBOX}
    assert answer["worked_queue_itself"] is False


@pytest.mark.django_db(transaction=True)
def test_waiting_works_the_queue_and_the_words_are_found(
    clerk: Staff, colleague: Staff, outsider: Staff, papers: Path
) -> None:
    code, answer = run(
        str(papers / "一.pdf"), str(papers / "下" / "二.txt"), "--as", "clerk", "--wait"
    )
    assert code == 0, answer
    assert answer["worked_queue_itself"] is True
    assert {row["status"] for row in answer["results"]} == {"read"}
    assert search(colleague, "夜間断水").total == 1
    assert search(colleague, "水圧試験").total == 1
    assert search(outsider, "夜間断水").total == 0


def test_a_folder_by_name(clerk: Staff, folder: Folder, papers: Path) -> None:
    code, _answer = run(str(papers / "一.pdf"), "--as", "clerk", "--folder", "窓口改善")
    assert code == 0
    assert Document.objects.get().folder == folder


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ない.pdf", "--as", "clerk"], "ない.pdf がありません"),
        (["@", "--as", "nobody"], "使える職員がいません"),
        (["@", "--as", "disabled"], "使える職員がいません"),
        (["@", "--as", "clerk", "--folder", "ない"], "見つかりません"),
        (["@", "--as", "outsider", "--folder", "窓口改善"], "見つかりません"),
    ],
)
def test_what_cannot_be_tried_says_why(
    clerk: Staff, folder: Folder, papers: Path, arguments: list[str], words: str
) -> None:
    given = [str(papers) if part == "@" else part for part in arguments]
    with pytest.raises(CommandError, match=words) as refused:
        call_command("ingest", *given)
    assert refused.value.returncode == 2
    assert not Document.objects.exists()
