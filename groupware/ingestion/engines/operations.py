"""What the resident OCR child does: read one page that another child of ours decoded to pixels."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from PIL import Image

from groupware.ingestion.engines import choice
from groupware.ingestion.parsers import personal_number
from groupware.ingestion.sandbox.child import Operation, Session


def read(
    session: Session, *, raw: str, mode: str, width: int, height: int, only: str = ""
) -> dict[str, Any]:
    """Read the page in `raw` (a file of bare pixels in the scratch folder) and remove it."""
    path = session.scratch / raw
    image = Image.frombytes(mode, (width, height), path.read_bytes())
    path.unlink()
    found = asdict(choice.read(image, only=only))
    found["numbers"] = personal_number.count(found["text"])
    return found


def load(session: Session, engine: str) -> dict[str, Any]:
    """Load an engine ahead of the first page."""
    return {"engine": choice.engine(engine).name}


OPERATIONS: dict[str, Operation] = {"read": read, "load": load}
