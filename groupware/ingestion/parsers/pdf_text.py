"""Text with places from a born-digital PDF page, by pdfium; about 5 ms a page.

pdfium's own spaces and line ends are left aside: in letter-spaced Japanese they stand between
single characters (447 on one page, docs/ingestion.md). Lines are made here from the places.
"""

from __future__ import annotations

import ctypes
import itertools
import math
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from groupware.ingestion.layout import Glyph, Line, is_japanese

MAX_CHARACTERS = 60_000  # of one page; a page that claims more is not a paper
COLUMN_GAP = 2.5  # in character sizes: wider than any letter-spacing seen
WORD_GAP = 0.18  # between Latin letters


@dataclass(slots=True)
class Frame:
    """The visible part of a page: from user space (y up) to the page as seen (y down)."""

    left: float
    bottom: float
    right: float
    top: float
    quarter: int  # clockwise quarter turns

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as seen, in points."""
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.quarter % 2 else (width, height)

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return the point as seen, from the upper left corner."""
        dx, dy = x - self.left, self.top - y
        width, height = self.right - self.left, self.top - self.bottom
        if self.quarter == 1:
            return height - dy, dx
        if self.quarter == 2:
            return width - dx, height - dy
        if self.quarter == 3:
            return dy, width - dx
        return dx, dy


def turns_of(page: pypdfium2.PdfPage, frame: Frame) -> int:
    """Return the clockwise quarter turns after which most text of the page, as seen, is upright."""
    text = page.get_textpage()
    votes = [0, 0, 0, 0]
    for index in range(min(pdfium.FPDFText_CountChars(text), 400)):
        angle = pdfium.FPDFText_GetCharAngle(text, index)
        if angle >= 0 and not pdfium.FPDFText_IsGenerated(text, index):
            votes[round(angle / (math.pi / 2)) % 4] += 1
    text.close()
    return (-votes.index(max(votes)) - frame.quarter) % 4 if any(votes) else 0


def turned(frame: Frame, turns: int) -> Frame:
    """Return the frame in which text that needs `turns` is upright."""
    quarter = (frame.quarter + turns) % 4
    return Frame(frame.left, frame.bottom, frame.right, frame.top, quarter)


def turn_back(lines: list[Line], frame: Frame, turns: int) -> None:
    """Move lines made in the turned frame to the page as seen."""
    width, height = frame.size
    for line in lines:
        if turns % 2:
            line.direction = "v" if line.direction == "h" else "h"
        for glyph in line.glyphs:
            points = [(glyph.x0, glyph.y0), (glyph.x1, glyph.y1)]
            if turns == 1:
                points = [(y, height - x) for x, y in points]
            elif turns == 2:
                points = [(width - x, height - y) for x, y in points]
            else:
                points = [(width - y, x) for x, y in points]
            (ax, ay), (bx, by) = points
            glyph.x0, glyph.x1 = min(ax, bx), max(ax, bx)
            glyph.y0, glyph.y1 = min(ay, by), max(ay, by)


def frame_of(page: pypdfium2.PdfPage) -> Frame:
    """Return the frame of a page: crop box cut by media box, and rotation."""
    left, bottom, right, top = page.get_bbox()
    return Frame(left, bottom, right, top, (page.get_rotation() // 90) % 4)


def glyphs_of(page: pypdfium2.PdfPage, frame: Frame) -> list[Glyph]:
    """Return the characters in the order of the content stream, real white space included."""
    text = page.get_textpage()
    count = min(pdfium.FPDFText_CountChars(text), MAX_CHARACTERS)
    rectangle = pdfium.FS_RECTF()
    reference = ctypes.byref(rectangle)
    glyphs: list[Glyph] = []
    pending = 0
    width, height = frame.size
    for index in range(count):
        if pdfium.FPDFText_IsGenerated(text, index) == 1:
            continue
        code = pdfium.FPDFText_GetUnicode(text, index)
        if 0xD800 <= code < 0xDC00:
            pending = code
            continue
        if 0xDC00 <= code < 0xE000:
            if not pending:
                continue
            code = 0x10000 + ((pending - 0xD800) << 10) + (code - 0xDC00)
        pending = 0
        char = _readable(code)
        if not char or not pdfium.FPDFText_GetLooseCharBox(text, index, reference):
            continue
        ax, ay = frame.place(rectangle.left, rectangle.top)
        bx, by = frame.place(rectangle.right, rectangle.bottom)
        glyph = Glyph(char, min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
        x, y = glyph.middle
        if -2 <= x <= width + 2 and -2 <= y <= height + 2:
            glyphs.append(glyph)
    text.close()
    return glyphs


def _readable(code: int) -> str:
    if code == 2:
        return "-"  # pdfium's mark for a hyphen at the end of a line
    if code in (0, 0xFFFE, 0xFFFF) or (code < 32 and code not in (9, 10, 13)):
        return ""
    return " " if code in (9, 10, 13, 0xA0) else chr(code)


def runs_downwards(glyphs: list[Glyph]) -> bool:
    """Whether most characters advance downwards: the page is set vertically."""
    down = across = 0
    visible = [glyph for glyph in glyphs if not glyph.text.isspace()]
    for before, after in itertools.pairwise(visible):
        (ax, ay), (bx, by) = before.middle, after.middle
        size = max(before.x1 - before.x0, before.y1 - before.y0, 1.0)
        dx, dy = bx - ax, by - ay
        if abs(dx) < 0.4 * size and 0.3 * size < dy < 2.5 * size:
            down += 1
        elif abs(dy) < 0.4 * size and 0.1 * size < dx < 4 * size:
            across += 1
    return down > 8 and down > 1.5 * across


def lines_of(glyphs: list[Glyph]) -> list[Line]:
    """Put horizontal glyphs into lines, keeping the order of the content stream."""
    lines: list[Line] = []
    last: Glyph | None = None
    space: Glyph | None = None
    for glyph in glyphs:
        if glyph.text.isspace():
            space = glyph
            continue
        if last is None or _breaks(last, glyph):
            lines.append(Line())
        else:
            gap = _gap(last, glyph, space)
            if gap:
                lines[-1].glyphs.append(Glyph(gap, last.x1, last.y0, glyph.x0, last.y1))
        lines[-1].glyphs.append(glyph)
        last, space = glyph, None
    return lines


def _breaks(last: Glyph, glyph: Glyph) -> bool:
    shared = min(last.y1, glyph.y1) - max(last.y0, glyph.y0)
    smaller = min(last.y1 - last.y0, glyph.y1 - glyph.y0)
    size = max(last.y1 - last.y0, 1.0)
    return shared < 0.4 * smaller or glyph.x0 < last.x0 - 0.5 * size


def _gap(last: Glyph, glyph: Glyph, space: Glyph | None) -> str:
    size = max(min(last.y1 - last.y0, glyph.y1 - glyph.y0), 1.0)
    distance = glyph.x0 - last.x1
    if is_japanese(last.text[-1]) or is_japanese(glyph.text[0]):
        if space is not None and distance > 0.4 * size:
            return space.text
        return " " if distance > COLUMN_GAP * size else ""
    if space is not None:
        return space.text
    return " " if distance > WORD_GAP * size else ""
