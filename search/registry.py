"""What can be found. A feature declares its kind here (from ``AppConfig.ready``) and puts its rows
itself.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from search.results import Hit


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One row to be found: a page, a section, a message.

    ``unit`` counts from 1 inside the group; ``confidence`` is OCR's mean, 0 to 100, ``None`` for
    born-digital text. ``fiscal_year`` and ``owner_section_id`` are 0 where there is none.
    """

    kind: str
    group: UUID
    unit: int
    title: str
    text: str
    scope_id: int
    owner_section_id: int = 0
    section_label: str = ""
    fiscal_year: int = 0
    made_on: date | None = None
    is_scan: bool = False
    confidence: float | None = None
    heading: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """Where a hit stands on its page: thousandths of the page's width and height."""

    x: float
    y: float
    w: float
    h: float
    direction: str = "h"


@dataclass(frozen=True, slots=True)
class Declaration:
    """How a kind is indexed, checked and shown.

    ``check`` is asked again before anything of a hit is rendered and answers with the groups that
    the viewer may see now. Where ``scan_label`` is given, scans are a kind of their own among the
    facets. ``boxes`` gets half-open spans of code points of the row's text. ``prior`` is added to
    scores.
    """

    kind: str
    label: Any
    icon: str
    rows: Callable[[UUID], Iterable[IndexRow]]
    all_groups: Callable[[], Iterable[UUID]]
    check: Callable[[Any, Sequence[UUID]], set[UUID]]
    boxes: Callable[[UUID, int, Sequence[tuple[int, int]]], list[Box]]
    url: Callable[["Hit"], str]
    thumb: Callable[["Hit"], str]
    prior: float = 0.0
    scan_label: Any = ""
    scan_icon: str = "scan-text"
    facts: Callable[[Any, UUID], Sequence[tuple[str, str]]] | None = None
    image: Callable[[UUID, int], str] | None = None


_declarations: dict[str, Declaration] = {}


def register(declaration: Declaration) -> None:
    """Declare a kind; declaring it again replaces it (tests do)."""
    _declarations[declaration.kind] = declaration


def get(kind: str) -> Declaration | None:
    """The declaration of a kind, if its feature is installed."""
    return _declarations.get(kind)


def declarations() -> list[Declaration]:
    """Every declared kind in the order of declaration."""
    return list(_declarations.values())


def forget() -> None:
    """Forget every kind (tests declare their own)."""
    _declarations.clear()
