"""Print papers to images and spoil them as scanners, fax machines and drawers do.

    .venv/bin/python -m infra.demo.typeset SET_DIR        # first: typeset what is not a PDF yet
    .venv/bin/python -m infra.demo.degrade SET_DIR [NAME …]

Reads recipes.toml beside this file and writes scans and their true text into
groupware/operations/demo/papers/. Every recipe has its own seed: the same input gives the same
pixels. README.md explains the treatments.
"""

from __future__ import annotations

import io
import sys
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pikepdf
import pypdfium2
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from infra.demo.truth import truth_pages

HERE = Path(__file__).resolve().parent
PAPERS = HERE.parents[1] / "groupware" / "operations" / "demo" / "papers"
MINCHO = "/usr/share/fonts/truetype/bizud-mincho/BIZUDMincho-Regular.ttf"
FIXED_TIME = time.gmtime(0)  # dates inside PDFs must not change from run to run

Pixels = NDArray[np.uint8]
Step = Callable[[Pixels, np.random.Generator, float], Pixels]


@dataclass(frozen=True)
class Recipe:
    """One scan: where it comes from, how it is printed and spoilt, what file it becomes."""

    name: str  # file name in papers/; its suffix chooses the container
    source: str  # PDF in sources/ or in SET_DIR
    seed: int
    dpi: int
    steps: list[list[Any]]  # [treatment, strength]
    pages: list[int] = field(default_factory=list)  # from 1; none: all
    colour: str = "gray"  # gray, rgb, bilevel
    quality: int = 50  # of JPEG
    before: list[int] = field(
        default_factory=list
    )  # pages of the source kept as they are, in front
    exif_turn: bool = False  # a photograph held sideways, with the EXIF mark that says so


# -- treatments: (pixels, random, strength) -> pixels; pixels are height × width × 3, RGB ------


def as_pixels(values: NDArray[Any]) -> Pixels:
    """Cut values to 0…255."""
    return np.asarray(np.clip(values, 0, 255), np.uint8)


def skew(page: Pixels, random: np.random.Generator, degrees: float) -> Pixels:
    """Turn the page by up to ± `degrees`, never by less than a third of it."""
    angle = float(random.uniform(degrees / 3, degrees) * random.choice([-1, 1]))
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    return np.asarray(
        cv2.warpAffine(
            page, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        ),
        np.uint8,
    )


