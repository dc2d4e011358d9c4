"""What a parser child can be asked, in the order in which it is: inspect, numbers, page, raster."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image

from groupware.ingestion.layout import compose
from groupware.ingestion.parsers import (
    archive,
    docx_text,
    pdf_pages,
    pdf_structure,
    personal_number,
    pictures,
    plain,
    sniff,
    text_page,
)
from groupware.ingestion.sandbox.child import Operation, Refused, Session

PREVIEW_DPI = 150
OCR_DPI = 300
IMAGES = ("png", "jpeg", "tiff")


def inspect(session: Session, name: str, page_limit: int) -> dict[str, Any]:
    """Look the whole file over: what it is, how many pages, what to beware of. Raises Refused."""
    path = _path(session)
    found = sniff.sniff(path, name)
    flags: list[str] = []
    if found.kind == "pdf":
        flags = pdf_structure.check(path)
    elif found.kind == "docx":
        flags = archive.check_docx(path)
    pages = _open(session, found.kind, page_limit)
    if pages > page_limit:
        raise Refused("pages", limit=page_limit, pages=pages)
    return {"kind": found.kind, "media_type": found.media_type, "pages": pages, "flags": flags}


def open_again(session: Session, kind: str, page_limit: int) -> dict[str, Any]:
    """Open a file that was inspected before, by another child."""
    return {"pages": _open(session, kind, page_limit)}


def _open(session: Session, kind: str, page_limit: int) -> int:
    path = _path(session)
    session.kept["kind"] = kind
    if kind == "pdf":
        session.kept["pdf"] = pdf_pages.open_document(path, page_limit)
        return len(session.kept["pdf"])
    if kind in IMAGES:
        with pictures.open_image(path) as image:
            return pictures.count_frames(image, page_limit)
    if kind == "text":
        decoded = plain.decode(path.read_bytes())
        if decoded is None:
            raise Refused("wrong_type", found="不明な形式")
        session.kept["texts"] = plain.pages_of(decoded[0])
    else:
        session.kept["texts"] = docx_text.sections(path)
    return len(session.kept["texts"])


def numbers(session: Session, first: int, last: int) -> dict[str, Any]:
    """Return the pages among `first`..`last` whose own text holds personal numbers.

    Of a Word file the whole text is searched and page 1 named: its pages do not exist yet.
    """
    kind = session.kept["kind"]
    if kind == "docx":
        return {"pages": [1] if personal_number.count(docx_text.all_text(_path(session))) else []}
    if kind == "text":
        texts = session.kept["texts"][first - 1 : last]
        return {"pages": [first + i for i, text in enumerate(texts) if personal_number.count(text)]}
    found = []
    if kind == "pdf":
        for number in range(first, last + 1):
            page = session.kept["pdf"][number - 1]
            text = page.get_textpage()
            if personal_number.count(text.get_text_range()):
                found.append(number)
            text.close()
            page.close()
    return {"pages": found}


def page(session: Session, number: int, plain_only: bool = False) -> dict[str, Any]:
    """Read page `number` (from 1): its text, page image and thumbnail. Raises Refused."""
    kind = session.kept["kind"]
    files: dict[str, str] = {}
    if kind == "pdf":
        document = session.kept["pdf"]
        result = pdf_pages.read(document, _path(session), number, plain=plain_only)
        opened = document[number - 1]
        files = pictures.write_page(pdf_pages.render(opened, PREVIEW_DPI), session.scratch, number)
        opened.close()
    elif kind in IMAGES:
        image, dpi = pictures.frame(_path(session), number)
        points = 72 / dpi if 50 <= dpi <= 1300 else 595 / min(image.size)
        result = pdf_pages.PageText(image.width * points, image.height * points, needs_ocr="scan")
        files = pictures.write_page(image, session.scratch, number)
    else:
        result, files = _text_page(session, number)
    return {"page": result.to_json(), "files": files}


def _text_page(session: Session, number: int) -> tuple[pdf_pages.PageText, dict[str, str]]:
    text = session.kept["texts"][number - 1]
    result = pdf_pages.PageText(text_page.WIDTH, text_page.HEIGHT, engine=session.kept["kind"])
    result.text, result.numbers = text, personal_number.count(text)
    if session.kept["kind"] == "docx":
        return result, {}
    lines = text_page.lines_of(text)
    words = compose(lines, result.width, result.height)[1]
    result.words = [list(word) for word in words]
    image = text_page.draw(lines)
    return result, pictures.write_page(image, session.scratch, number) if image else {}


def raster(session: Session, number: int) -> dict[str, Any]:
    """Write page `number` as bare pixels for OCR and return how to read them."""
    image: Image.Image
    if session.kept["kind"] == "pdf":
        opened = session.kept["pdf"][number - 1]
        image = pdf_pages.render(opened, OCR_DPI)
        opened.close()
    else:
        image = pictures.for_ocr(pictures.frame(_path(session), number)[0])
    name = f"raster-{number:04d}.raw"
    (session.scratch / name).write_bytes(image.tobytes())
    return {"raw": name, "mode": image.mode, "width": image.width, "height": image.height}


def _path(session: Session) -> Path:
    if session.path is None:
        raise Refused("empty")
    return session.path


OPERATIONS: dict[str, Operation] = {
    "inspect": inspect,
    "open": open_again,
    "numbers": numbers,
    "page": page,
    "raster": raster,
}
