"""Pictures: turned by EXIF, many pages in a TIFF, odd modes, all decoded inside the sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from groupware.ingestion.parsers.pictures import without_colour
from groupware.ingestion.sandbox.parent import Child, Refusal

ORIENTATION = 0x0112


def shade(image: Image.Image, place: tuple[int, int]) -> int:
    """The grey of one pixel, 0 to 255."""
    found = image.convert("L").getpixel(place)
    assert isinstance(found, int)
    return found


def marked(size: tuple[int, int] = (600, 400), mode: str = "RGB") -> Image.Image:
    """White with a black square in the upper left corner."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).rectangle((0, 0, 99, 99), fill="black")
    return image.convert(mode)


def read(path: Path, kind: str, number: int = 1) -> tuple[dict[str, Any], Image.Image]:
    """Return what the child says of a page, and its page image."""
    with Child(path) as child:
        child.call("open", kind=kind, page_limit=10)
        answer = child.call("page", number=number)
        with Image.open(child.scratch / answer["files"]["image"]) as image:
            image.load()
            return answer["page"], image.convert("L")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photographs_stand_upright(orientation: int, tmp_path: Path) -> None:
    turns = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    turn = turns[orientation]
    stored = marked() if turn is None else marked().transpose(turn)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    path = tmp_path / "photo.jpg"
    stored.save(path, exif=exif, quality=95)
    page, image = read(path, "jpeg")
    assert image.size == (600, 400)
    assert shade(image, (40, 40)) < 60
    assert shade(image, (560, 360)) > 200
    assert page["width"] > page["height"]


def test_every_page_of_a_tiff(tmp_path: Path) -> None:
    frames = [Image.new("1", (1728, 2200), 1) for _ in range(3)]
    for number, frame in enumerate(frames):
        ImageDraw.Draw(frame).rectangle((number * 400, 0, number * 400 + 199, 199), fill=0)
    path = tmp_path / "fax.tif"
    frames[0].save(
        path, save_all=True, append_images=frames[1:], compression="group4", dpi=(204, 196)
    )
    with Child(path) as child:
        assert child.call("open", kind="tiff", page_limit=10)["pages"] == 3
        with pytest.raises(Refusal):
            child.call("open", kind="tiff", page_limit=2)
    for number in (1, 2, 3):
        page, image = read(path, "tiff", number)
        x = round(((number - 1) * 400 + 100) * image.width / 1728)
        assert shade(image, (x, 60)) < 80
        assert page["needs_ocr"] == "scan"
        assert abs(page["width"] - 1728 * 72 / 204) < 1


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "CMYK", "I;16"])
def test_every_mode_becomes_visible(mode: str, tmp_path: Path) -> None:
    path = tmp_path / ("odd.tif" if mode in ("CMYK", "I;16") else "odd.png")
    if mode == "I;16":
        picture = Image.new("I;16", (600, 400), 65535)
        picture.paste(0, (0, 0, 100, 100))
    else:
        picture = marked(mode=mode)
    picture.save(path)
    _page, image = read(path, "tiff" if path.suffix == ".tif" else "png")
    assert shade(image, (40, 40)) < 60
    assert shade(image, (560, 360)) > 200


def test_transparency_becomes_paper(tmp_path: Path) -> None:
    path = tmp_path / "clear.png"
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(path)
    _page, image = read(path, "png")
    assert shade(image, (150, 150)) > 250


def test_a_cut_picture_names_its_page(tmp_path: Path) -> None:
    path = tmp_path / "cut.jpg"
    marked((2000, 2000)).save(path, quality=95)
    path.write_bytes(path.read_bytes()[:8000])
    with Child(path) as child:
        child.call("open", kind="jpeg", page_limit=10)
        with pytest.raises(Refusal) as caught:
            child.call("page", number=1)
    assert caught.value.code == "damaged_page"


def test_only_grey_pages_lose_their_colour() -> None:
    grey = Image.new("RGB", (2480, 3508), (240, 240, 240))
    assert without_colour(grey).mode == "L"
    ImageDraw.Draw(grey).ellipse((1900, 600, 2080, 780), outline=(200, 30, 40), width=12)
    assert without_colour(grey).mode == "RGB"
