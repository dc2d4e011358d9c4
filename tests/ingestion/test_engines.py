"""Both engines on pages of known text: error rate, boxes, skew, turned pages, the choice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from groupware.ingestion.boxes import boxes_of
from groupware.ingestion.engines import choice, tesseract
from groupware.ingestion.engines.base import Recognised
from groupware.ingestion.engines.geometry import Region, reading_order, skew_of
from groupware.ingestion.layout import Glyph, Line
from groupware.ingestion.sandbox.limits import RECOGNISER
from groupware.ingestion.sandbox.parent import Child
from tests.ingestion import papers
from tests.ingestion.measure import bigram_recall, character_error_rate, degrade

TRUTH = "".join(papers.PROSE)


@pytest.fixture(scope="module")
def ocr() -> Iterator[Child]:
    """One resident OCR child for this module."""
    with Child(
        None, operations="groupware.ingestion.engines.operations", limits=RECOGNISER
    ) as child:
        yield child


def read(ocr: Child, image: Image.Image, *, only: str = "") -> dict[str, Any]:
    """Read an image as the pipeline does: bare pixels in the scratch folder."""
    grey = image.convert("L")
    (ocr.scratch / "page.raw").write_bytes(grey.tobytes())
    width, height = grey.size
    return ocr.call("read", raw="page.raw", mode="L", width=width, height=height, only=only)


def enlarged(image: Image.Image) -> Image.Image:
    """Bring a bad copy to the size at which it is recognised."""
    from groupware.ingestion.parsers.pictures import flatten, for_ocr

    return for_ocr(flatten(image))


@pytest.fixture(scope="module")
def paper() -> Image.Image:
    """A page of office prose at 300 dpi, cut below its text."""
    return papers.page_image(papers.PROSE).crop((0, 0, 2480, 1300))


def test_a_noisy_skewed_print(ocr: Child, paper: Image.Image) -> None:
    found = read(ocr, degrade(paper, "noisy"))
    assert found["engine"] == "rapid"
    assert character_error_rate(TRUTH, found["text"]) <= 0.015
    start = found["text"].index("下水道条例")
    (box,) = boxes_of(found["words"], start, start + 5)
    assert abs(box.x - 1000 * (260 + 46 * 5) / 2480) < 12
    assert abs(box.w - 1000 * 46 * 5 / 2480) < 14
    assert abs(box.y + box.h / 2 - 1000 * 323 / 1300) < 20


def test_a_fax_of_150_dpi(ocr: Child, paper: Image.Image) -> None:
    found = read(ocr, enlarged(degrade(paper, "fax")))
    assert character_error_rate(TRUTH, found["text"]) <= 0.06
    assert bigram_recall(TRUTH, found["text"]) >= 0.9


def test_vertical_columns_from_the_right(ocr: Child) -> None:
    image = papers.vertical_image(papers.VERTICAL).crop((1200, 200, 2480, 1800))
    found = read(ocr, degrade(image, "noisy"))
    assert found["direction"] == "v"
    assert character_error_rate("".join(papers.VERTICAL), found["text"]) <= 0.02
    start = found["text"].index("夜間断水")
    (box,) = boxes_of(found["words"], start, start + 4)
    assert box.h * 1600 > 2 * box.w * 1280


@pytest.mark.parametrize("only", ["tesseract", "tesseract-vert"])
def test_tesseract_alone(ocr: Child, paper: Image.Image, only: str) -> None:
    vertical = only.endswith("vert")
    image = (
        papers.vertical_image(papers.VERTICAL).crop((1200, 200, 2480, 1800)) if vertical else paper
    )
    found = read(ocr, image, only=only)
    truth = "".join(papers.VERTICAL) if vertical else TRUTH
    assert found["engine"] == only
    assert bigram_recall(truth, found["text"]) >= 0.85
    assert " " not in found["text"].replace("1 ", "").replace("2 ", "").replace("3 ", "")[:20]


@pytest.mark.parametrize("turn", [Image.Transpose.ROTATE_180])
def test_a_page_upside_down_is_read_and_boxed_where_it_lies(
    ocr: Child, paper: Image.Image, turn: Image.Transpose
) -> None:
    found = read(ocr, paper.transpose(turn))
    assert found["turned"] == 2
    assert character_error_rate(TRUTH, found["text"]) <= 0.03
    start = found["text"].index("下水道条例")
    boxes = boxes_of(found["words"], start, start + 5)
    middle = sum(box.y + box.h / 2 for box in boxes) / len(boxes)
    assert middle > 700


def test_an_empty_page_is_empty(ocr: Child) -> None:
    found = read(ocr, Image.new("L", (1240, 1754), 255))
    assert (found["text"], found["words"]) == ("", [])


def test_numbers_on_a_scan_are_counted_and_the_child_stays_small(ocr: Child) -> None:
    image = papers.page_image(["個人番号　１２３４　５６７８　９０１８"]).crop((0, 0, 2480, 700))
    assert read(ocr, image)["numbers"] == 1
    assert ocr.resident() < RECOGNISER.resident


@pytest.mark.parametrize("angle", [-3.0, -1.6, -0.5, 0.0, 0.8, 2.4])
def test_skew_is_measured(paper: Image.Image, angle: float) -> None:
    tilted = paper.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
    assert abs(skew_of(tilted) + angle) <= 0.15


def test_two_columns_are_read_one_after_the_other() -> None:
    import numpy as np

    def region(x: int, y: int, width: int, text: str) -> Region:
        corners = [(x, y), (x + width, y), (x + width, y + 40), (x, y + 40)]
        return Region(np.array(corners, dtype=np.float32), text, 0.9)

    left = [region(100, 100 + 60 * n, 800, f"左{n}") for n in range(6)]
    right = [region(1000, 100 + 60 * n, 800, f"右{n}") for n in range(6)]
    head = region(100, 20, 1700, "題")
    mixed = [head, *[item for pair in zip(left, right, strict=True) for item in pair]]
    rows = reading_order(mixed, vertical=False)
    assert ["".join(r.text for r in row) for row in rows] == [
        "題",
        *(f"左{n}" for n in range(6)),
        *(f"右{n}" for n in range(6)),
    ]


def test_the_better_reading_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Poor confidence asks the other engine; the lower expected error wins, missing text counts."""

    def engine(name: str, text: str, confidence: float) -> Any:
        class Fixed:
            def read(self, image: Image.Image) -> Recognised:
                glyphs = [Glyph(c, i, 0, i + 1, 1, confidence) for i, c in enumerate(text)]
                return Recognised(name, [Line(glyphs)], confidence)

        return Fixed()

    def read_with(rapid: tuple[str, float], other: tuple[str, float]) -> str:
        engines = {"rapid": engine("rapid", *rapid), "tesseract": engine("tesseract", *other)}
        monkeypatch.setattr(choice, "engine", engines.__getitem__)
        monkeypatch.setattr(tesseract, "quarter_turns", lambda _image: 0)
        return choice.read(Image.new("L", (100, 100), 255)).engine

    prose = papers.PROSE[0]
    assert read_with((prose, 0.99), (prose, 0.99)) == "rapid"
    assert read_with(("鑿齔" * 12, 0.70), (prose, 0.92)) == "tesseract"
    assert read_with((prose, 0.80), (prose[:3], 0.95)) == "rapid"


def test_the_sample_scans_of_the_project(ocr: Child) -> None:
    folder = Path(__file__).resolve().parents[1] / "samples" / "papers"
    scan = folder / "scan.pdf"
    with Child(scan) as parser:
        parser.call("open", kind="pdf", page_limit=10)
        raster = parser.call("raster", number=1)
        (parser.scratch / raster["raw"]).replace(ocr.scratch / raster["raw"])
        found = ocr.call("read", **raster)
    truth = (folder / "scan.txt").read_text(encoding="utf-8")
    assert bigram_recall(truth, found["text"]) >= 0.95
