"""Facets: exact counts of what the viewer may see, each without its own filter.

So that a second choice of the same facet adds up, a facet's counts leave its own choice out.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from search import registry
from search.language.nodes import QueryFilters
from search.models import Row
from search.results import FacetValue, Filters

SCAN = ".scan"
#: First fiscal year of each era, newest first.
ERAS = {
    "reiwa": (2019, _("令和")),
    "heisei": (1989, _("平成")),
    "showa": (1926, _("昭和")),
    "taisho": (1912, _("大正")),
    "meiji": (1868, _("明治")),
}
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

    @property
    def scan(self) -> bool: ...


def era_of(year: int) -> str:
    """The era in which a fiscal year began; "" for none."""
    return next((name for name, (first, _label) in ERAS.items() if year >= first), "")


def kind_of(group: Countable) -> str:
    """The kind under which a group is counted: scans apart where their feature says so."""
    declaration = registry.get(group.kind)
    is_apart = group.scan and declaration is not None and bool(declaration.scan_label)
    return group.kind + SCAN if is_apart else group.kind


def kind_label(kind: str) -> str:
    """The name of a counted kind."""
    declaration = registry.get(kind.removesuffix(SCAN))
    if declaration is None:
        return kind
    return str(declaration.scan_label if kind.endswith(SCAN) else declaration.label)


class Facets:
    """The chosen filters over one answer's groups."""

    def __init__(self, groups: Sequence[Countable], chosen: Filters, written: QueryFilters) -> None:
        self.groups = groups
        sections = {group.section for group in groups} | set(chosen.sections)
        self.names = section_labels(sections)
        self.chosen = self._with_written(chosen, written)

    def department(self, section: int) -> str:
        """The 部 of a section, as its label begins."""
        return self.names.get(section, "").partition(" ")[0]

    def passes(self, group: Countable, *, without: str = "") -> bool:
        """Whether a group passes the chosen filters, those of one facet left out if named."""
        chosen = self.chosen
        if without != "kind" and chosen.kinds and not self._is_kind(group):
            return False
        if without != "section" and not self._is_place(group):
            return False
        if without != "year" and (chosen.years or chosen.eras):
            return group.year in chosen.years or era_of(group.year) in chosen.eras
        return True

    def _is_place(self, group: Countable) -> bool:
        sections, departments = self.chosen.sections, self.chosen.departments
        if not sections and not departments:
            return True
        return group.section in sections or self.department(group.section) in departments

    def _is_kind(self, group: Countable) -> bool:
        return kind_of(group) in self.chosen.kinds

    def count(self) -> dict[str, list[FacetValue]]:
        """The values of each facet with their counts; a chosen value stays even at 0."""
        chosen, alike = self.chosen, self._alike()
        kinds: Counter[str] = Counter()
        sections: Counter[int] = Counter()
        departments: Counter[str] = Counter()
        eras: Counter[str] = Counter()
        years: Counter[int] = Counter()
        for group, number in alike:
            if self.passes(group, without="kind"):
                kinds[kind_of(group)] += number
            if self.passes(group, without="section") and group.section:
                sections[group.section] += number
                departments[self.department(group.section)] += number
            if self.passes(group, without="year") and group.year:
                years[group.year] += number
                eras[era_of(group.year)] += number
        departments.pop("", None)
        eras.pop("", None)
        order = list(ERAS)
        return {
            "kind": _values(kinds, chosen.kinds, kind_label),
            "department": _values(departments, chosen.departments, str),
            "section": _values(sections, chosen.sections, lambda one: self.names.get(one, "")),
            "era": sorted(
                _values(
                    eras, chosen.eras, lambda name: str(ERAS[name][1]) if name in ERAS else name
                ),
                key=lambda value: order.index(value.value) if value.value in ERAS else len(order),
            ),
            "year": sorted(
                _values(years, chosen.years, str), key=lambda value: int(value.value), reverse=True
            ),
        }

    def _alike(self) -> list[tuple[Countable, int]]:
        """One group of each sort that the facets tell apart, and how many there are of it."""
        numbers = Counter((one.kind, one.scan, one.section, one.year) for one in self.groups)
        first = {(one.kind, one.scan, one.section, one.year): one for one in self.groups}
        return [(first[sort], number) for sort, number in numbers.items()]

    def _with_written(self, chosen: Filters, written: QueryFilters) -> Filters:
        """Add what was written as 種別: and 部署:; a name that fits nothing finds nothing."""
        if written.kinds:
            kinds = {kind_of(group) for group in self.groups}
            fitting = [
                kind
                for kind in kinds
                if any(word in kind_label(kind) or word == kind for word in written.kinds)
            ]
            chosen = replace(chosen, kinds=(*chosen.kinds, *(fitting or ["-"])))
        if written.sections:
            ids = [
                one
                for one, name in self.names.items()
                if any(word in name for word in written.sections)
            ]
            chosen = replace(chosen, sections=(*chosen.sections, *(ids or [-1])))
        return chosen


V = TypeVar("V", str, int)


def _values(
    counts: "Counter[V]", chosen: Iterable[V], label: Callable[[V], str]
) -> list[FacetValue]:
    on = set(chosen)
    values = {**dict.fromkeys(on, 0), **counts}
    ordered = sorted(values.items(), key=lambda item: (-item[1], str(item[0])))
    return [FacetValue(str(value), label(value), number, value in on) for value, number in ordered]


def forget_labels() -> None:
    """Ask for the names of sections again."""
    _labels.clear()


def section_labels(ids: Iterable[int]) -> dict[int, str]:
    """The names under which sections stand in the index."""
    now = time.monotonic()
    wanted = set(ids) - {0}
    unknown = [one for one in wanted if one not in _labels or _labels[one][1] < now]
    if unknown:
        named = Row.objects.filter(section_id__in=unknown).values("section_id")
        for row in named.annotate(label=Max("section_label")):
            _labels[row["section_id"]] = (row["label"], now + _LABELS_KEPT)
    return {one: _labels[one][0] for one in wanted if one in _labels}
