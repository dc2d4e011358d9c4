"""Pages of a PDF: opened once per child, rendered, read, judged for OCR."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from groupware.ingestion.layout import Line, compose
from groupware.ingestion.parsers import pdf_tables, pdf_text, personal_number
from groupware.ingestion.parsers.legibility import is_broken
from groupware.ingestion.parsers.page import PageText
from groupware.ingestion.sandbox.child import Refused

MAX_SIDE = 9000  # pixels of a rendered page; a wall map becomes coarser, not larger
MAX_PIXELS = 45_000_000
INVISIBLE = 3  # text render mode of a scanner's own hidden layer


def open_document(path: Path, limit: int) -> pypdfium2.PdfDocument:
    """Open a PDF. Raises Refused: encrypted, damaged, pages."""
    try:
        document = pypdfium2.PdfDocument(path)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Refused("encrypted", found="PDF") from error
        raise Refused("damaged", found="PDF") from error
    if count == 0:
        raise Refused("damaged", found="PDF")
    if count > limit:
        raise Refused("pages", limit=limit, pages=count)
    return document


def render(page: pypdfium2.PdfPage, dpi: float) -> Image.Image:
    """Return the page as seen at `dpi`, less where it would become too large. Raises Refused."""
    width, height = page.get_size()
    if width <= 0 or height <= 0:
        raise Refused("damaged", found="PDF")
    scale = min(dpi / 72, MAX_SIDE / max(width, height), (MAX_PIXELS / (width * height)) ** 0.5)
    image: Image.Image = page.render(scale=scale, may_draw_forms=True).to_pil()
    return image.convert("RGB") if image.mode not in ("L", "RGB") else image


def read(document: pypdfium2.PdfDocument, path: Path, number: int, *, plain: bool) -> PageText:
    """Read the text of page `number` (from 1).

    plain: only pdfium, no table search and no second extractor; what is done after those took
    too long.
    """
    page = document[number - 1]
    frame = pdf_text.frame_of(page)
    width, height = frame.size
    result = PageText(width, height, engine="pdfium")
    pictures, hidden, drawn = _contents(page, width * height)
    turns = pdf_text.turns_of(page, frame)
    plain = plain or turns > 0  # the other extractors would see it lying
    glyphs = pdf_text.glyphs_of(page, pdf_text.turned(frame, turns))
    visible = sum(not glyph.text.isspace() for glyph in glyphs)
    if (pictures > 0.8 and (hidden or visible < 20)) or (visible < 10 and pictures > 0.04):
        result.needs_ocr = "scan"
    elif visible < 10 and drawn > 40:
        result.needs_ocr = "outlines"
    lines: list[Line] = []
    if not plain and pdf_text.runs_downwards(glyphs):
        lines = _extractor("pdf_vertical").lines_of(path, number)[0]
        result.engine = "pdfminer"
        vertical = sum(len(line.glyphs) for line in lines if line.direction == "v")
        result.direction = "v" if vertical * 2 > sum(len(line.glyphs) for line in lines) else "h"
    elif not plain and visible >= 10 and pdf_tables.has_rules(page):
        lines, result.tables = pdf_tables.lines_with_tables(
            glyphs, _extractor("pdf_cells").find(path, number)
        )
    if not lines:
        lines = pdf_text.lines_of(glyphs)
        result.engine, result.direction = "pdfium", "h"
    if turns:  # pdfium's own order is upset by it
        lines.sort(key=lambda line: (round(line.glyphs[0].middle[1] / 4), line.glyphs[0].x0))
        pdf_text.turn_back(lines, frame, turns)
    _keep(result, lines, run_length=1 if turns in (1, 2) else None)
    if not result.needs_ocr and is_broken(result.text):
        second = [] if plain else _extractor("pdf_vertical").lines_of(path, number)[0]
        if second and not is_broken("".join(line.text for line in second)):
            result.engine, result.tables = "pdfminer", []
            _keep(result, second)
        else:
            result.needs_ocr = "broken"
    page.close()
    return result


def _extractor(name: str) -> Any:
    """Load an extractor that few pages need: pdfminer and pdfplumber take 0.4 s to import."""
    return importlib.import_module(f"groupware.ingestion.parsers.{name}")


def _keep(result: PageText, lines: list[Line], *, run_length: int | None = None) -> None:
    """Put lines into the result; text that runs against its box is kept character by character."""
    text, words = compose(lines, result.width, result.height, run_length=run_length)
    result.text, result.words = text, [list(word) for word in words]
    result.numbers = personal_number.count(text)


def _contents(page: pypdfium2.PdfPage, area: float) -> tuple[float, bool, int]:
    """Return the share of the page under pictures, whether all text is invisible, drawn paths."""
    covered = 0.0
    texts = hidden = drawn = 0
    for index, item in enumerate(page.get_objects(max_depth=3)):
        if index > 20_000:
            break
        if item.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = item.get_bounds()
            covered += max(0.0, right - left) * max(0.0, top - bottom)
        elif item.type == pdfium.FPDF_PAGEOBJ_PATH:
            drawn += 1
        elif item.type == pdfium.FPDF_PAGEOBJ_TEXT:
            texts += 1
            hidden += pdfium.FPDFTextObj_GetTextRenderMode(item.raw) == INVISIBLE
    return min(1.0, covered / area if area else 0.0), texts > 0 and hidden == texts, drawn
