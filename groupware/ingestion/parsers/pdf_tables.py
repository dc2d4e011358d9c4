"""Pages with ruled tables: whether there are rules, and characters put into their cells."""

from __future__ import annotations

from dataclasses import dataclass, field

import pypdfium2
import pypdfium2.raw as pdfium

from groupware.ingestion.layout import Glyph, Line
from groupware.ingestion.parsers.pdf_text import lines_of

MIN_RULES = 3
MAX_PATHS = 3000  # drawings and maps: looking for cells would take minutes
Rectangle = tuple[float, float, float, float]


@dataclass(slots=True)
class Table:
    """A ruled table: its box and rows of cells; None where a merged cell swallowed one."""

    box: Rectangle
    rows: list[list[Rectangle | None]] = field(default_factory=list)

    def holds(self, glyph: Glyph) -> bool:
        """Whether the middle of the character lies in the table."""
        return _inside(self.box, glyph)


def _inside(box: Rectangle, glyph: Glyph) -> bool:
    x, y = glyph.middle
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def has_rules(page: pypdfium2.PdfPage) -> bool:
    """Whether enough straight lines are drawn for a table; cheap, most pages end here."""
    flat = upright = boxes = 0
    drawn = page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_PATH,), max_depth=3)
    for paths, item in enumerate(drawn, start=1):
        if paths > MAX_PATHS:
            return False
        left, bottom, right, top = item.get_bounds()
        width, height = right - left, top - bottom
        if height < 2.5 and width > 20:
            flat += 1
        elif width < 2.5 and height > 6:
            upright += 1
        elif width > 15 and height > 6:
            boxes += 1
    return (
        (flat >= MIN_RULES and upright >= 2) or boxes >= 4 or (boxes >= 1 and flat + upright >= 3)
    )


def lines_with_tables(
    glyphs: list[Glyph], tables: list[Table]
) -> tuple[list[Line], list[list[list[str]]]]:
    """Return lines in which a table row is one line with its cells set off by tabs, and the cells.

    A table stands where its first character stood; text between cells keeps its place.
    """
    lines: list[Line] = []
    cells: list[list[list[str]]] = []
    outside: list[Glyph] = []
    seen: set[int] = set()
    for glyph in glyphs:
        index = next((i for i, table in enumerate(tables) if table.holds(glyph)), None)
        if index is None:
            outside.append(glyph)
        elif index not in seen:
            seen.add(index)
            lines += lines_of(outside)
            outside = []
            table_lines, rows = _rows(tables[index], glyphs)
            lines += table_lines
            cells.append(rows)
    return lines + lines_of(outside), cells


def _rows(table: Table, glyphs: list[Glyph]) -> tuple[list[Line], list[list[str]]]:
    mine = [glyph for glyph in glyphs if table.holds(glyph)]
    taken: set[int] = set()
    lines: list[Line] = []
    rows: list[list[str]] = []
    for row in table.rows:
        line = Line()
        texts: list[str] = []
        for cell in row:
            inside = [g for g in mine if cell and id(g) not in taken and _inside(cell, g)]
            taken.update(id(glyph) for glyph in inside)
            glyph_lines = lines_of(inside)
            if texts and line.glyphs:
                last = line.glyphs[-1]
                line.glyphs.append(Glyph("\t", last.x1, last.y0, last.x1, last.y1))
            texts.append("".join(part.text for part in glyph_lines))
            for part in glyph_lines:
                line.glyphs += part.glyphs
        rows.append(texts)
        while line.glyphs and line.glyphs[-1].text == "\t":
            line.glyphs.pop()
        if line.glyphs:
            lines.append(line)
    rest = [glyph for glyph in mine if id(glyph) not in taken]
    return lines + lines_of(rest), rows
