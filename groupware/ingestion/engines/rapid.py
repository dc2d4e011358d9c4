"""RapidOCR 3.10 with the PP-OCRv6 small models that its wheel carries; nothing is downloaded.

Detection runs on the page reduced to DETECT_SIDE, recognition on crops of the full page: reduced
crops (what the library does by itself) lose the small print. Columns are ordered here.
"""

from __future__ import annotations

import os
from typing import Any

import cv2
import numpy as np
from PIL import Image

from groupware.ingestion.engines import geometry
from groupware.ingestion.engines.base import EngineError, Recognised
from groupware.ingestion.engines.geometry import Region
from groupware.ingestion.layout import Glyph, Line, is_japanese, place, spread

DETECT_SIDE = 2000  # pixels of the longer side
MIN_SCORE = 0.5


class RapidEngine:
    """Faxes, photographs, stamps, mimeographs; strong on vertical pages too."""

    name = "rapid"

    def __init__(self, threads: int | None = None) -> None:
        """Load the models (2–6 s, 0.3 GB). Raises EngineError when the package is not there."""
        try:
            from rapidocr import RapidOCR  # noqa: PLC0415 - heavy, and only the OCR child pays
        except ImportError as error:
            raise EngineError("rapidocr is not installed") from error
        count = threads or len(os.sched_getaffinity(0))
        self._engine: Any = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.max_side_len": DETECT_SIDE,
                "Global.use_cls": False,
                "EngineConfig.onnxruntime.intra_op_num_threads": count,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )
        self._engine.return_word_box = True  # where on the line each character was seen

    def read(self, image: Image.Image) -> Recognised:
        """Recognise a page; see engines.base.Engine."""
        pixels = cv2.cvtColor(np.asarray(image.convert("RGB"), dtype=np.uint8), cv2.COLOR_RGB2BGR)
        page = np.asarray(pixels, dtype=np.uint8)
        regions = self._detect(page)
        if not regions:
            return Recognised(self.name)
        crops = [geometry.crop(page, region.corners) for region in regions]
        found = self._engine.recognize_txt(crops)
        seen = zip(regions, found.txts, found.scores, found.word_results, strict=True)
        for region, text, score, words in seen:
            region.text, region.confidence = text, float(score)
            region.middles = _middles(text, words)
        kept = [r for r in regions if r.text.strip() and r.confidence >= MIN_SCORE]
        weight = sum(len(region.text) for region in kept)
        if not weight:
            return Recognised(self.name)
        upright = sum(len(region.text) for region in kept if region.vertical)
        rows = geometry.reading_order(kept, vertical=2 * upright > weight)
        sure = sum(len(region.text) * region.confidence for region in kept) / weight
        return Recognised(self.name, [_line(row) for row in rows], sure)

    def _detect(self, page: geometry.Pixels) -> list[Region]:
        found = self._engine(page, use_det=True, use_cls=False, use_rec=False)
        boxes = getattr(found, "boxes", None)
        if boxes is None:
            return []
        return [Region(np.asarray(box, dtype=np.float32)) for box in boxes]


def _line(row: list[Region]) -> Line:
    line = Line(direction="v" if all(region.vertical for region in row) else "h")
    for region in row:
        a, b, c, d = (tuple(map(float, corner)) for corner in region.corners)
        if region.vertical:
            ends, thickness = (_middle(a, b), _middle(d, c)), region.width
        else:
            ends, thickness = (_middle(a, d), _middle(b, c)), region.height
        direction = "v" if region.vertical else "h"
        sure = region.confidence
        if region.middles is None:
            piece = spread(region.text, *ends, thickness, direction=direction, confidence=sure)
        else:
            piece = place(
                region.text, region.middles, *ends, thickness, direction=direction, confidence=sure
            )
        if line.glyphs and piece.glyphs and not _joins(line.glyphs[-1], piece.glyphs[0]):
            last = line.glyphs[-1]
            line.glyphs.append(Glyph(" ", last.x1, last.y0, last.x1, last.y1))
        line.glyphs += piece.glyphs
    return line


def _middles(text: str, words: Any) -> list[float | None] | None:
    """Each character's middle as a share of the line, from the recogniser's columns.

    None when they do not belong to the text; a space has no column.
    """
    chars = [char for word in words.words for char in word]
    columns = [column for word in words.word_cols for column in word]
    if not words.line_txt_len or chars != [char for char in text if not char.isspace()]:
        return None
    shares = iter([min(1.0, (column + 0.5) / words.line_txt_len) for column in columns])
    return [None if char.isspace() else next(shares) for char in text]


def _middle(a: tuple[float, ...], b: tuple[float, ...]) -> tuple[float, float]:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2


def _joins(last: Glyph, first: Glyph) -> bool:
    """Whether two pieces of a line belong together without a space: Japanese, close by."""
    distance = max(first.x0 - last.x1, first.y0 - last.y1)
    size = max(1.0, min(last.y1 - last.y0, first.y1 - first.y0))
    return is_japanese(last.text[-1]) and is_japanese(first.text[0]) and distance < 1.5 * size
