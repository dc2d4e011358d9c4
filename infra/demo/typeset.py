"""Typeset the demo city's papers as PDF: the DX policy vertically, the invented ones from HTML.

    .venv/bin/python -m infra.demo.typeset OUT_DIR

Needs Debian's `chromium` and `fonts-morisawa-bizud-mincho`, `-gothic`. Each PDF is what a scan is
made from afterwards (degrade.py), or a born-digital paper of the demo itself.
"""

from __future__ import annotations

import html
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "sources"
POLICY = SOURCES / "kawachinagano-dx-policy.txt"

# First chapter of each part, and the title on its cover.
POLICY_PARTS: dict[str, tuple[tuple[str, ...], str]] = {
    "dx-policy-1": (
        ("1", "2", "3", "4"),
        "河内長野市DX推進方針 第一分冊（策定にあたって・国の動向・課題）",
    ),
    "dx-policy-2": (("5", "6"), "河内長野市DX推進方針 第二分冊（方針・重点取組み事項）"),
    "dx-policy-3": (("7", "8"), "河内長野市DX推進方針 第三分冊（推進体制・用語）"),
}
SOURCE_NOTE = (
    "出典 河内長野市「河内長野市DX推進方針」令和五年二月"
    "（本文を縦組みに組み直したもの。図を除く。）"
)

CJK = r"[\u3040-\u30ff\u3400-\u9fff、。「」『』（）・]"
FULL = str.maketrans(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ%",
    "０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ％",
)
# Left-overs of charts in the extracted text: axis labels without sentences.
CHART = re.compile(r"^【図表 ?[1-5]|^【テレワークの導入状況|^【電子行政サービス利用状況")
NUMBER_TABLE = re.compile(r"\d+ \(\d+\)|\d%|\[\d|R ?\d ?年度")


def policy_chapters() -> dict[str, list[str]]:
    """Return the lines of each chapter of the policy text, by chapter number."""
    chapters: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in POLICY.read_text(encoding="utf-8").splitlines():
        head = re.match(r"^(\d)\. \S", line)
        if head:
            current = chapters.setdefault(head[1], [])
        if current is not None:
            current.append(line.rstrip())
    return chapters


def clean(text: str) -> str:
    """Undo the noise of extraction: spaces inside Japanese, ASCII brackets, doubled bullets."""
    text = (
        text.replace("**", "")
        .replace("(", "（")
        .replace(")", "）")
        .replace("<", "〈")
        .replace(">", "〉")
    )
    text = re.sub(r"^-\s*", "", text).replace("•", "・")
    text = re.sub(rf"(?<={CJK})\s+(?={CJK})", "", text)
    return re.sub(rf"(?<={CJK}) (?=[0-9A-Z])|(?<=[0-9A-Z]) (?={CJK})", "", text).strip()


def upright(text: str) -> str:
    """Return HTML of a vertical line: one or two digits as 縦中横, longer runs full width."""
    parts: list[str] = []
    for piece in re.split(r"([0-9]+|[A-Z]{2,}[0-9]*|%)", text):
        if re.fullmatch(r"[0-9]{1,2}", piece):
            parts.append(f'<span class="tcy">{piece}</span>')
        elif re.fullmatch(r"[0-9A-Z%]+", piece):
            parts.append(piece.translate(FULL))
        else:
            parts.append(html.escape(piece))
    return "".join(parts)


def paragraphs(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield (kind, text): h1 to h4, bullets li, rows tr (cells joined by tabs), paragraphs p."""
    in_chart = False
    for raw in lines:
        if not raw.strip():
            continue
        if CHART.match(raw):
            in_chart = True
            continue
        if "\t" in raw:
            if not (in_chart or NUMBER_TABLE.search(raw)):
                yield "tr", raw
            continue
        if in_chart and NUMBER_TABLE.search(raw):
            continue
        in_chart = False
        text = clean(raw)
        if re.match(r"^\d\. ", raw):
            yield "h1", text
        elif raw.startswith(("■", "基本方針")):
            yield "h2", text
        elif re.match(r"^\(\d\)", raw):
            yield "h3", text
        elif text.startswith(("≪", "【")) or re.match(r"^[①-⑨].{0,20}$", text):
            yield "h4", text
        elif text.startswith(("・", "※")):
            yield "li", text
        elif text.startswith("*"):
            yield "h4", text
        else:
            yield "p", text


def policy_html(chapters: tuple[str, ...], title: str) -> str:
    """Return one part of the policy as a vertically set HTML document."""
    book = policy_chapters()
    cover = f'<h1>{upright(clean(title))}</h1><p class="src">{upright(SOURCE_NOTE)}</p>'
    out = [f'<section class="cover">{cover}</section>']
    for chapter in chapters:
        rows: list[str] = []
        for kind, text in [*paragraphs(book[chapter]), ("end", "")]:
            if kind == "tr":
                cells = "".join(f"<td>{upright(clean(c))}</td>" for c in text.split("\t"))
                rows.append(f"<tr>{cells}</tr>")
                continue
            if rows:
                out.append(f"<table>{''.join(rows)}</table>")
                rows = []
            if kind == "li":
                out.append(f'<p class="li">{upright(text)}</p>')
            elif kind != "end":
                out.append(f"<{kind}>{upright(text)}</{kind}>")
    return page_html("vertical.css", "".join(out))


def invented_html(path: Path) -> str:
    """Return an invented paper with its style sheet inlined."""
    return page_html("paper.css", path.read_text(encoding="utf-8"))


def page_html(style: str, body: str) -> str:
    """Return a whole document with its style sheet inlined."""
    css = (SOURCES / style).read_text(encoding="utf-8")
    return (
        '<!doctype html><html lang="ja"><meta charset="utf-8">'
        f"<style>{css}</style><body>{body}</body></html>"
    )


def print_pdf(document: str, target: Path) -> None:
    """Print one HTML document to PDF with a headless Chromium; raises CalledProcessError."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(document, encoding="utf-8")
        subprocess.run(
            [
                "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
                f"--user-data-dir={folder}/profile", f"--print-to-pdf={target}", page.as_uri(),
            ],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip


def main() -> int:
    """Typeset everything into the folder named on the command line."""
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    only = set(sys.argv[2:])
    for name, (chapters, title) in POLICY_PARTS.items():
        if not only or name in only:
            print_pdf(policy_html(chapters, title), out / f"{name}.pdf")
    for path in sorted(SOURCES.glob("*.html")):
        if not only or path.stem in only:
            print_pdf(invented_html(path), out / f"{path.stem}.pdf")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
