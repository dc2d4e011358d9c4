"""Characters with places, put together to text with word boxes; shared by PDF text and OCR.

Coordinates come in any unit with y growing downwards and leave as thousandths of the page.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

RUN_LENGTH = 8  # characters of one script that share a box; inside it they are evenly spaced


class Word(NamedTuple):
    """A run of characters and its box, as stored in `Page.words`.

    start/end: code point offsets; x y w h: thousandths of the page; confidence 0–100.
    """

    start: int
    end: int
    x: int
    y: int
    w: int
    h: int
    confidence: int
    line: int
    direction: str


class Box(NamedTuple):
    """A rectangle on the page in thousandths."""

    x: int
    y: int
    w: int
    h: int
    line: int = 0


@dataclass(slots=True)
class Glyph:
    """One character (or a ligature's characters) and its place; confidence 0..1."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float = 1.0

    @property
    def middle(self) -> tuple[float, float]:
        """The centre of the box."""
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2


@dataclass(slots=True)
class Line:
    """Glyphs in reading order; white space between them is a glyph without a box of its own."""

    glyphs: list[Glyph] = field(default_factory=list)
    direction: str = "h"

    @property
    def text(self) -> str:
        """The characters of the line."""
        return "".join(glyph.text for glyph in self.glyphs)


def script(char: str) -> str:
    """Return the class of a character: kanji, hiragana, katakana, word, space or mark."""
    code = ord(char)
    if char.isspace():
        return "space"
    if 0x3041 <= code <= 0x309F:
        return "hiragana"
    if 0x30A1 <= code <= 0x30FF or 0x31F0 <= code <= 0x31FF or 0xFF66 <= code <= 0xFF9F:
        return "katakana"
    if 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or code >= 0x20000 or char in "々〆〇":
        return "kanji"
    return "word" if unicodedata.category(char)[0] in "LN" else "mark"


def is_japanese(char: str) -> bool:
    """Whether white space beside the character carries no meaning."""
    return script(char) in ("kanji", "hiragana", "katakana") or 0x3000 <= ord(char) <= 0x303F


def compose(
    lines: Iterable[Line], width: float, height: float, *, run_length: int | None = None
) -> tuple[str, list[Word]]:
    """Return the text, line by line, and the boxes of its runs (`run_length` characters)."""
    longest = run_length or RUN_LENGTH
    parts: list[str] = []
    words: list[Word] = []
    offset = 0
    for number, line in enumerate(lines):
        if number:
            parts.append("\n")
            offset += 1
        for start, run in _runs(line.glyphs, longest):
            box = _enclosing(run, width, height)
            length = sum(len(glyph.text) for glyph in run)
            confidence = round(100 * sum(glyph.confidence for glyph in run) / len(run))
            begin = offset + start
            words.append(Word(begin, begin + length, *box, confidence, number, line.direction))
        parts.append(line.text)
        offset += len(parts[-1])
    return "".join(parts), words


def _runs(glyphs: Sequence[Glyph], longest: int) -> Iterator[tuple[int, list[Glyph]]]:
    """Yield (offset in the line, glyphs) of runs of one script, white space left out."""
    run: list[Glyph] = []
    kind = ""
    offset = begin = 0
    for glyph in glyphs:
        current = script(glyph.text[0]) if glyph.text else "space"
        if run and (current != kind or len(run) >= longest or _ends(run[-1], glyph, kind)):
            yield begin, run
            run = []
        if current != "space":
            if not run:
                begin, kind = offset, current
            run.append(glyph)
        offset += len(glyph.text)
    if run:
        yield begin, run


def _ends(last: Glyph, glyph: Glyph, kind: str) -> bool:
    """Whether a run ends although the script goes on: unlike marks, or a jump in place."""
    if kind == "mark" and last.text != glyph.text:
        return True
    size = max(last.x1 - last.x0, last.y1 - last.y0, glyph.x1 - glyph.x0, glyph.y1 - glyph.y0)
    (ax, ay), (bx, by) = last.middle, glyph.middle
    return abs(bx - ax) > 2 * size or abs(by - ay) > 2 * size


def _enclosing(run: Sequence[Glyph], width: float, height: float) -> tuple[int, int, int, int]:
    x0 = _thousandths(min(glyph.x0 for glyph in run), width)
    y0 = _thousandths(min(glyph.y0 for glyph in run), height)
    x1 = _thousandths(max(glyph.x1 for glyph in run), width)
    y1 = _thousandths(max(glyph.y1 for glyph in run), height)
    return x0, y0, max(1, x1 - x0), max(1, y1 - y0)


def _thousandths(value: float, whole: float) -> int:
    return max(0, min(1000, round(1000 * value / whole))) if whole else 0


def spread(
    text: str,
    start: tuple[float, float],
    end: tuple[float, float],
    thickness: float,
    *,
    direction: str,
    confidence: float,
) -> Line:
    """Split the box of a whole line into characters, full-width ones twice as long as others.

    `start` and `end` are the ends of the line's middle axis, so a skewed line gets stepping boxes.
    """
    weights = [0.0 if unicodedata.combining(c) else (2.0 if _wide(c) else 1.0) for c in text]
    total = sum(weights) or 1.0
    shares, done = [], 0.0
    for weight in weights:
        shares.append((done / total, (done + weight) / total))
        done += weight
    return _laid(text, shares, start, end, thickness, direction=direction, confidence=confidence)


def place(
    text: str,
    middles: Sequence[float | None],
    start: tuple[float, float],
    end: tuple[float, float],
    thickness: float,
    *,
    direction: str,
    confidence: float,
) -> Line:
    """Lay characters where the engine saw them: `middles` are shares (0 to 1) of the line's axis.

    None stands for a space. A character reaches half-way to its neighbours, but not further than
    its own size, so letter-spaced text does not get boxes over the gaps.
    """
    length = math.dist(start, end) or 1.0
    seen = [(number, share) for number, share in enumerate(middles) if share is not None]
    shares: list[tuple[float, float]] = [(0.0, 0.0)] * len(text)
    for turn, (number, share) in enumerate(seen):
        reach = thickness / length * (0.55 if _wide(text[number]) else 0.35)
        before = share - seen[turn - 1][1] if turn else 2 * reach
        after = seen[turn + 1][1] - share if turn + 1 < len(seen) else 2 * reach
        shares[number] = (
            max(0.0, share - min(reach, max(before, 0.0) / 2)),
            min(1.0, share + min(reach, max(after, 0.0) / 2)),
        )
    for number, middle in enumerate(middles):
        if middle is None:
            edge = shares[number - 1][1] if number else 0.0
            shares[number] = (edge, edge)
    return _laid(text, shares, start, end, thickness, direction=direction, confidence=confidence)


def _laid(
    text: str,
    shares: Sequence[tuple[float, float]],
    start: tuple[float, float],
    end: tuple[float, float],
    thickness: float,
    *,
    direction: str,
    confidence: float,
) -> Line:
    line = Line(direction=direction)
    half = thickness / 2
    for char, span in zip(text, shares, strict=True):
        (ax, ay), (bx, by) = (
            tuple(a + (b - a) * share for a, b in zip(start, end, strict=True)) for share in span
        )
        if direction == "v":
            middle = (ax + bx) / 2
            glyph = Glyph(char, middle - half, ay, middle + half, by, confidence)
        else:
            middle = (ay + by) / 2
            glyph = Glyph(char, ax, middle - half, bx, middle + half, confidence)
        line.glyphs.append(glyph)
    return line


def _wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WFA"
