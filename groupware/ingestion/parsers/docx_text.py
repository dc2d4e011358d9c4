"""Text of Word files without LibreOffice: one page per heading, and all text for the guards."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.etree import ElementTree

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.paragraph import Paragraph

from groupware.ingestion.sandbox.child import Refused

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LINES_PER_SECTION = 60


def sections(path: Path) -> list[str]:
    """Return the text, cut at headings and after LINES_PER_SECTION lines. Raises Refused."""
    try:
        document: Document = docx.Document(str(path))
    except (PackageNotFoundError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise Refused("damaged", found="Word文書") from error
    pages: list[list[str]] = [[]]
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            lines = [
                "\t".join(cell.text.replace("\n", " ") for cell in row.cells) for row in block.rows
            ]
        else:
            lines = [block.text]
            if _is_heading(block) and any(pages[-1]):
                pages.append([])
        for line in lines:
            if len(pages[-1]) >= LINES_PER_SECTION:
                pages.append([])
            pages[-1].append(line)
    return ["\n".join(page).strip("\n") for page in pages]


def _is_heading(paragraph: Paragraph) -> bool:
    name = (paragraph.style.name if paragraph.style is not None else "") or ""
    return name.lower().startswith(("heading", "title", "見出し", "表題"))


def all_text(path: Path) -> str:
    """Return every paragraph of every part: body, headers, notes, text boxes, comments."""
    paragraphs: list[str] = []
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("word/") and name.endswith(".xml"):
                with archive.open(name) as stream:
                    for _event, node in ElementTree.iterparse(stream):  # noqa: S314 - DTDs are refused before
                        if node.tag == WORD + "p":
                            paragraphs.append("".join(t.text or "" for t in node.iter(WORD + "t")))
    return "\n".join(paragraphs)
