"""A page image for a text file, so that it can be looked at and marked like any other paper."""

from __future__ import annotations

import functools
import unicodedata
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from groupware.ingestion.layout import Glyph, Line
from groupware.ingestion.parsers.plain import COLUMNS, LINES_PER_PAGE

WIDTH, HEIGHT = 595.0, 842.0  # A4 in points
MARGIN_X, MARGIN_Y = 40.0, 46.0
CELL = (WIDTH - 2 * MARGIN_X) / COLUMNS
PITCH = (HEIGHT - 2 * MARGIN_Y) / LINES_PER_PAGE
SCALE = 150 / 72
FONTS = (
    "/usr/share/fonts/truetype/bizud-gothic/BIZUDGothic-Regular.ttf",
    "/usr/share/fonts/truetype/fonts-japanese-gothic.ttf",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/opentype/ipafont-gothic/ipag.ttf",
)


@functools.cache
def font() -> ImageFont.FreeTypeFont | None:
    """Return the first Japanese font of the machine, None when there is none."""
    for path in FONTS:
        if Path(path).exists():
            return ImageFont.truetype(path, round(2 * CELL * SCALE))
    return None


def lines_of(text: str) -> list[Line]:
    """Return the lines of a page of text with the place of each character, in points."""
    lines = []
    for row, line_text in enumerate(text.split("\n")):
        line, x = Line(), MARGIN_X
        top = MARGIN_Y + row * PITCH
        for char in line_text:
            width = CELL * (2 if unicodedata.east_asian_width(char) in "WFA" else 1)
            line.glyphs.append(Glyph(char, x, top, x + width, top + PITCH * 0.9))
            x += width
        lines.append(line)
    return lines


def draw(lines: list[Line]) -> Image.Image | None:
    """Draw the lines; None without a Japanese font."""
    face = font()
    if face is None:
        return None
    image = Image.new("L", (round(WIDTH * SCALE), round(HEIGHT * SCALE)), 255)
    pen = ImageDraw.Draw(image)
    for line in lines:
        for glyph in line.glyphs:
            if not glyph.text.isspace():
                pen.text((glyph.x0 * SCALE, glyph.y0 * SCALE), glyph.text, 0, face)
    return image
