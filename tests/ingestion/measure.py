"""Yardsticks for recognised text: character error rate and bigram recall, and scans made worse."""

from __future__ import annotations

import io
import itertools
import random
import unicodedata
from collections import Counter

from PIL import Image, ImageChops, ImageFilter


def plain(text: str) -> str:
    """Fold width and drop white space: what remains is compared."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def character_error_rate(truth: str, found: str) -> float:
    """Levenshtein distance of the plain texts divided by the length of the truth."""
    a, b = plain(truth), plain(found)
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1] / max(1, len(a))


def bigram_recall(truth: str, found: str) -> float:
    """Share of the truth's bigrams that were found, counted with multiplicity."""
    a, b = plain(truth), plain(found)
    wanted = Counter(itertools.pairwise(a))
    got = Counter(itertools.pairwise(b))
    return sum((wanted & got).values()) / max(1, sum(wanted.values()))


def degrade(image: Image.Image, kind: str, seed: int = 1) -> Image.Image:
    """Return a 300 dpi page as a bad copy: "noisy", "low" (200 dpi), "fax" (150 dpi bilevel)."""
    chance = random.Random(seed)
    grey = image.convert("L")
    angle = {"noisy": 0.8, "low": -0.6, "fax": 1.6}[kind] * chance.choice((1, -1))
    grey = grey.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
    dpi = {"noisy": 300, "low": 200, "fax": 150}[kind]
    size = grey.width * dpi // 300, grey.height * dpi // 300
    grey = grey.resize(size, Image.Resampling.LANCZOS)
    noise = Image.effect_noise(size, 38 if kind != "fax" else 30)
    grey = ImageChops.add(grey, noise, scale=1.0, offset=-128)
    if kind == "fax":
        return grey.point(lambda value: 255 if value > 140 else 0).convert("1")
    grey = grey.filter(ImageFilter.GaussianBlur(0.6))
    buffer = io.BytesIO()
    grey.save(buffer, "JPEG", quality=45)
    return Image.open(buffer).convert("L")
