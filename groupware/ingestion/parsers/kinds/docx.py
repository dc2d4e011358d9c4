"""Word files as such: the guards' look, and text per heading where no PDF can be made."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from groupware.ingestion.parsers import archive, docx_text, personal_number
from groupware.ingestion.parsers.page import PageText
from groupware.ingestion.sandbox.child import Refused, Session

A4 = (595.0, 842.0)


def check(path: Path) -> list[str]:
    """Return the flags of the file. Raises Refused."""
    return archive.check_docx(path)


def start(session: Session, limit: int) -> int:
    """Return how many sections the text falls into. Raises Refused."""
    session.kept["texts"] = docx_text.sections(session.source)
    return len(session.kept["texts"])


def numbers(session: Session, first: int, last: int) -> list[int]:
    """Search the whole file, notes and headers too; its pages do not exist yet: page 1 is named."""
    return [1] if first == 1 and personal_number.count(docx_text.all_text(session.source)) else []


def page(session: Session, number: int, *, plain: bool) -> tuple[PageText, Image.Image | None]:
    """Return the text of a section; it has no picture."""
    result = PageText(*A4, engine="docx")
    result.text = session.kept["texts"][number - 1]
    result.numbers = personal_number.count(result.text)
    return result, None


def raster(session: Session, number: int) -> Image.Image:
    """Word text needs no OCR."""
    raise Refused("damaged_page", page=number)
