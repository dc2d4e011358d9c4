"""Boxes of found words for the search and the viewer: ingestion's rectangles with a little air."""

from collections.abc import Sequence
from typing import Any

from groupware.ingestion.boxes import boxes_of
from search.registry import Box

Word = Sequence[Any]  # [start, end, x, y, w, h, confidence, line, direction], see ingestion
PADDING = 2.0  # thousandths on each side, so that a frame does not touch the ink


def of_span(words: Sequence[Word], span: tuple[int, int]) -> list[Box]:
    """One box per line that the span of code points touches, in the order of reading."""
    start, end = span
    directions = {word[7]: word[8] for word in words if word[0] < end and word[1] > start}
    return [
        _with_air(box.x, box.y, box.w, box.h, directions.get(box.line, "h"))
        for box in boxes_of(words, start, end)
    ]


def _with_air(x: float, y: float, width: float, height: float, direction: str) -> Box:
    left, top = max(x - PADDING, 0), max(y - PADDING, 0)
    right, bottom = min(x + width + PADDING, 1000), min(y + height + PADDING, 1000)
    return Box(x=left, y=top, w=right - left, h=bottom - top, direction=direction)
