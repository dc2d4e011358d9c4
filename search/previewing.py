"""The preview beside the hits: one page of one group with the words boxed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from groupware.access.policies import NotVisible
from search import registry
from search.facets import SCAN
from search.highlight import Span, marked
from search.models import Row
from search.registry import Box
from search.results import Hit, Segment
from search.within import find_within

EXCERPT = 1_200  # code points of text shown where a kind has no image of its pages


@dataclass(slots=True)
class Preview:
    """What the preview shows; ``previous`` and ``next`` are units with a hit."""

    kind: str
    group: UUID
    title: str
    label: str
    unit: int
    units: int
    boxes: list[Box]
    hits_here: int
    url: str
    image: str = ""
    text: list[Segment] = field(default_factory=list)
    facts: Sequence[tuple[str, str]] = ()
    previous: int | None = None
    next: int | None = None


def preview(viewer: Any, kind: str, group: UUID, unit: int, words: str) -> Preview:
    """One page of a group for ``viewer``.

    Raises:
        NotVisible: when there is no such page, or the viewer may not see it.
    """
    declaration = registry.get(kind.removesuffix(SCAN))
    if declaration is None or group not in declaration.check(viewer, [group]):
        raise NotVisible
    row = Row.objects.filter(kind=declaration.kind, group=group, unit=unit).first()
    if row is None:
        raise NotVisible
    found = find_within(viewer, declaration.kind, group, words)
    spans = found.get(unit, [])
    before = [number for number in found if number < unit]
    after = [number for number in found if number > unit]
    hit = Hit(declaration.kind, group, row.title, 0.0, [], query=words)
    hit.open_at = unit
    shown = Preview(
        kind=declaration.kind,
        group=group,
        title=row.title,
        label=str(declaration.label),
        unit=unit,
        units=Row.objects.filter(kind=declaration.kind, group=group).count(),
        boxes=declaration.boxes(group, unit, spans) if spans else [],
        hits_here=len(spans),
        url=declaration.url(hit),
        image=declaration.image(group, unit) if declaration.image else "",
        facts=declaration.facts(viewer, group) if declaration.facts else (),
        previous=max(before) if before else None,
        next=min(after) if after else None,
    )
    if not shown.image:
        shown.text = _excerpt(row.text, spans)
    return shown


def _excerpt(text: str, spans: Sequence[tuple[int, int]]) -> list[Segment]:
    """The text around the first hit with its marks."""
    start = max(0, spans[0][0] - 200) if spans else 0
    end = start + EXCERPT
    inside = [Span(a - start, b - start, 0) for a, b in spans if start <= a and b <= end]
    return marked(text[start:end], inside)
