"""From spans of a page's text to boxes on the page.

Words carry [start, end, x, y, w, h, confidence, line, direction]: code points, thousandths. A
span may begin or end inside a word; the box is then cut in proportion.
"""

from collections.abc import Sequence
from typing import Any

from search.registry import Box

Word = Sequence[Any]
PADDING = 2.0  # thousandths on each side, so that a frame does not touch the ink


def of_span(words: Sequence[Word], span: tuple[int, int]) -> list[Box]:
    """One box per line that the span touches, in the order of reading."""
    parts: dict[tuple[int, str], list[tuple[float, float, float, float]]] = {}
    for word in words:
        start, end, x, y, w, h, _confidence, line, direction = word[:9]
        first, last = max(span[0], start), min(span[1], end)
        if first >= last or end <= start:
            continue
        before, after = (first - start) / (end - start), (last - start) / (end - start)
        if direction == "v":
            piece = (x, y + h * before, x + w, y + h * after)
        else:
            piece = (x + w * before, y, x + w * after, y + h)
        parts.setdefault((int(line), str(direction)), []).append(piece)
    return [_around(pieces, direction) for (_line, direction), pieces in parts.items()]


def _around(pieces: list[tuple[float, float, float, float]], direction: str) -> Box:
    left = max(min(piece[0] for piece in pieces) - PADDING, 0)
    top = max(min(piece[1] for piece in pieces) - PADDING, 0)
    right = min(max(piece[2] for piece in pieces) + PADDING, 1000)
    bottom = min(max(piece[3] for piece in pieces) + PADDING, 1000)
    return Box(
        x=round(left, 1),
        y=round(top, 1),
        w=round(right - left, 1),
        h=round(bottom - top, 1),
        direction=direction,
    )
