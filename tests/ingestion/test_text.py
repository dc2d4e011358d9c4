"""Text of born-digital papers: vertical, tables, letter-spacing, mojibake, rotation, encodings."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupware.ingestion.boxes import boxes_of
from groupware.ingestion.parsers import legibility, plain
from groupware.ingestion.sandbox.parent import Child
from tests.ingestion import papers
from tests.ingestion.measure import bigram_recall

TWICE = papers.PROSE * 2


def page(path: Path, number: int = 1, *, kind: str = "pdf", simply: bool = False) -> dict[str, Any]:
    """Read a page in the sandbox."""
    with Child(path) as child:
        child.call("open", kind=kind, page_limit=100)
        found: dict[str, Any] = child.call("page", number=number, plain_only=simply)["page"]
        return found


def test_horizontal_prose_is_read_line_by_line(tmp_path: Path) -> None:
    found = page(papers.prose_pdf(tmp_path / "a.pdf", [papers.PROSE]))
    assert found["text"].split("\n") == papers.PROSE
    assert (found["engine"], found["direction"], found["needs_ocr"]) == ("pdfium", "h", "")


def test_boxes_stand_where_the_words_are(tmp_path: Path) -> None:
    found = page(papers.prose_pdf(tmp_path / "a.pdf", [papers.PROSE]))
    start = found["text"].index("条例")
    (box,) = boxes_of(found["words"], start, start + 2)
    # 8 characters of 11 points after the margin of 60 on a page of 595 × 842 points
    assert abs(box.x - 1000 * (60 + 11 * 8) / 595.3) <= 3
    assert abs(box.w - 1000 * 22 / 595.3) <= 3
    assert abs((box.y + box.h / 2) - 1000 * (842 - 764) / 841.9) <= 8


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_boxes_follow_the_rotation_of_the_page(tmp_path: Path, turn: int) -> None:
    path = papers.prose_pdf(tmp_path / "a.pdf", [papers.PROSE])
    straight = page(path)
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        document.pages[0].Rotate = turn
        document.save(path)
    turned = page(path)
    assert turned["text"] == straight["text"]
    start = straight["text"].index("経過措置")
    (before,) = boxes_of(straight["words"], start, start + 4)
    after = boxes_of(turned["words"], start, start + 4)
    x, y = before.x + before.w / 2, before.y + before.h / 2
    seen = {90: (1000 - y, x), 180: (1000 - x, 1000 - y), 270: (y, 1000 - x)}[turn]
    left, top = min(box.x for box in after), min(box.y for box in after)
    right, bottom = max(box.x + box.w for box in after), max(box.y + box.h for box in after)
    assert abs((left + right) / 2 - seen[0]) <= 3
    assert abs((top + bottom) / 2 - seen[1]) <= 3


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_text_drawn_lying_down_is_read_as_one_line(tmp_path: Path, turn: int) -> None:
    pen = papers.canvas(tmp_path / "r.pdf")
    pen.translate(300, 400)
    pen.rotate(turn)
    pen.setFont("Mincho", 11)
    pen.drawString(-100, 0, papers.PROSE[0])
    pen.save()
    assert page(tmp_path / "r.pdf")["text"] == papers.PROSE[0]


def test_vertical_text_is_read_column_by_column_from_the_right(tmp_path: Path) -> None:
    found = page(papers.vertical_pdf(tmp_path / "v.pdf", papers.VERTICAL))
    assert bigram_recall("".join(papers.VERTICAL), found["text"]) >= 0.99
    assert found["text"].split("\n") == papers.VERTICAL
    assert (found["engine"], found["direction"]) == ("pdfminer", "v")
    start = found["text"].index("拡張計画")
    (box,) = boxes_of(found["words"], start, start + 4)
    assert box.h > 2 * box.w


def test_cells_of_a_ruled_table_are_kept(tmp_path: Path) -> None:
    found = page(papers.table_pdf(tmp_path / "t.pdf", papers.TABLE))
    assert found["tables"] == [papers.TABLE]
    assert "十月二日\t見本 花子\t300円" in found["text"].split("\n")


@pytest.mark.parametrize("spacing", [3, 6, 12])
def test_letter_spacing_leaves_no_gaps(tmp_path: Path, spacing: int) -> None:
    lines = [line[:20] for line in papers.PROSE if "　" not in line]
    found = page(papers.prose_pdf(tmp_path / "s.pdf", [lines], spacing=spacing, size=9))
    assert found["text"].split("\n") == lines


def test_a_private_encoding_is_noticed_and_goes_to_ocr(tmp_path: Path) -> None:
    found = page(papers.mojibake_pdf(tmp_path / "m.pdf", TWICE))
    assert found["needs_ocr"] == "broken"


def test_the_simple_way_reads_without_the_slow_extractors(tmp_path: Path) -> None:
    found = page(papers.vertical_pdf(tmp_path / "v.pdf", papers.VERTICAL), simply=True)
    assert found["engine"] == "pdfium"
    assert bigram_recall("".join(papers.VERTICAL), found["text"]) > 0.5


def test_legibility_tells_prose_from_rubbish() -> None:
    prose = "".join(TWICE)
    assert not legibility.is_broken(prose)
    assert legibility.likeness(prose) > 0.95
    assert legibility.is_broken("™—›œ™—›œ 令和™—年›œ月" * 5)
    assert legibility.is_broken("\ue001\ue002\ue003" * 9 + "通知")
    assert legibility.is_broken("鑿齔鼇籟龠麤讒" * 20)
    assert not legibility.is_broken(
        "架空太郎 東京都千代田区永田町一丁目 見本花子 大阪市北区中之島" * 4
    )
    assert not legibility.is_broken("0999-22-1111  450  300  750  1,250" * 3)


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "cp932", "euc_jp", "iso2022_jp"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encodings_of_text_files(encoding: str) -> None:
    text = "\n".join(papers.PROSE).replace("〜", "")
    decoded = plain.decode(text.encode(encoding))
    assert decoded is not None
    assert decoded[0] == text


@given(st.text(st.sampled_from("あいうアイウ漢字住民票下水道。、\n"), min_size=8, max_size=200))
def test_legacy_encodings_are_told_apart_by_what_they_say(text: str) -> None:
    for encoding in ("cp932", "euc_jp"):
        decoded = plain.decode(text.encode(encoding))
        assert decoded is not None
        if decoded[0] != text:  # truly ambiguous bytes exist; then the reading is Japanese, too
            assert decoded[0].encode(decoded[1]) == text.encode(encoding)


def test_binary_bytes_are_no_text() -> None:
    assert plain.decode(bytes(range(256))) is None
    assert plain.decode(b"\x89PNG\r\n\x1a\n\0\0") is None


def test_a_text_file_becomes_pages_with_images_and_boxes(tmp_path: Path) -> None:
    lines = [f"{n} 行目　{papers.PROSE[n % 8]}" for n in range(120)]
    path = tmp_path / "a.txt"
    path.write_bytes("\r\n".join(lines).encode("cp932"))
    with Child(path) as child:
        assert child.call("open", kind="text", page_limit=100)["pages"] == 3
        second = child.call("page", number=2)
        assert (child.scratch / second["files"]["image"]).stat().st_size > 5000
    text = second["page"]["text"]
    assert text.startswith("50 行目")
    start = text.index("行目")
    (box,) = boxes_of(second["page"]["words"], start, start + 2)
    assert box.y < 80 and 60 < box.x < 130


def test_wide_lines_are_wrapped_for_the_page_only() -> None:
    (only,) = plain.pages_of("あ" * 100)
    rows = only.split("\n")
    widths = [sum(1 + (unicodedata.east_asian_width(c) == "W") for c in row) for row in rows]
    assert widths == [80, 80, 40]
    assert plain.pages_of("一\f二\f\n") == ["一", "二"]
