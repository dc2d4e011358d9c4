"""Text files: which encoding, and how they fall into pages."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from groupware.ingestion.parsers import legibility

LINES_PER_PAGE = 50
COLUMNS = 80  # half-width cells; longer lines are wrapped for the page, not in the file
BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
LEGACY = ("cp932", "euc_jp")


def decode(data: bytes) -> tuple[str, str] | None:
    """Return (text, encoding) or None when these bytes are no text.

    `data` may be cut in the middle of a character: a broken last character is forgiven.
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            text = _try(data, encoding)
            return (text, encoding) if text is not None and not _binary(text) else None
    if b"\x00" in data:
        return None
    if b"\x1b$" in data or b"\x1b(" in data:
        text = _try(data, "iso2022_jp_2")
        if text is not None and "\x1b" not in text:
            return text, "iso2022_jp_2"
    text = _try(data, "utf-8")
    if text is not None:
        return None if _binary(text) else (text, "utf-8")
    candidates = [(decoded, name) for name in LEGACY if (decoded := _try(data, name)) is not None]
    candidates = [(decoded, name) for decoded, name in candidates if not _binary(decoded)]
    return max(candidates, key=lambda found: _score(found[0]), default=None)


def _try(data: bytes, encoding: str) -> str | None:
    for cut in range(4):
        try:
            return data[: len(data) - cut].decode(encoding)
        except UnicodeDecodeError as error:
            if error.end < len(data) - cut - 4:
                return None
    return None


def _binary(text: str) -> bool:
    controls = sum(unicodedata.category(c) == "Cc" and c not in "\t\n\r\f\x1a" for c in text)
    return controls > max(1, len(text) // 200)


def _score(text: str) -> float:
    """Judge a decoding: half-width kana in quantity is the sign of EUC read as cp932."""
    half = sum(0xFF61 <= ord(char) <= 0xFF9F for char in text)
    return legibility.likeness(text) - 2.0 * half / max(1, len(text))


def pages_of(text: str) -> list[str]:
    """Cut a text into pages: at form feeds, else after LINES_PER_PAGE wrapped lines."""
    pages: list[str] = []
    for part in text.replace("\r\n", "\n").replace("\r", "\n").replace("\x1a", "").split("\f"):
        lines = [piece for line in part.expandtabs(4).split("\n") for piece in wrap(line)]
        for start in range(0, max(1, len(lines)), LINES_PER_PAGE):
            pages.append("\n".join(lines[start : start + LINES_PER_PAGE]).rstrip("\n"))
    while len(pages) > 1 and not pages[-1].strip():
        pages.pop()
    return pages


def wrap(line: str) -> Iterator[str]:
    """Yield the pieces of a line that are at most COLUMNS cells wide."""
    piece, width = "", 0
    for char in line:
        cells = 2 if unicodedata.east_asian_width(char) in "WFA" else 1
        if width + cells > COLUMNS:
            yield piece
            piece, width = "", 0
        piece += char
        width += cells
    yield piece
