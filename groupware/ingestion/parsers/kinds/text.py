"""Plain text in any of the encodings of Japan."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from groupware.ingestion.layout import compose
from groupware.ingestion.parsers import personal_number, plain, text_page
from groupware.ingestion.parsers.page import PageText
from groupware.ingestion.sandbox.child import Refused, Session


def check(path: Path) -> list[str]:
    """Text carries no flags."""
    return []


def start(session: Session, limit: int) -> int:
    """Decode the file, cut it into pages and return how many. Raises Refused."""
    decoded = plain.decode(session.source.read_bytes())
    if decoded is None:
        raise Refused("wrong_type", found="不明な形式")
    session.kept["texts"] = plain.pages_of(decoded[0])
    return len(session.kept["texts"])


def numbers(session: Session, first: int, last: int) -> list[int]:
    """Return the pages whose text holds personal numbers."""
    texts = session.kept["texts"][first - 1 : last]
    return [first + i for i, text in enumerate(texts) if personal_number.count(text)]


def page(session: Session, number: int, *, plain: bool) -> tuple[PageText, Image.Image | None]:
    """Return the text of a page, drawn where the machine has a Japanese font."""
    result = PageText(text_page.WIDTH, text_page.HEIGHT, engine="text")
    result.text = session.kept["texts"][number - 1]
    result.numbers = personal_number.count(result.text)
    lines = text_page.lines_of(result.text)
    result.words = [list(word) for word in compose(lines, result.width, result.height)[1]]
    return result, text_page.draw(lines)


def raster(session: Session, number: int) -> Image.Image:
    """Text needs no OCR."""
    raise Refused("damaged_page", page=number)
