"""Images decoded, turned upright and written as what a browser shows."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

from PIL import Image, ImageChops, ImageFile, ImageOps, UnidentifiedImageError

from groupware.ingestion.sandbox.child import Refused

MAX_PIXELS = 120_000_000  # A3 at 600 dpi has 70 million
FORMATS = ("PNG", "JPEG", "TIFF")
PAGE_WIDTH = 1240  # pixels of a page image's shorter side: A4 at 150 dpi
THUMB_WIDTH = 240
OCR_LONG_SIDE = 5200  # A3 at 300 dpi; larger photographs are shrunk for OCR
COLOUR = 12  # difference between channels, averaged over 1/25,600 of a page, that is a stamp
OCR_SHORT_SIDE = 1600  # small scans are enlarged towards 300 dpi

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
ImageFile.LOAD_TRUNCATED_IMAGES = False


def open_image(path: Path) -> Image.Image:
    """Open without decoding. Raises Refused: damaged, bomb (pixel flood)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(path, formats=FORMATS)
        width, height = image.size
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("pixels", limit=MAX_PIXELS // 1_000_000) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Refused("damaged", found="画像") from error
    if width * height > MAX_PIXELS:
        raise Refused("pixels", limit=MAX_PIXELS // 1_000_000)
    return image


def count_frames(image: Image.Image, limit: int) -> int:
    """Return the number of pages of a TIFF (1 for others). Raises Refused: pages, damaged."""
    if image.format != "TIFF":
        return 1
    frames = 0
    try:
        while frames <= limit:
            image.seek(frames)
            if image.width * image.height > MAX_PIXELS:
                raise Refused("pixels", limit=MAX_PIXELS // 1_000_000)
            frames += 1
    except EOFError:
        return max(1, frames)
    except (OSError, ValueError, SyntaxError) as error:
        raise Refused("damaged", found="TIFF画像") from error
    raise Refused("pages", limit=limit)


def frame(path: Path, number: int) -> tuple[Image.Image, float]:
    """Return page `number` (from 1) upright in RGB or grey, and its resolution in dpi (0: unknown).

    Raises Refused: damaged, pixels.
    """
    image = open_image(path)
    try:
        if number > 1:
            image.seek(number - 1)
        if image.width * image.height > MAX_PIXELS:
            raise Refused("pixels", limit=MAX_PIXELS // 1_000_000)
        dpi = float(image.info.get("dpi", (0, 0))[0] or 0)
        image.load()
        upright = ImageOps.exif_transpose(image)
        return flatten(upright), dpi
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise Refused("damaged_page", page=number) from error


def flatten(image: Image.Image) -> Image.Image:
    """Return the image in mode L or RGB, transparency on white, 16-bit grey scaled down."""
    if image.mode in ("L", "RGB"):
        return image
    if image.mode == "1":
        return image.convert("L")
    if image.mode.startswith("I;16") or image.mode == "I":
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        return Image.alpha_composite(white, rgba).convert("RGB")
    return image.convert("RGB")


def write_page(image: Image.Image, folder: Path, number: int) -> dict[str, str]:
    """Write page image and thumbnail as WebP into `folder`; return their file names."""
    shorter = min(image.size)
    factor = min(1.0, PAGE_WIDTH / shorter)
    page = _resized(image, factor)
    names = {"image": f"page-{number:04d}.webp", "thumb": f"thumb-{number:04d}.webp"}
    page.save(folder / names["image"], "WEBP", quality=78, method=1)
    small = page.copy()
    small.thumbnail((THUMB_WIDTH, THUMB_WIDTH * 2), Image.Resampling.BILINEAR, reducing_gap=2.0)
    buffer = io.BytesIO()
    small.save(buffer, "WEBP", quality=70, method=1)
    (folder / names["thumb"]).write_bytes(buffer.getvalue())
    return names


def _resized(image: Image.Image, factor: float) -> Image.Image:
    width, height = max(1, round(image.width * factor)), max(1, round(image.height * factor))
    if max(width, height) > 16_000:  # WebP's own limit is 16,383
        factor = 16_000 / max(width, height)
        width, height = max(1, round(width * factor)), max(1, round(height * factor))
    if (width, height) == image.size:
        return image
    return image.resize((width, height), Image.Resampling.BOX, reducing_gap=2.0)


def for_ocr(image: Image.Image) -> Image.Image:
    """Return the image at a size that the recognisers are good at (about 300 dpi for A4)."""
    longer, shorter = max(image.size), min(image.size)
    factor = 1.0
    if longer > OCR_LONG_SIDE:
        factor = OCR_LONG_SIDE / longer
    elif shorter < OCR_SHORT_SIDE and longer < 2600 and shorter > 300:
        factor = min(2.0, 2480 / shorter)
    if factor == 1.0:
        return image
    size = max(1, round(image.width * factor)), max(1, round(image.height * factor))
    return image.resize(size, Image.Resampling.LANCZOS)


def without_colour(image: Image.Image) -> Image.Image:
    """Return a page that is grey all over in mode L: a third of the bytes on the way to OCR."""
    if image.mode != "RGB":
        return image
    small = image.resize((160, 160), Image.Resampling.BOX, reducing_gap=1.0)
    red, green, blue = small.split()
    for other in (green, blue):
        _low, high = ImageChops.difference(red, other).getextrema()
        assert isinstance(high, int | float)
        if high > COLOUR:
            return image
    return image.convert("L")
