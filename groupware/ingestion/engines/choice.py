"""Which engine reads a page: the one whose expected error is lowest, measured on the page itself.

RapidOCR goes first: on degraded office prints its error was .005–.013 where Tesseract's was
.014–.18 (docs/ingestion.md). Where its own result is poor, the page's orientation is asked for,
then Tesseract reads it too (vertical model for vertical pages), and the better reading is kept.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PIL import Image

from groupware.ingestion.engines import geometry, tesseract
from groupware.ingestion.engines.base import Engine, EngineError, Recognised
from groupware.ingestion.engines.rapid import RapidEngine
from groupware.ingestion.engines.tesseract import TesseractEngine
from groupware.ingestion.layout import Glyph, Line, Word, compose
from groupware.ingestion.parsers.legibility import likeness

# Character error rate per point of missing confidence, from twelve pages of known text.
SLOPE = {"rapid": 1.2, "tesseract": 0.5, "tesseract-vert": 0.5}
GOOD = 0.08  # expected error up to which no second opinion is asked for
# Degrees. Below, turning gains nothing (.0049 and .0057 against .0049 and .0048 at 0.8 and 0.6)
# and costs a tenth of the page.
WORTH_TURNING = 1.0
TURN = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)

FACTORIES: dict[str, Callable[[], Engine]] = {
    "rapid": RapidEngine,
    "tesseract": TesseractEngine,
    "tesseract-vert": functools.partial(TesseractEngine, "v"),
}


@dataclass(slots=True)
class Reading:
    """A page read: text, boxes on the page as it was handed in, and who read it."""

    text: str
    words: list[Word]
    engine: str
    confidence: float
    direction: str
    turned: int  # quarter turns (counter-clockwise) after which the text stood upright


@functools.cache
def engine(name: str) -> Engine:
    """Return the engine, loaded once. Raises EngineError when it is not installed."""
    return FACTORIES[name]()


def expected_error(found: Recognised) -> float:
    """Return the estimated character error rate of a reading; 1 for an empty one."""
    if not found.characters:
        return 1.0
    odd = 1 - likeness("".join(line.text for line in found.lines))
    return min(1.0, SLOPE.get(found.engine, 1.0) * (1 - found.confidence) + odd)


def read(image: Image.Image, *, only: str = "") -> Reading:
    """Read a page image. `only` names one engine: what is done after another one failed.

    Raises EngineError when no engine can work.
    """
    best, angle = _upright(image, only)
    turns = 0
    upright = image
    if not only and _poor(best):
        turns = tesseract.quarter_turns(image)
        if turns:
            upright = image.transpose(TURN[turns - 1])
            turned, turned_angle = _upright(upright, only)
            if _cost(turned, best) <= _cost(best, turned):
                best, angle = turned, turned_angle
            else:
                turns, upright = 0, image
        best = _second_opinion(upright, angle, best)
    width, height = upright.size
    lines = [_placed(line, angle, width, height, turns) for line in best.lines]
    run = 1 if turns in (2, 3) else None  # such text runs against the box: no cutting inside runs
    text, words = compose(lines, image.width, image.height, run_length=run)
    return Reading(text, words, best.engine, best.confidence, best.direction, turns)


def _upright(image: Image.Image, only: str) -> tuple[Recognised, float]:
    angle = geometry.skew_of(image)
    if abs(angle) < WORTH_TURNING:
        angle = 0.0
    straight = geometry.turn(image, angle) if angle else image
    failure: EngineError | None = None
    for name in [only] if only else ["rapid", "tesseract"]:
        try:
            return engine(name).read(straight), angle
        except EngineError as error:
            failure = error
    raise failure or EngineError(only)


def _poor(found: Recognised) -> bool:
    return found.characters > 0 and expected_error(found) > GOOD


def _second_opinion(image: Image.Image, angle: float, first: Recognised) -> Recognised:
    straight = geometry.turn(image, angle) if angle else image
    best = first
    for name in _others(first):
        try:
            other = engine(name).read(straight)
        except EngineError:
            continue
        if _cost(other, best) < _cost(best, other):
            best = other
    return best


def _others(first: Recognised) -> Iterator[str]:
    if first.engine != "rapid":
        yield "rapid"
    yield "tesseract-vert" if first.direction == "v" else "tesseract"


def _cost(found: Recognised, other: Recognised) -> float:
    """Expected error, with what the other engine found and this one missed counted as errors."""
    most = max(found.characters, other.characters, 1)
    missed = 1 - found.characters / most
    return missed + (1 - missed) * expected_error(found)


def _placed(line: Line, angle: float, width: int, height: int, turns: int) -> Line:
    """Move a line from the straightened image back to the page as it was handed in."""
    if not angle and not turns:
        return line
    direction = line.direction if turns % 2 == 0 else ("v" if line.direction == "h" else "h")
    placed = Line(direction=direction)
    for glyph in line.glyphs:
        x, y = geometry.turn_back(*glyph.middle, angle, width, height)
        half_width, half_height = (glyph.x1 - glyph.x0) / 2, (glyph.y1 - glyph.y0) / 2
        if turns == 1:
            x, y = height - y, x
        elif turns == 2:
            x, y = width - x, height - y
        elif turns == 3:
            x, y = y, width - x
        if turns % 2:
            half_width, half_height = half_height, half_width
        placed.glyphs.append(
            Glyph(
                glyph.text, x - half_width, y - half_height, x + half_width, y + half_height,
                glyph.confidence,
            )
        )  # fmt: skip
    return placed
