"""From a stretch of a page's text to the rectangles that show it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from groupware.ingestion.layout import Box, Word


def boxes_of(words: Iterable[Sequence[Any]], start: int, end: int) -> list[Box]:
    """Return the boxes of the characters `start` to `end` (code point offsets into `Page.text`).

    A stored box covers a run of evenly spaced characters; only the share that was asked for is
    returned, and neighbours on one line are joined to one box. `words` is `Page.words`.
    """
    found: list[tuple[Box, str]] = []
    for item in words:
        word = Word(*item)
        if word.end <= start or word.start >= end:
            continue
        box = _cut(word, max(start, word.start), min(end, word.end))
        if found and found[-1][0].line == word.line and found[-1][1] == word.direction:
            found[-1] = (_join(found[-1][0], box), word.direction)
        else:
            found.append((box, word.direction))
    return [box for box, _direction in found]


def _cut(word: Word, start: int, end: int) -> Box:
    length = word.end - word.start
    first, last = (start - word.start) / length, (end - word.start) / length
    if word.direction == "v":
        top, bottom = round(word.y + word.h * first), round(word.y + word.h * last)
        return Box(word.x, top, word.w, max(1, bottom - top), word.line)
    left, right = round(word.x + word.w * first), round(word.x + word.w * last)
    return Box(left, word.y, max(1, right - left), word.h, word.line)


def _join(one: Box, other: Box) -> Box:
    x, y = min(one.x, other.x), min(one.y, other.y)
    right = max(one.x + one.w, other.x + other.w)
    bottom = max(one.y + one.h, other.y + other.h)
    return Box(x, y, right - x, bottom - y, one.line)
