"""The committed scans are what the committed script makes, and are spoilt for a reason."""

import tomllib

import cv2
import numpy as np
import pypdfium2
import pytest
from PIL import Image

from groupware.operations.demo.library import PAPERS, PAPERS_DIR
from infra.demo.degrade import HERE, TREATMENTS, Recipe, fax_head, print_page, spoil


def recipes() -> dict[str, Recipe]:
    rows = tomllib.loads((HERE / "recipes.toml").read_text(encoding="utf-8"))["scan"]
    return {row["name"]: Recipe(**row) for row in rows}


def test_every_scan_has_a_recipe_with_a_seed_of_its_own() -> None:
    made = recipes()
    assert set(made) == {paper.file for paper in PAPERS if paper.is_scan}
    assert len({recipe.seed for recipe in made.values()}) == len(made)
    assert {name for recipe in made.values() for name, _ in recipe.steps} <= set(TREATMENTS)


@pytest.mark.parametrize("number", [2, 7])
def test_the_fax_can_be_made_again(number: int) -> None:
    recipe = recipes()["dp2020_04-fax.tif"]
    document = pypdfium2.PdfDocument(HERE / "sources" / recipe.source)
    page = fax_head(print_page(document, number, recipe.dpi), number, len(document), recipe.dpi)
    again = np.asarray(spoil(page, recipe, number))
    with Image.open(PAPERS_DIR / recipe.name) as fax:
        fax.seek(number - 1)
        kept = np.asarray(fax)
    assert kept.shape == again.shape
    assert np.mean(kept != again) < 0.001


@pytest.mark.parametrize("name", sorted(TREATMENTS))
def test_a_treatment_changes_the_page_and_repeats_itself(name: str) -> None:
    page = np.full((600, 420, 3), 255, np.uint8)
    cv2.putText(page, "86", (60, 300), cv2.FONT_HERSHEY_SIMPLEX, 5, (0, 0, 0), 12)
    strength = {"skew": 2, "curl": 3, "noise": 5, "specks": 5, "stains": 2, "folds": 2}
    once, twice = (
        TREATMENTS[name](
            page.copy(),
            np.random.default_rng(7),
            float(strength.get(name, 0.6 if name != "fax_line" else 60)),
        )
        for _ in range(2)
    )
    assert np.array_equal(once, twice)
    assert not np.array_equal(once, page)
    assert once.dtype == np.uint8
