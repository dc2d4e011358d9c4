"""What a parser child can be asked, in the order in which it is: inspect, numbers, page, raster."""

from __future__ import annotations

import importlib
from typing import Any

from groupware.ingestion.parsers import pictures, sniff
from groupware.ingestion.sandbox.child import Operation, Refused, Session

# Loaded when the kind is known: importing all of them would cost each child half a second.
KINDS = {
    "pdf": "groupware.ingestion.parsers.kinds.pdf",
    "png": "groupware.ingestion.parsers.kinds.image",
    "jpeg": "groupware.ingestion.parsers.kinds.image",
    "tiff": "groupware.ingestion.parsers.kinds.image",
    "text": "groupware.ingestion.parsers.kinds.text",
    "docx": "groupware.ingestion.parsers.kinds.docx",
}


def inspect(session: Session, name: str, page_limit: int) -> dict[str, Any]:
    """Look the whole file over: what it is, how many pages, what to beware of. Raises Refused."""
    found = sniff.sniff(session.source, name)
    kind = importlib.import_module(KINDS[found.kind])
    flags = kind.check(session.source)
    pages = open_again(session, found.kind, page_limit)["pages"]
    return {"kind": found.kind, "media_type": found.media_type, "pages": pages, "flags": flags}


def open_again(session: Session, kind: str, page_limit: int) -> dict[str, Any]:
    """Open a file that was inspected before, by another child. Raises Refused."""
    session.kept["kind"] = importlib.import_module(KINDS[kind])
    pages = session.kept["kind"].start(session, page_limit)
    if pages > page_limit:
        raise Refused("pages", limit=page_limit, pages=pages)
    return {"pages": pages}


def numbers(session: Session, first: int, last: int) -> dict[str, Any]:
    """Return the pages among `first`..`last` whose own text holds personal numbers."""
    return {"pages": session.kept["kind"].numbers(session, first, last)}


def page(session: Session, number: int, plain_only: bool = False) -> dict[str, Any]:
    """Read page `number` (from 1): its text, page image and thumbnail. Raises Refused."""
    result, image = session.kept["kind"].page(session, number, plain=plain_only)
    files = pictures.write_page(image, session.scratch, number) if image is not None else {}
    return {"page": result.to_json(), "files": files}


def raster(session: Session, number: int) -> dict[str, Any]:
    """Write page `number` as bare pixels for OCR and return how to read them."""
    image = pictures.without_colour(session.kept["kind"].raster(session, number))
    name = f"raster-{number:04d}.raw"
    (session.scratch / name).write_bytes(image.tobytes())
    return {"raw": name, "mode": image.mode, "width": image.width, "height": image.height}


OPERATIONS: dict[str, Operation] = {
    "inspect": inspect,
    "open": open_again,
    "numbers": numbers,
    "page": page,
    "raster": raster,
}
