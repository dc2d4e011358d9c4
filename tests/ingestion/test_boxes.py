"""Text offsets to boxes: in runs, across runs, in columns, on skewed lines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from groupware.ingestion.boxes import boxes_of
from groupware.ingestion.layout import Box, Glyph, Line, compose, place, spread

WIDTH, HEIGHT = 1000.0, 1000.0


def line(text: str, x: float = 100, y: float = 100, size: float = 20) -> Line:
    """A horizontal line of square characters."""
    return Line(
        [Glyph(c, x + i * size, y, x + (i + 1) * size, y + size) for i, c in enumerate(text)]
    )


def test_a_word_inside_a_run_gets_its_own_share() -> None:
    text, words = compose([line("下水道条例の改正")], WIDTH, HEIGHT)
    start = text.index("条例")
    assert boxes_of(words, start, start + 2) == [Box(160, 100, 40, 20, 0)]


def test_a_word_across_runs_and_lines() -> None:
    text, words = compose([line("住民票の"), line("写し", y=140)], WIDTH, HEIGHT)
    assert text == "住民票の\n写し"
    assert boxes_of(words, 3, 7) == [Box(160, 100, 20, 20, 0), Box(100, 140, 40, 20, 1)]


def test_a_column_is_cut_downwards() -> None:
    column = spread("水道事業計画", (900, 100), (900, 220), 20, direction="v", confidence=0.9)
    _text, words = compose([column], WIDTH, HEIGHT)
    assert boxes_of(words, 2, 4) == [Box(890, 140, 20, 40, 0)]
    assert words[0].confidence == 90


def test_half_width_characters_take_half_the_room() -> None:
    row = spread("FAXを", (0, 10), (100, 10), 20, direction="h", confidence=1)
    assert [round(glyph.x1 - glyph.x0) for glyph in row.glyphs] == [20, 20, 20, 40]


def test_characters_stand_where_the_engine_saw_them() -> None:
    row = place(
        "市 長", [0.1, None, 0.9], (0, 10), (200, 10), 20, direction="h", confidence=1
    )  # letter-spaced (均等割付): no box over the gap
    first, space, last = row.glyphs
    assert (round(first.x0), round(first.x1)) == (9, 31)
    assert (round(last.x0), round(last.x1)) == (169, 191)
    assert space.x0 == space.x1
    close = place("夜間", [0.45, 0.55], (0, 10), (200, 10), 20, direction="h", confidence=1)
    assert round(close.glyphs[0].x1) == round(close.glyphs[1].x0) == 100


@given(
    st.lists(st.text("下水道ごみカード123ABC。 ", min_size=1, max_size=30), min_size=1, max_size=6)
)
def test_runs_cover_every_visible_character_exactly_once(rows: list[str]) -> None:
    text, words = compose([line(row, y=50 * i) for i, row in enumerate(rows)], 2000, 2000)
    covered = [False] * len(text)
    for word in words:
        for offset in range(word.start, word.end):
            assert not covered[offset]
            covered[offset] = True
    assert all(covered[i] != text[i].isspace() for i in range(len(text)))
