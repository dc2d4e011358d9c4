"""What reading a page gives, whatever kind of paper it is on."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True)
class PageText:
    """The text of a page as the database stores it, and what is still to be done."""

    width: float
    height: float
    text: str = ""
    words: list[list[Any]] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)
    direction: str = "h"
    engine: str = ""
    confidence: float | None = None
    needs_ocr: str = ""  # why: "scan", "outlines", "broken"; empty when the text is good
    numbers: int = 0  # 個人番号 found

    def to_json(self) -> dict[str, Any]:
        """Return plain data for the protocol."""
        return asdict(self)
