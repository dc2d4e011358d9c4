"""PNG, JPEG and TIFF: every frame is a scanned page."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from groupware.ingestion.parsers import pictures
from groupware.ingestion.parsers.page import PageText
from groupware.ingestion.sandbox.child import Session

A4_WIDTH = 595.0  # points, for pictures that do not say their resolution


def check(path: Path) -> list[str]:
    """Pictures carry no flags; what they hide was looked for when sniffing."""
    return []


def start(session: Session, limit: int) -> int:
    """Return the number of frames. Raises Refused."""
    with pictures.open_image(session.source) as image:
        return pictures.count_frames(image, limit)


def numbers(session: Session, first: int, last: int) -> list[int]:
    """A picture has no text of its own; OCR looks for numbers."""
    return []


def page(session: Session, number: int, *, plain: bool) -> tuple[PageText, Image.Image | None]:
    """Return the frame upright; its text is left to OCR."""
    image, dpi = pictures.frame(session.source, number)
    points = 72 / dpi if 50 <= dpi <= 1300 else A4_WIDTH / min(image.size)
    return PageText(image.width * points, image.height * points, needs_ocr="scan"), image


def raster(session: Session, number: int) -> Image.Image:
    """Return the frame at a size good for OCR."""
    return pictures.for_ocr(pictures.frame(session.source, number)[0])
