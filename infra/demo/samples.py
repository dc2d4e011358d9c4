"""Cut the small files of tests/samples out of the demo's papers.

.venv/bin/python -m infra.demo.samples
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pikepdf
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
PAPERS = ROOT / "groupware" / "operations" / "demo" / "papers"
SAMPLES = ROOT / "tests" / "samples" / "papers"

# sample: [(paper, page from 1), …]
PDFS: dict[str, list[tuple[str, int]]] = {
    "born.pdf": [("rousui-tejun.pdf", 1), ("rousui-tejun.pdf", 2)],
    "born-vertical.pdf": [("dx-policy-3.pdf", 2)],
    "scan.pdf": [("haisuikan-ukagai.pdf", 1)],
    "scan-bilevel.pdf": [("koseki-kaigi.pdf", 2)],
    "scan-vertical.pdf": [("kakucho-keikaku.pdf", 1)],
    "mixed.pdf": [("rousui-tejun.pdf", 1), ("koseki-kaigi.pdf", 1)],
    "number.pdf": [("uketsukebo.pdf", 1), ("uketsukebo.pdf", 2)],
}
COPIES = {
    "fax.tif": "oukyu-kyusui.tif",
    "photo.jpg": "okuyami-keiji.jpg",
    "board.png": "madoguchi-anketo.png",
    "word.docx": "anketo-jiyukijutsu.docx",
    "plain.txt": "yokuaru-shitsumon.txt",
}


def truth_of(paper: str, page: int) -> str:
    """The true text of one page of a scan, or nothing for a born-digital paper."""
    path = PAPERS / "truth" / f"{Path(paper).stem}.txt"
    return path.read_text(encoding="utf-8").split("\f\n")[page - 1] if path.exists() else ""


def main() -> int:
    """Write every sample and, beside a scan, its true text."""
    SAMPLES.mkdir(parents=True, exist_ok=True)
    for name, pages in PDFS.items():
        with pikepdf.new() as out:
            for paper, page in pages:
                with pikepdf.Pdf.open(PAPERS / paper) as pdf:
                    out.pages.append(pdf.pages[page - 1])
            out.remove_unreferenced_resources()
            out.save(SAMPLES / name, deterministic_id=True)
        text = "\f\n".join(truth_of(*place) for place in pages)
        if text.strip("\f\n"):
            (SAMPLES / name).with_suffix(".txt").write_text(text, encoding="utf-8")
    for name, paper in COPIES.items():
        shutil.copyfile(PAPERS / paper, SAMPLES / name)
        with_text = PAPERS / "truth" / f"{Path(paper).stem}.txt"
        if with_text.exists():
            shutil.copyfile(with_text, (SAMPLES / name).with_suffix(".txt"))
    with Image.open(PAPERS / "oukyu-kyusui.tif") as fax:
        fax.save(SAMPLES / "fax-page.png", optimize=True, dpi=(150, 150))
    (SAMPLES / "fax-page.txt").write_text(truth_of("oukyu-kyusui.tif", 1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
