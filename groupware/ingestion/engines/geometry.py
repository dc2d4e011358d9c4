"""Skew, reading order and crops: what lies between an image and lines of text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
MAX_SKEW = 5.0  # degrees searched to either side


@dataclass(slots=True)
class Region:
    """A detected line: its four corners (clockwise from the upper left) and what was read."""

    corners: NDArray[np.float32]
    text: str = ""
    confidence: float = 0.0
    middles: list[float | None] | None = None  # see engines.rapid

    @property
    def width(self) -> float:
        """Length of the upper edge in pixels."""
        return float(np.linalg.norm(self.corners[1] - self.corners[0]))

    @property
    def height(self) -> float:
        """Length of the left edge in pixels."""
        return float(np.linalg.norm(self.corners[3] - self.corners[0]))

    @property
    def vertical(self) -> bool:
        """Whether the line runs downwards."""
        return self.height > 1.5 * self.width

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The upright rectangle around the corners: x0, y0, x1, y1."""
        (x0, y0), (x1, y1) = self.corners.min(axis=0), self.corners.max(axis=0)
        return float(x0), float(y0), float(x1), float(y1)


def skew_of(image: Image.Image) -> float:
    """Return the angle in degrees by which the page must be turned (counter-clockwise) to stand.

    Text lines (or columns) are sharpest in the projection when upright; searched at low
    resolution in two passes, about 60 ms. 0 when the page has no lines to judge by.
    """
    small = image.convert("L")
    small.thumbnail((900, 900), Image.Resampling.BOX)
    grey = np.asarray(small, dtype=np.uint8)
    dark = cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 12
    )
    ink = (dark > 0).astype(np.uint8)
    if ink.mean() < 0.002:
        return 0.0
    steps = round(2 * MAX_SKEW)
    best = _sharpest(ink, [step / 2 for step in range(-steps, steps + 1)])
    angle = _sharpest(ink, [best + step / 10 for step in range(-5, 6)])
    gain = _sharpness(ink, angle) / max(_sharpness(ink, 0.0), 1e-9)
    return angle if abs(angle) >= 0.2 and gain > 1.03 else 0.0


def _sharpest(ink: Pixels, angles: list[float]) -> float:
    return max(angles, key=lambda angle: _sharpness(ink, angle))


def _sharpness(ink: Pixels, angle: float) -> float:
    height, width = ink.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    turned = cv2.warpAffine(ink, matrix, (width, height), flags=cv2.INTER_NEAREST)
    rows = np.diff(turned.sum(axis=1).astype(np.float64))
    columns = np.diff(turned.sum(axis=0).astype(np.float64))
    return float(max((rows**2).sum(), (columns**2).sum()))


def turn(image: Image.Image, angle: float) -> Image.Image:
    """Return the image turned counter-clockwise by `angle` degrees about its middle, same size."""
    matrix = cv2.getRotationMatrix2D((image.width / 2, image.height / 2), angle, 1.0)
    pixels = np.asarray(image, dtype=np.uint8)
    turned = cv2.warpAffine(pixels, matrix, image.size, borderValue=(255, 255, 255))
    return Image.fromarray(turned)


def turn_back(x: float, y: float, angle: float, width: float, height: float) -> tuple[float, float]:
    """Return where a point of the turned image stood before."""
    radians = math.radians(angle)
    dx, dy = x - width / 2, y - height / 2
    return (
        width / 2 + dx * math.cos(radians) - dy * math.sin(radians),
        height / 2 + dx * math.sin(radians) + dy * math.cos(radians),
    )


def crop(pixels: Pixels, corners: NDArray[np.float32]) -> Pixels:
    """Cut a quadrilateral out of the page; a standing one is laid down, as the model expects."""
    width = max(1, *(round(_distance(corners, a, b)) for a, b in ((0, 1), (3, 2))))
    height = max(1, *(round(_distance(corners, a, b)) for a, b in ((0, 3), (1, 2))))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    cut = cv2.warpPerspective(
        pixels, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE, flags=cv2.INTER_CUBIC
    )
    return np.asarray(np.rot90(cut) if height > 1.5 * width else cut, dtype=np.uint8)


def _distance(corners: NDArray[np.float32], a: int, b: int) -> float:
    return float(np.linalg.norm(corners[a] - corners[b]))


def reading_order(regions: Sequence[Region], *, vertical: bool) -> list[list[Region]]:
    """Return the regions as lines in reading order; a line may have been found in several pieces.

    The page is cut along white space (XY cut): horizontal pages into columns from the left,
    vertical pages into tiers from the top, whose columns run from the right.
    """
    if not regions:
        return []
    if vertical:  # a vertical page is a horizontal one turned by a quarter
        items = [(region, _quarter(region.box)) for region in regions]
    else:
        items = [(region, region.box) for region in regions]
    return _cut(items, 0)


Box = tuple[float, float, float, float]
Item = tuple[Region, Box]


def _quarter(box: Box) -> Box:
    x0, y0, x1, y1 = box
    return y0, -x1, y1, -x0


def _cut(items: list[Item], depth: int) -> list[list[Region]]:
    size = float(np.median([box[3] - box[1] for _region, box in items]))
    if len(items) > 3 and depth < 12:
        for axis, least in ((0, 1.2 * size), (1, 0.9 * size)):
            groups = _split(items, axis, least)
            if len(groups) > 1 and (axis == 1 or _are_columns(groups, size)):
                return [line for group in groups for line in _cut(group, depth + 1)]
    return _lines(items)


def _split(items: list[Item], axis: int, least: float) -> list[list[Item]]:
    """Cut where no box crosses a gap of at least `least` pixels."""
    ordered = sorted(items, key=lambda item: item[1][axis])
    groups = [[ordered[0]]]
    reach = ordered[0][1][axis + 2]
    for item in ordered[1:]:
        if item[1][axis] - reach >= least:
            groups.append([])
        groups[-1].append(item)
        reach = max(reach, item[1][axis + 2])
    return groups


def _are_columns(groups: list[list[Item]], size: float) -> bool:
    """Columns of prose, not cells of a table or label and value: several full lines each."""
    for group in groups:
        lengths = [box[2] - box[0] for _region, box in group]
        if len(group) < 4 or float(np.median(lengths)) < 8 * size:
            return False
    return True


def _lines(items: list[Item]) -> list[list[Region]]:
    """Group pieces whose middles lie on one line, from the left."""
    ordered = sorted(items, key=lambda item: item[1][1] + item[1][3])
    rows: list[list[Item]] = []
    for item in ordered:
        middle = (item[1][1] + item[1][3]) / 2
        if rows:
            last = rows[-1]
            centre = sum((box[1] + box[3]) / 2 for _r, box in last) / len(last)
            height = min(item[1][3] - item[1][1], *(box[3] - box[1] for _r, box in last))
            if middle - centre < 0.5 * height:
                last.append(item)
                continue
        rows.append([item])
    return [[region for region, _box in sorted(row, key=lambda item: item[1][0])] for row in rows]