def curl(page: Pixels, random: np.random.Generator, pixels: float) -> Pixels:
    """Bend lines of text by up to `pixels`, as paper that does not lie flat."""
    height, width = page.shape[:2]
    phase = random.uniform(0, 2 * np.pi)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    shifted = y + np.float32(pixels) * np.sin(x / width * 2 * np.pi + phase).astype(np.float32)
    return np.asarray(
        cv2.remap(page, x, shifted, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def cream(page: Pixels, random: np.random.Generator, strength: float) -> Pixels:
    """Give the paper the colour of decades in a drawer, darker towards the edges."""
    height, width = page.shape[:2]
    tint = np.array([244, 238, 222], np.float32) / 255
    cloud = cv2.resize(
        random.normal(0, 1, (height // 160 + 2, width // 160 + 2)).astype(np.float32),
        (width, height),
        interpolation=cv2.INTER_CUBIC,
    )
    x, y = np.linspace(-1, 1, width)[None, :], np.linspace(-1, 1, height)[:, None]
    edge = (np.maximum(np.abs(x), np.abs(y)) ** 8).astype(np.float32)
    shade = 1 - strength * (0.02 * cloud + 0.10 * edge)
    toned = page.astype(np.float32) * tint * shade[..., None]
    ink = np.array([34, 30, 28], np.float32)  # ink has browned: never pure black
    return as_pixels(np.maximum(toned, ink))


def blur(page: Pixels, random: np.random.Generator, sigma: float) -> Pixels:
    """The optics of an old copier, sigma in pixels."""
    return np.asarray(cv2.GaussianBlur(page, (0, 0), sigma), np.uint8)


def fade(page: Pixels, random: np.random.Generator, strength: float) -> Pixels:
    """Thin ink: letters lighter in patches, as a worn ribbon or an empty toner leaves them."""
    height, width = page.shape[:2]
    patch = cv2.resize(
        random.uniform(0, 1, (height // 220 + 2, width // 220 + 2)).astype(np.float32),
        (width, height),
        interpolation=cv2.INTER_CUBIC,
    )
    lift = strength * np.clip(patch, 0, 1)[..., None]
    return as_pixels(page + (255 - page.astype(np.float32)) * lift)


def noise(page: Pixels, random: np.random.Generator, sigma: float) -> Pixels:
    """Grain of the sensor, the same in all three channels; sigma in levels of 255."""
    grain = random.normal(0, sigma, page.shape[:2])[..., None]
    return as_pixels(page + grain)


def specks(page: Pixels, random: np.random.Generator, per_thousand: float) -> Pixels:
    """Dust and toner: dark and light dots of one to three pixels."""
    spoilt = page.copy()
    height, width = page.shape[:2]
    for _ in range(int(height * width * per_thousand / 1000 / 20)):
        y, x = int(random.integers(height)), int(random.integers(width))
        size = int(random.integers(1, 4))
        spoilt[y : y + size, x : x + size] = 20 if random.random() < 0.75 else 250
    return spoilt


def stains(page: Pixels, random: np.random.Generator, count: float) -> Pixels:
    """Rings of cups and blots of damp, light enough to read through."""
    layer = np.ones(page.shape[:2], np.float32)
    height, width = page.shape[:2]
    for _ in range(int(count)):
        centre = (int(random.integers(width)), int(random.integers(height)))
        radius = int(random.uniform(0.06, 0.14) * width)
        ring = np.ones_like(layer)
        if random.random() < 0.5:
            cv2.circle(ring, centre, radius, 0.72, int(radius * 0.12))
        else:
            axes = (radius, int(radius * random.uniform(0.4, 0.9)))
            cv2.ellipse(ring, centre, axes, float(random.uniform(0, 180)), 0, 360, 0.85, -1)
        layer *= cv2.GaussianBlur(ring, (0, 0), radius * 0.06)
    warm = np.stack([layer**0.6, layer**0.85, layer**1.3], axis=-1)
    return as_pixels(page * warm)


def binding(page: Pixels, random: np.random.Generator, strength: float) -> Pixels:
    """The shadow of a bound edge on the left, and two punched holes."""
    height, width = page.shape[:2]
    fall = np.clip(np.arange(width) / (width * 0.06), 0, 1) ** 0.5
    shaded = page * (1 - strength * (1 - fall))[None, :, None]
    radius = int(width * 0.012)
    for share in (0.43, 0.57):
        cv2.circle(shaded, (int(width * 0.035), int(height * share)), radius, (60, 58, 55), -1)
    return as_pixels(shaded)


def folds(page: Pixels, random: np.random.Generator, count: float) -> Pixels:
    """Creases across the page from folding into an envelope."""
    creased = page.astype(np.float32)
    height = page.shape[0]
    for number in range(int(count)):
        y = int(height * (number + 1) / (count + 1) + random.integers(-20, 20))
        creased[y : y + 2] *= 0.72
        creased[y + 2 : y + 4] = creased[y + 2 : y + 4] * 0.5 + 127
    return as_pixels(creased)


def through(page: Pixels, random: np.random.Generator, strength: float) -> Pixels:
    """The back of the sheet shows through: the page itself, mirrored, blurred and faint."""
    back = cv2.GaussianBlur(page[:, ::-1], (0, 0), 2.2).astype(np.float32)
    return as_pixels(page * (1 - strength * (1 - back / 255)))


def fax_line(page: Pixels, random: np.random.Generator, count: float) -> Pixels:
    """What a telephone line does to a fax: lines lost, lines shifted sideways."""
    spoilt = page.copy()
    for _ in range(int(count)):
        y = int(random.integers(page.shape[0] - 4))
        if random.random() < 0.4:
            spoilt[y : y + 1] = 255
        else:
            rows = int(random.integers(1, 4))
            spoilt[y : y + rows] = np.roll(
                spoilt[y : y + rows], int(random.integers(-5, 6)), axis=1
            )
    return spoilt


def photograph(page: Pixels, random: np.random.Generator, strength: float) -> Pixels:
    """A telephone held over a desk: perspective, a lamp on one side, a border of desk."""
    height, width = page.shape[:2]
    border = int(width * 0.06)
    full = (width + 2 * border, height + 2 * border)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + border + random.uniform(-1, 1, (4, 2)).astype(np.float32) * border * strength
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    desk = np.empty((full[1], full[0], 3), np.uint8)
    desk[:] = (112, 92, 74)
    cv2.warpPerspective(
        page, matrix, full, dst=desk, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_TRANSPARENT
    )
    x, y = np.linspace(0, 1, full[0])[None, :], np.linspace(0, 1, full[1])[:, None]
    lamp = 1.04 - 0.34 * strength * np.hypot(x - 0.2, y - 0.15)
    return as_pixels(desk * lamp[..., None])


TREATMENTS: dict[str, Step] = {
    step.__name__: step
    for step in (
        *(skew, curl, cream, blur, fade, noise, specks, stains, binding, folds, through),
        *(fax_line, photograph),
    )
}


# -- printing and writing ------------------------------------------------------------------------


def find_source(name: str, typeset: Path) -> Path:
    """The PDF that a recipe names: committed, typeset before, or a paper of the demo."""
    for folder in (HERE / "sources", typeset, PAPERS):
        if (folder / name).exists():
            return folder / name
    raise SystemExit(f"{name}: run typeset.py first")


def print_page(document: pypdfium2.PdfDocument, number: int, dpi: int) -> Pixels:
    """Page `number` (from 1) of a PDF as RGB pixels."""
    bitmap = document[number - 1].render(scale=dpi / 72)
    return np.asarray(bitmap.to_pil().convert("RGB"), np.uint8).copy()


def fax_head(page: Pixels, number: int, of: int, dpi: int) -> Pixels:
    """The line that the sending machine prints on top of each page of a fax."""
    image = Image.fromarray(page)
    font = ImageFont.truetype(MINCHO, int(dpi * 0.11))
    text = f"FROM 尾乃市役所 総務課   TEL 0999-22-1111        P.{number:02}/{of:02}"
    ImageDraw.Draw(image).text((int(dpi * 0.5), int(dpi * 0.12)), text, fill=(0, 0, 0), font=font)
    return np.asarray(image, np.uint8)


def spoil(page: Pixels, recipe: Recipe, number: int) -> Image.Image:
    """Apply the recipe's treatments in order and bring the page into its colour."""
    random = np.random.default_rng([recipe.seed, number])
    for name, strength in recipe.steps:
        page = TREATMENTS[name](page, random, float(strength))
    if recipe.colour == "rgb":
        return Image.fromarray(page)
    gray = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    if recipe.colour == "gray":
        return Image.fromarray(gray)
    level, _ = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    black_white = (gray > level + 12).astype(np.uint8) * 255
    return Image.fromarray(black_white).convert("1", dither=Image.Dither.NONE)


def write_pdf(images: list[Image.Image], recipe: Recipe, source: Path, target: Path) -> None:
    """A PDF of images only (CCITT G4 or JPEG), after the pages that are kept as text."""
    buffer = io.BytesIO()
    images[0].save(
        buffer,
        "PDF",
        save_all=True,
        append_images=images[1:],
        resolution=recipe.dpi,
        **({} if recipe.colour == "bilevel" else {"quality": recipe.quality}),
        creationDate=FIXED_TIME,
        modDate=FIXED_TIME,
    )
    with pikepdf.Pdf.open(buffer) as scans, pikepdf.Pdf.open(source) as kept, pikepdf.new() as out:
        for number in recipe.before:
            out.pages.append(kept.pages[number - 1])
        out.pages.extend(scans.pages)
        out.remove_unreferenced_resources()
        out.save(target, deterministic_id=True, compress_streams=True)


def write_images(images: list[Image.Image], recipe: Recipe, target: Path) -> None:
    """A multi-page TIFF, or one JPEG or PNG."""
    dpi = (recipe.dpi, recipe.dpi)
    if target.suffix == ".tif":
        coding: dict[str, Any] = (
            {"compression": "group4"}
            if recipe.colour == "bilevel"
            else {"compression": "jpeg", "quality": recipe.quality}
        )
        images[0].save(target, save_all=True, append_images=images[1:], dpi=dpi, **coding)
        return
    image = images[0]
    if target.suffix == ".png":
        image.quantize(24).save(target, optimize=True, dpi=dpi)
        return
    exif = Image.Exif()
    if recipe.exif_turn:
        image = image.transpose(Image.Transpose.ROTATE_90)
        exif[0x0112] = 6  # Orientation: turn by 90° clockwise to see it upright
    image.save(target, quality=recipe.quality, dpi=dpi, exif=exif)


def make(recipe: Recipe, typeset: Path) -> None:
    """Make one scan and the text that stands on it."""
    source = find_source(recipe.source, typeset)
    document = pypdfium2.PdfDocument(source)
    numbers = recipe.pages or list(range(1, len(document) + 1))
    images = []
    for place, number in enumerate(numbers, start=1):
        page = print_page(document, number, recipe.dpi)
        if any(name == "fax_line" for name, _ in recipe.steps):
            page = fax_head(page, place, len(numbers), recipe.dpi)
        images.append(spoil(page, recipe, number))
    target = PAPERS / recipe.name
    if target.suffix == ".pdf":
        write_pdf(images, recipe, source, target)
    else:
        write_images(images, recipe, target)
    texts = truth_pages(source)
    truth = "\f\n".join(texts[number - 1] for number in recipe.before + numbers)
    (PAPERS / "truth" / f"{target.stem}.txt").write_text(truth, encoding="utf-8")
    print(f"{recipe.name}: {len(images)} pages, {target.stat().st_size // 1024} KB")


def main() -> int:
    """Make every scan of recipes.toml, or the ones named."""
    typeset, wanted = Path(sys.argv[1]), set(sys.argv[2:])
    (PAPERS / "truth").mkdir(parents=True, exist_ok=True)
    recipes = tomllib.loads((HERE / "recipes.toml").read_text(encoding="utf-8"))["scan"]
    for row in recipes:
        recipe = Recipe(**row)
        if not wanted or Path(recipe.name).stem in wanted:
            make(recipe, typeset)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
