"""What every recogniser offers, and what it returns.

An engine gets one upright or nearly upright page image that we decoded ourselves, and returns
lines in reading order with a place for each character. To add one: a class with `name` and
`read`, entered in engines.choice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from PIL import Image

from groupware.ingestion.layout import Line
from groupware.ingestion.parsers.legibility import likeness


@dataclass(slots=True)
class Recognised:
    """Lines of a page in reading order. confidence: 0..1, the engine's own, weighted by length."""

    engine: str
    lines: list[Line] = field(default_factory=list)
    confidence: float = 0.0

    @property
    def characters(self) -> int:
        """How many characters were found, white space left out."""
        return sum(not g.text.isspace() for line in self.lines for g in line.glyphs)

    @property
    def direction(self) -> str:
        """h or v: how most characters run."""
        vertical = sum(len(line.glyphs) for line in self.lines if line.direction == "v")
        return "v" if 2 * vertical > sum(len(line.glyphs) for line in self.lines) else "h"

    @property
    def quality(self) -> float:
        """0..1: confidence times how much the characters are those of office prose."""
        return self.confidence * likeness("".join(line.text for line in self.lines)) ** 2


class Engine(Protocol):
    """A recogniser. `read` raises EngineError when it cannot work at all."""

    name: str

    def read(self, image: Image.Image) -> Recognised:
        """Recognise a page (mode L or RGB, about 300 dpi)."""


class EngineError(Exception):
    """The engine is not installed or failed; another may be tried."""
