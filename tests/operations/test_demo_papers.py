"""The demo's papers: how many, how large, and that the true text of every scan is known."""

from pathlib import Path

import docx
import pypdfium2
from PIL import Image

from groupware.operations.demo.city import CITY
from groupware.operations.demo.library import (
    EVERYBODY,
    FOLDERS,
    INVENTED,
    PAPERS,
    PAPERS_DIR,
    PaperRow,
)

WORD_PAGES = {"dp2020_03.docx": 12, "anketo-jiyukijutsu.docx": 1}  # as LibreOffice sets them


def pages_of(name: str) -> int:
    path = PAPERS_DIR / name
    if path.suffix == ".pdf":
        return len(pypdfium2.PdfDocument(path))
    if path.suffix in {".tif", ".png", ".jpg"}:
        with Image.open(path) as image:
            return int(getattr(image, "n_frames", 1))
    return WORD_PAGES.get(name, 1)


def pages_without_text(name: str) -> int:
    path = PAPERS_DIR / name
    if path.suffix != ".pdf":
        return pages_of(name)
    document = pypdfium2.PdfDocument(path)
    return sum(not page.get_textpage().get_text_range().strip() for page in document)


def is_real(paper: PaperRow) -> bool:
    return paper.source != INVENTED


def test_enough_real_pages_and_a_third_of_them_scans() -> None:
    real = [paper for paper in PAPERS if is_real(paper)]
    total = sum(pages_of(paper.file) for paper in real)
    scanned = sum(pages_without_text(paper.file) for paper in real if paper.is_scan)
    assert total >= 150
    assert scanned * 3 >= total
    assert all(paper.source.startswith("出典") for paper in real)


def test_scans_are_small_enough_to_keep() -> None:
    assert sum((PAPERS_DIR / p.file).stat().st_size for p in PAPERS if p.is_scan) <= 20_000_000


def test_every_file_is_used_and_every_used_file_is_there() -> None:
    kept = {path.name for path in PAPERS_DIR.iterdir() if path.is_file()} - {"SOURCE.md"}
    assert kept == {paper.file for paper in PAPERS}
    described = (PAPERS_DIR / "SOURCE.md").read_text(encoding="utf-8")
    assert not [name for name in kept if f"`{name}`" not in described]


def test_the_true_text_of_every_page_of_a_scan_is_known() -> None:
    for paper in PAPERS:
        truth = PAPERS_DIR / "truth" / f"{Path(paper.file).stem}.txt"
        assert truth.exists() == paper.is_scan, paper.file
        if paper.is_scan:
            pages = truth.read_text(encoding="utf-8").split("\f\n")
            assert len(pages) == pages_of(paper.file), paper.file
            assert all(page.strip() for page in pages), paper.file


def test_word_papers_open() -> None:
    for name in WORD_PAGES:
        assert any(p.text.strip() for p in docx.Document(str(PAPERS_DIR / name)).paragraphs)


def test_papers_stand_where_their_uploader_works() -> None:
    """Nobody puts a paper into another section's folder, and every name can be resolved."""
    codes = {section.code for section in CITY.sections}
    folders = {folder.key: folder for folder in FOLDERS}
    assert len(folders) == len(FOLDERS)
    for folder in FOLDERS:
        assert folder.section in codes
        assert not folder.parent or folders[folder.parent].section == folder.section
        assert set(folder.seen_by) <= codes | {EVERYBODY}
    works_in = {
        person.number: {person.section, *(code for code, _title in person.also)}
        for person in CITY.people
    }
    for paper in PAPERS:
        assert folders[paper.folder].section in works_in[paper.by], paper.name
    assert len({paper.name for paper in PAPERS}) == len(PAPERS)
