"""Finding inside one group: which of its units hold the words, and where. For viewers.

The same analysis and the same rights as the search itself, so that what a hit promised stands
where the viewer draws its box.
"""

from typing import Any
from uuid import UUID

from groupware.access.selectors import one_request
from search import frequencies
from search.engines.base import AnyOf, Conditions, Match
from search.engines.current import engine as current_engine
from search.highlight import find_spans
from search.language.parser import parse
from search.models import Row
from search.plan import build, leaf_match
from search.selectors import rights_of

Spans = list[tuple[int, int]]


def find_within(viewer: Any, kind: str, group: UUID, text: str) -> dict[int, Spans]:
    """Unit -> half-open spans of code points of its text, for every unit that holds a word.

    Any of the words is enough: a page that holds one of two is worth looking at. Units that
    the viewer may not find are not there.
    """
    with one_request():
        query = parse(text)
        if query.node is None:
            return {}
        engine, rights = current_engine(), rights_of(viewer)
        conditions = Conditions(kinds=(kind,), group=group.hex)

        def ids(match: Match) -> frozenset[int]:
            return frozenset(row.id for row in engine.find(match, rights, conditions))

        plan = build(query, ids, lambda words: frequencies.of(words=words))
        if not plan.leaves:
            return {}
        anywhere = AnyOf(tuple(leaf_match(leaf) for leaf in plan.leaves))
        hit = [row.id for row in engine.find(anywhere, rights, conditions)]
        rows = Row.objects.filter(pk__in=hit)
        found = {
            row.unit: [(span.start, span.end) for span in find_spans(row.text, plan.leaves)]
            for row in rows.order_by("unit")
        }
        return {unit: spans for unit, spans in found.items() if spans}
