"""The text that truly stands on each page of a typeset paper or of a born-digital PDF.

For what typeset.py set, the text comes from its HTML (a PDF gives vertical text in uncertain
order); the HTML of an invented paper has its pages marked, a vertical one is cut where the PDF's
pages hold as many characters. A government paper's text is the PDF's own.
"""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser
from pathlib import Path

import pypdfium2

from infra.demo.typeset import POLICY_PARTS, SOURCES, policy_html

BREAKS = {"p", "h1", "h2", "h3", "h4", "tr", "dt", "dd", "th", "td", "text", "section"}


class _Text(HTMLParser):
    """Collects text; `pages` breaks at <section class="page">."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pages: list[str] = []
        self.text = ""
        self.silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "section" and self.text.strip():
            self.flush()
        self.silent = tag == "style"
        if tag == "br":
            self.text += "\n"

    def handle_endtag(self, tag: str) -> None:
        self.silent = False
        if tag in BREAKS and not self.text.endswith("\n"):
            self.text += "\n"

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.text += data.strip("\n")

    def flush(self) -> None:
        """End a page."""
        self.pages.append(self.text.strip() + "\n")
        self.text = ""


def _parsed(document: str) -> list[str]:
    parser = _Text()
    parser.feed(document)
    parser.flush()
    return parser.pages


def _bare(text: str) -> int:
    """How many characters are ink."""
    return len(re.sub(r"\s", "", unicodedata.normalize("NFC", text)))


def _cut(text: str, sizes: list[int]) -> list[str]:
    """Cut `text` into pages of so many inked characters each."""
    pages: list[str] = []
    current, count = "", 0
    for character in text:
        if count >= sizes[len(pages)] and len(pages) < len(sizes) - 1 and not character.isspace():
            pages.append(current.strip() + "\n")
            current, count = "", 0
        current += character
        count += not character.isspace()
    return [*pages, current.strip() + "\n"]


def truth_pages(pdf: Path) -> list[str]:
    """Return the true text of every page of `pdf`, in order."""
    document = pypdfium2.PdfDocument(pdf)
    found = [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]
    if pdf.stem in POLICY_PARTS:
        sizes = [_bare(text) for text in found]
        return _cut("".join(_parsed(policy_html(*POLICY_PARTS[pdf.stem]))), sizes)
    invented = SOURCES / f"{pdf.stem}.html"
    if invented.exists():
        pages = _parsed(invented.read_text(encoding="utf-8"))
        if len(pages) != len(found):
            raise ValueError(f"{pdf.name}: {len(pages)} pages written, {len(found)} printed")
        return pages
    return [text.strip() + "\n" for text in found]
