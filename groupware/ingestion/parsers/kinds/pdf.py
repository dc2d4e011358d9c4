"""PDF: structure by pikepdf, text and images by pdfium."""

from __future__ import annotations

import importlib
from pathlib import Path

from PIL import Image

from groupware.ingestion.parsers import pdf_pages, personal_number
from groupware.ingestion.parsers.page import PageText
from groupware.ingestion.sandbox.child import Session

PREVIEW_DPI = 150
OCR_DPI = 300


def check(path: Path) -> list[str]:
    """Return the flags of the file. Raises Refused."""
    structure = importlib.import_module("groupware.ingestion.parsers.pdf_structure")
    flags: list[str] = structure.check(path)  # qpdf is loaded for this alone
    return flags


def start(session: Session, limit: int) -> int:
    """Open the document and return its pages. Raises Refused."""
    session.kept["pdf"] = pdf_pages.open_document(session.source, limit)
    return len(session.kept["pdf"])


def numbers(session: Session, first: int, last: int) -> list[int]:
    """Return the pages whose text holds personal numbers."""
    found = []
    for number in range(first, last + 1):
        page = session.kept["pdf"][number - 1]
        text = page.get_textpage()
        if personal_number.count(text.get_text_range()):
            found.append(number)
        text.close()
        page.close()
    return found


def page(session: Session, number: int, *, plain: bool) -> tuple[PageText, Image.Image | None]:
    """Read a page and draw it."""
    result = pdf_pages.read(session.kept["pdf"], session.source, number, plain=plain)
    return result, _drawn(session, number, PREVIEW_DPI)


def raster(session: Session, number: int) -> Image.Image:
    """Draw a page for OCR."""
    return _drawn(session, number, OCR_DPI)


def _drawn(session: Session, number: int, dpi: int) -> Image.Image:
    opened = session.kept["pdf"][number - 1]
    image = pdf_pages.render(opened, dpi)
    opened.close()
    return image
