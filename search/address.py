"""The state of the search page lives in its address: words, filters, order, page."""

from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from search.language.parser import MAX_LENGTH
from search.language.period import parse_period
from search.results import Filters

_MANY = 40  # values of one parameter that are read


def _numbers(values: list[str]) -> tuple[int, ...]:
    """Whole numbers of an address; anything else is left out."""
    return tuple(
        int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 10
    )


@dataclass(frozen=True, slots=True)
class Address:
    """What an address of the search page asks for. ``period`` is as the person wrote it."""

    query: str = ""
    filters: Filters = field(default_factory=Filters)
    period: str = ""
    literal: bool = False
    page: int = 1

    @classmethod
    def read(cls, given: QueryDict) -> "Address":
        """Read an address; what makes no sense is left out, never an error."""
        period = given.get("period", "").strip()[:80]
        bounds = parse_period(period) if period else None
        since, until = bounds or (None, None)
        pages = _numbers([given.get("page", "1")])
        return cls(
            query=given.get("q", "").strip()[:MAX_LENGTH],
            filters=Filters(
                kinds=tuple(given.getlist("kind")[:_MANY]),
                departments=tuple(given.getlist("department")[:_MANY]),
                sections=_numbers(given.getlist("section")[:_MANY]),
                eras=tuple(given.getlist("era")[:_MANY]),
                years=_numbers(given.getlist("year")[:_MANY]),
                since=since.isoformat() if since else "",
                until=until.isoformat() if until else "",
                author=given.get("author", "").strip()[:80],
                order="new" if given.get("order") == "new" else "",
            ),
            period=period,
            literal=given.get("literal") == "1",
            page=max(1, pages[0]) if pages else 1,
        )

    @property
    def bad_period(self) -> bool:
        """Whether something was written that is no period."""
        return bool(self.period) and not (self.filters.since or self.filters.until)

    def url(self, **changes: Any) -> str:
        """The address with some values changed (``filters``, ``page``, ``literal`` …)."""
        changed = replace(self, **changes)
        chosen = changed.filters
        parameters: list[tuple[str, Any]] = [("q", changed.query)] if changed.query else []
        for name, values in (
            ("kind", chosen.kinds),
            ("department", chosen.departments),
            ("section", chosen.sections),
            ("era", chosen.eras),
            ("year", chosen.years),
        ):
            parameters += [(name, value) for value in values]
        single = {
            "period": changed.period,
            "author": chosen.author,
            "order": chosen.order,
            "literal": "1" if changed.literal else "",
            "page": changed.page if changed.page > 1 else "",
        }
        parameters += [(name, value) for name, value in single.items() if value]
        return f"{reverse('search:search')}?{urlencode(parameters)}"

    def without(self, name: str, value: Any = None) -> str:
        """The address with one choice taken back (all of a filter when no value is named)."""
        if name == "period":
            return self.url(period="", filters=replace(self.filters, since="", until=""), page=1)
        now = getattr(self.filters, name)
        rest: Any = tuple(one for one in now if one != value) if isinstance(now, tuple) else ""
        return self.url(filters=replace(self.filters, **{name: rest}), page=1)

    def plain(self) -> str:
        """The words alone."""
        return self.url(filters=Filters(order=self.filters.order), period="", page=1)
