"""Facets: exact counts of what the viewer may see, each without its own filter, so that a second
choice adds up.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from django.db.models import Max

from search import registry
from search.language.nodes import QueryFilters
from search.models import Row
from search.results import FacetValue, Filters

V = TypeVar("V", str, int)

_LABELS_KEPT = 60.0  # seconds that names of sections are remembered in this process
_labels: dict[int, tuple[str, float]] = {}


class Countable(Protocol):
    """What a facet looks at in a group."""

    @property
    def kind(self) -> str: ...

    @property
    def section(self) -> int: ...

    @property
    def year(self) -> int: ...


def passes(group: Countable, chosen: Filters, *, without: str = "") -> bool:
    """Whether a group passes the chosen filters, one of them left out if named."""
    return (
        (without == "kind" or not chosen.kinds or group.kind in chosen.kinds)
        and (without == "section" or not chosen.sections or group.section in chosen.sections)
        and (without == "year" or not chosen.years or group.year in chosen.years)
    )


def count(groups: Sequence[Countable], chosen: Filters) -> dict[str, list[FacetValue]]:
    """The values of each facet, most frequent first (years newest first); a chosen value stays
    even at 0.
    """
    kinds = Counter(group.kind for group in groups if passes(group, chosen, without="kind"))
    sections = Counter(
        group.section for group in groups if passes(group, chosen, without="section")
    )
    years = Counter(group.year for group in groups if passes(group, chosen, without="year"))
    sections.pop(0, None)
    years.pop(0, None)
    names = section_labels([*sections, *chosen.sections])
    return {
        "kind": _values(kinds, chosen.kinds, _kind_label),
        "section": _values(sections, chosen.sections, lambda section: names.get(section, "")),
        "year": sorted(
            _values(years, chosen.years, str), key=lambda value: int(value.value), reverse=True
        ),
    }


def _values(
    counts: "Counter[V]", chosen: Iterable[V], label: Callable[[V], str]
) -> list[FacetValue]:
    on = set(chosen)
    values = {**dict.fromkeys(on, 0), **counts}
    ordered = sorted(values.items(), key=lambda item: (-item[1], str(item[0])))
    return [FacetValue(str(value), label(value), number, value in on) for value, number in ordered]


def _kind_label(kind: str) -> str:
    declaration = registry.get(kind)
    return str(declaration.label) if declaration else kind


def section_labels(ids: Iterable[int]) -> dict[int, str]:
    """The names under which sections stand in the index."""
    now = time.monotonic()
    wanted = set(ids) - {0}
    unknown = [one for one in wanted if one not in _labels or _labels[one][1] < now]
    if unknown:
        rows = (
            Row.objects.filter(section_id__in=unknown)
            .values("section_id")
            .annotate(label=Max("section_label"))
        )
        for row in rows:
            _labels[row["section_id"]] = (row["label"], now + _LABELS_KEPT)
    return {one: _labels[one][0] for one in wanted if one in _labels}


def with_written(chosen: Filters, written: QueryFilters, groups: Sequence[Countable]) -> Filters:
    """Add what was written as 種別: and 部署: to the chosen filters; a name that fits nothing
    finds nothing.
    """
    if written.kinds:
        fitting = [
            declaration.kind
            for declaration in registry.declarations()
            if any(
                word in str(declaration.label) or word == declaration.kind for word in written.kinds
            )
        ]
        chosen = replace(chosen, kinds=(*chosen.kinds, *(fitting or ["-"])))
    if written.sections:
        names = section_labels({group.section for group in groups})
        fitting_ids = [
            one for one, name in names.items() if any(word in name for word in written.sections)
        ]
        chosen = replace(chosen, sections=(*chosen.sections, *(fitting_ids or [-1])))
    return chosen
