"""Tesseract 5 with Debian's jpn and jpn_vert, called as a program on an image that we wrote.

Its words carry spaces between Japanese characters; words are joined here by their places.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from groupware.ingestion.engines.base import EngineError, Recognised
from groupware.ingestion.layout import Glyph, Line, is_japanese, spread

PROGRAM = "/usr/bin/tesseract"
SECONDS = 100


class TesseractEngine:
    """Clean print. mode: "h" (jpn, psm 3) or "v" (jpn_vert, psm 5)."""

    MODES = {"h": ("jpn", "3"), "v": ("jpn_vert", "5")}

    def __init__(self, mode: str = "h") -> None:
        """Raises EngineError when the program is not there."""
        if not shutil.which(PROGRAM):
            raise EngineError("tesseract is not installed")
        self.mode = mode
        self.name = "tesseract" if mode == "h" else "tesseract-vert"

    def read(self, image: Image.Image) -> Recognised:
        """Recognise a page; see engines.base.Engine."""
        language, layout = self.MODES[self.mode]
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "page.pgm"
            image.convert("L").save(source)
            options = ["-l", language, "--psm", layout, "--dpi", "300", "tsv"]
            output = _run([PROGRAM, str(source), "stdout", *options])
        lines = [_line(words, self.mode) for words in _words(output)]
        lines = [line for line in lines if line.glyphs]
        weight = sum(len(line.glyphs) for line in lines)
        sure = sum(glyph.confidence for line in lines for glyph in line.glyphs)
        return Recognised(self.name, lines, sure / weight if weight else 0.0)


def quarter_turns(image: Image.Image) -> int:
    """Return by how many quarter turns (counter-clockwise) the page must be turned to stand.

    Tesseract's orientation detection; 0 when it is not sure or there is too little text.
    """
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "page.pgm"
        image.convert("L").save(source)
        try:
            output = _run([PROGRAM, str(source), "stdout", "--psm", "0", "--dpi", "300"])
        except EngineError:
            return 0
    found = dict(line.split(":", 1) for line in output.splitlines() if ":" in line)
    try:
        degrees, sure = int(found["Rotate"]), float(found["Orientation confidence"])
    except (KeyError, ValueError):
        return 0
    return (4 - degrees // 90) % 4 if sure >= 2.0 else 0


def _run(command: list[str]) -> str:
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=SECONDS, env=environment, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineError(str(error)) from error
    if done.returncode:
        raise EngineError(done.stderr.decode("utf-8", "replace")[-300:])
    return done.stdout.decode("utf-8", "replace")


def _words(output: str) -> Iterator[list[dict[str, str]]]:
    """Yield the words of each line of Tesseract's table."""
    key: tuple[str, ...] = ()
    words: list[dict[str, str]] = []
    for row in csv.DictReader(output.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] != "5" or not (row["text"] or "").strip():
            continue
        current = (row["block_num"], row["par_num"], row["line_num"])
        if words and current != key:
            yield words
            words = []
        key = current
        words.append(row)
    if words:
        yield words


def _line(words: list[dict[str, str]], mode: str) -> Line:
    line = Line(direction=mode)
    for row in words:
        left, top = float(row["left"]), float(row["top"])
        width, height = float(row["width"]), float(row["height"])
        confidence = max(0.0, float(row["conf"])) / 100
        if mode == "v":
            ends, thickness = ((left + width / 2, top), (left + width / 2, top + height)), width
        else:
            ends, thickness = ((left, top + height / 2), (left + width, top + height / 2)), height
        piece = spread(row["text"], *ends, thickness, direction=mode, confidence=confidence)
        last = line.glyphs[-1] if line.glyphs else None
        if last is not None and not (is_japanese(last.text) or is_japanese(piece.glyphs[0].text)):
            line.glyphs.append(Glyph(" ", last.x1, last.y0, left, last.y1))
        line.glyphs += piece.glyphs
    return line
