"""What a search answers with: plain values, ready for a template or JSON."""

from dataclasses import dataclass, field
from uuid import UUID

from search.registry import Box


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a snippet; ``marked`` is what was found."""

    text: str
    marked: bool = False


@dataclass(slots=True)
class PageHit:
    """A row of a group that was hit. Only a hit's first page carries its snippet, spans and
    boxes.
    """

    unit: int
    score: float
    snippet: list[Segment] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    heading: str = ""
    is_scan: bool = False
    confidence: float | None = None
    spans: list[tuple[int, int]] = field(default_factory=list)
    url: str = ""


@dataclass(slots=True)
class Hit:
    """A group (one document, one article …) with its best pages, best first."""

    kind: str
    group: UUID
    title: str
    score: float
    pages: list[PageHit]
    url: str = ""
    thumb: str = ""
    icon: str = ""
    label: str = ""
    title_segments: list[Segment] = field(default_factory=list)
    section_label: str = ""
    fiscal_year: int = 0
    is_scan: bool = False
    confidence: float | None = None
    query: str = ""
    units_hit: int = 0
    open_at: int = 0

    @property
    def page(self) -> int:
        """The page to open."""
        return self.open_at or (self.pages[0].unit if self.pages else 1)


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One choice of a facet with the number of hits the viewer would get; ``on`` when it is
    chosen.
    """

    value: str
    label: str
    count: int
    on: bool = False


@dataclass(frozen=True, slots=True)
class Filters:
    """Chosen filters, from the facets and chips of the page.

    ``kinds`` are kinds of declarations, scans as ``document.scan``; ``departments`` names of 部
    (or of a section directly below the root), ``sections`` keys; ``eras`` of
    :data:`search.facets.ERAS`. Dates are ISO. ``order`` is "" for relevance or "new".
    """

    kinds: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    sections: tuple[int, ...] = ()
    eras: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    since: str = ""
    until: str = ""
    author: str = ""
    order: str = ""

    def narrows(self) -> bool:
        """Whether anything is chosen (the order is no filter)."""
        return any(
            (
                self.kinds,
                self.departments,
                self.sections,
                self.eras,
                self.years,
                self.since,
                self.until,
                self.author,
            )
        )


@dataclass(slots=True)
class Results:
    """The answer. ``total`` counts groups that the viewer may see; ``seconds`` is the time it
    took.
    """

    total: int
    hits: list[Hit]
    facets: dict[str, list[FacetValue]]
    spellings: list[str]
    notes: list[str]
    seconds: float
    query: str = ""
    page: int = 1
    pages: int = 1
