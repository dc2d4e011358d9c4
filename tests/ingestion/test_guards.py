"""What is taken, what is refused, and that the sentence says which and why."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from groupware.ingestion.guards import registry, sentences
from groupware.ingestion.guards.names import check_name
from groupware.ingestion.guards.registry import Candidate, Verdict, examine
from groupware.ingestion.parsers.sniff import sniff
from groupware.ingestion.sandbox.parent import Child
from tests.ingestion import papers

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MACRO = {"word/vbaProject.bin": b"x"}
MARK = b"<script>alert(1)</script>"


def judge(folder: Path, name: str, data: bytes) -> Verdict | None:
    """Run every guard over these bytes."""
    path = folder / "bytes"
    path.write_bytes(data)
    with Child(path) as child:
        return examine(Candidate(path, name, child, page_limit=20))


def picture(kind: str) -> bytes:
    """A small picture."""
    buffer = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(buffer, kind)
    return buffer.getvalue()


def pdf(folder: Path, change: str = "") -> bytes:
    """A PDF of one page, with something in it."""
    path = papers.prose_pdf(folder / "base.pdf", [papers.PROSE])
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        if change == "script":
            document.Root.OpenAction = pikepdf.Dictionary(
                S=pikepdf.Name.JavaScript, JS="app.alert(1)"
            )
        elif change == "button":
            action = document.make_indirect(
                pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
            )
            document.pages[0].Annots = pikepdf.Array(
                [pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=action)]
            )
        elif change == "launch":
            document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe")
        elif change == "program":
            document.attachments["readme.txt"] = pikepdf.AttachedFileSpec(
                document, b"MZ\x90" + b"\0" * 99
            )
        elif change == "note":
            document.attachments["note.txt"] = pikepdf.AttachedFileSpec(document, "添付".encode())
        if change == "locked":
            document.save(path, encryption=pikepdf.Encryption(owner="a", user="secret"))
        elif change == "printable":
            document.save(path, encryption=pikepdf.Encryption(owner="a", user=""))
        else:
            document.save(path)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("通知.pdf", pdf),
        ("通知.PDF", pdf),
        ("attachment.pdf", lambda folder: pdf(folder, "note")),
        ("printable.pdf", lambda folder: pdf(folder, "printable")),
        ("地図.png", lambda _folder: picture("PNG")),
        ("写真.jpg", lambda _folder: picture("JPEG")),
        ("fax.tiff", lambda _folder: picture("TIFF")),
        ("覚え書き.txt", lambda _folder: "文書です。\n".encode("cp932")),
        ("空白.txt", lambda _folder: b"\n"),
        ("起案.docx", lambda _folder: papers.docx(papers.word_xml("起案文"))),
        ("名前だけ", pdf),
        ("第3.1版 計画", pdf),
        ("議事録.20250401", pdf),
    ],
)
def test_papers_are_taken(name: str, make: object, tmp_path: Path) -> None:
    assert callable(make)
    assert judge(tmp_path, name, make(tmp_path)) is None


@pytest.mark.parametrize(
    ("code", "name", "make"),
    [
        ("empty", "a.pdf", lambda _f: b""),
        ("wrong_type", "a.gif", lambda _f: picture("GIF")),
        ("wrong_type", "a.exe", lambda _f: b"MZ" + b"\0" * 200),
        ("wrong_type", "a.txt", lambda _f: b"\x7fELF" + b"\0" * 200),
        ("wrong_type", "a.txt", lambda _f: bytes(range(256)) * 9),
        ("wrong_type", "a.svg", lambda _f: b"<svg>" + MARK + b"</svg>"),
        ("wrong_type", "a.txt", lambda _f: b"<!DOCTYPE html><html>" + MARK),
        ("wrong_type", "a.doc", lambda _f: OLE + b"\0" * 600),
        ("encrypted", "a.docx", lambda _f: OLE + "EncryptedPackage".encode("utf-16-le")),
        ("extension", "report.pdf", lambda _f: picture("PNG")),
        ("extension", "report.exe", pdf),
        ("encrypted", "a.pdf", lambda f: pdf(f, "locked")),
        ("damaged", "a.pdf", lambda _f: b"%PDF-1.7\n" + b"x" * 500),
        ("damaged", "a.png", lambda _f: picture("PNG")[:30]),
        ("script", "a.pdf", lambda f: pdf(f, "script")),
        ("script", "a.pdf", lambda f: pdf(f, "button")),
        ("launch", "a.pdf", lambda f: pdf(f, "launch")),
        ("embedded_program", "a.pdf", lambda f: pdf(f, "program")),
        ("macro", "a.docm", lambda _f: papers.docx(papers.word_xml("m"), MACRO)),
        ("macro", "a.docx", lambda _f: papers.docx(papers.word_xml("m"), MACRO)),
        ("polyglot", "a.pdf", lambda f: b"GIF89a" + b"\0" * 20 + pdf(f)),
        ("polyglot", "a.pdf", lambda f: b"<html>" + MARK + pdf(f)),
        ("polyglot", "a.pdf", lambda f: pdf(f) + papers.docx(papers.word_xml("z"))),
        ("polyglot", "a.png", lambda _f: picture("PNG") + MARK),
        ("polyglot", "a.jpg", lambda _f: picture("JPEG") + papers.docx(papers.word_xml("z"))),
        ("pages", "a.pdf", lambda f: papers.prose_pdf(f / "many.pdf", [["頁"]] * 21).read_bytes()),
        ("name_turning", "invoice\u202efdp.exe", pdf),
        ("name_long", "長" * 84 + ".pdf", pdf),
    ],
)  # fmt: skip
def test_what_is_no_paper_is_refused_with_its_reason(
    code: str, name: str, make: object, tmp_path: Path
) -> None:
    assert callable(make)
    verdict = judge(tmp_path, name, make(tmp_path))
    assert verdict is not None
    assert (verdict.outcome, verdict.code) == ("refuse", code)
    cause, remedy = sentences.stored(verdict.code, verdict.facts)
    assert cause.endswith("。")
    assert remedy.endswith("。")
    assert "%(" not in cause + remedy


def test_a_personal_number_holds_the_file_and_names_the_page(tmp_path: Path) -> None:
    pages = [papers.PROSE, ["個人番号　１２３４　５６７８　９０１８"], papers.PROSE]
    verdict = judge(tmp_path, "a.pdf", papers.prose_pdf(tmp_path / "n.pdf", pages).read_bytes())
    assert verdict is not None
    assert (verdict.outcome, verdict.code, verdict.pages) == ("hold", "personal_number", (2,))
    assert "2 ページ" in sentences.stored(verdict.code, verdict.facts)[0]
    assert "1234" not in str(verdict)


@pytest.mark.parametrize(
    "data",
    [
        "氏名 見本花子 個人番号 1234-5678-9018".encode("cp932"),
        papers.docx(papers.word_xml("番号は", "123456789018 です")),
        papers.docx(
            papers.word_xml("本文"), {"word/footnotes.xml": papers.word_xml("1234 5678 9018")}
        ),
    ],
    ids=["text", "docx", "footnote"],
)
def test_other_papers_are_searched_too(data: bytes, tmp_path: Path) -> None:
    verdict = judge(tmp_path, "a.docx" if data[:2] == b"PK" else "a.txt", data)
    assert verdict is not None and verdict.outcome == "hold"


def test_names_by_themselves() -> None:
    assert check_name("令和7年度 通知（案）.pdf") is None
    for name, code in {"a\u2067b.pdf": "name_turning", "a\x07.pdf": "name", "..": "name"}.items():
        verdict = check_name(name)
        assert verdict is not None and verdict.code == code


def test_every_sentence_can_be_said_in_both_languages() -> None:
    facts = {
        "found": "PDF", "extension": "pdf", "detail": "x", "limit": 3, "size": 1,
        "on": [1], "page": 1, "megabytes": 5, "parts": 6,
    }  # fmt: skip
    for code in sentences.SENTENCES:
        assert all(sentences.stored(code, facts))


def test_guards_stand_in_their_order() -> None:
    assert [guard.name for guard in registry.guards()] == [
        "name",
        "malware",
        "structure",
        "personal_number",
    ]


@pytest.mark.parametrize("lead", ["", "a", "ab"])
def test_a_long_text_is_a_text_wherever_its_head_is_cut(lead: str, tmp_path: Path) -> None:
    path = tmp_path / "検針.txt"
    path.write_text(lead + "水道の検針の記録\n" * 20_000, encoding="utf-8")
    assert sniff(path, path.name).kind == "text"
