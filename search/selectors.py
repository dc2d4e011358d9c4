"""Reads: what a person finds. Every count, facet, snippet and spelling comes from what that person
may see.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from groupware.access.selectors import changed_scopes, one_request, principals, scope_ids
from search import feeder, frequencies, registry
from search.engines.base import (
    Candidate,
    Conditions,
    Engine,
    Frequencies,
    Match,
    Nothing,
    Rights,
    Stored,
)
from search.engines.current import engine as current_engine
from search.facets import SCAN, Facets, kind_label, kind_of
from search.highlight import find_spans, marked, snippet, stands_in
from search.language.nodes import Query
from search.language.parser import may_be_question, parse
from search.language.rephrase import shorter
from search.models import Row
from search.plan import Plan, build, in_titles
from search.ranking import Ranked, Ranking, run_grams
from search.results import Filters, Hit, PageHit, Results

RANKED_GROUPS = 50  # groups that are ranked finely; those after them keep the engine's order
ROWS_PER_GROUP = 2
PAGES_SHOWN = 6
_BY_SCORE = itemgetter(8)


@dataclass(slots=True)
class Group:
    """A hit before it is shown: its rows, best first."""

    kind: str
    group: str
    section: int
    year: int
    scan: bool = False
    made_on: str = ""
    rows: list[Candidate] = field(default_factory=list)
    best: Ranked | None = None

    @property
    def rough(self) -> float:
        """The engine's score of the best row."""
        return self.rows[0].score


@dataclass(frozen=True, slots=True)
class Found:
    """Every group that matches under the rights, before facet filters."""

    query: Query
    plan: Plan
    groups: list[Group]


def rights_of(viewer: Any) -> Rights:
    """What the engines need to know of a viewer, now."""
    changed = frozenset(scope for scope, _turn in changed_scopes())
    mine: frozenset[int] = frozenset()
    if changed:
        mine = frozenset(scope_ids(viewer).filter(scope_id__in=changed))
    return Rights(principals(viewer), changed, mine, feeder.catch_up())


def search(
    viewer: Any,
    text: str,
    *,
    filters: Filters | None = None,
    page: int = 1,
    per_page: int = 20,
    literal: bool = False,
) -> Results:
    """Search for ``viewer``. Any text has an answer; nothing that the viewer may not see is in any
    part of it.

    With ``literal`` every term is taken letter by letter, without other spellings.
    """
    started = time.perf_counter()
    chosen = filters or Filters()
    with one_request():
        engine, rights = current_engine(), rights_of(viewer)
        found = _find(engine, rights, parse(text, literal=literal), chosen)
        counted = Facets(found.groups, chosen, found.query.filters)
        groups = [group for group in found.groups if counted.passes(group)]
        stored = _rank(engine, found.plan, groups)
        if chosen.order == "new":
            groups.sort(key=lambda group: group.made_on, reverse=True)
        kept, total = _checked(viewer, groups, page, per_page)
        hits = _render(engine, kept, stored, found.plan, text)
        return Results(
            total=total,
            hits=hits,
            facets=counted.count(),
            spellings=found.plan.spellings,
            notes=_notes(found),
            seconds=time.perf_counter() - started,
            query=text,
            page=page,
            pages=max(1, math.ceil(total / per_page)),
        )


def count(viewer: Any, text: str, *, filters: Filters | None = None) -> int:
    """How many groups ``search`` would find."""
    chosen = filters or Filters()
    with one_request():
        found = _find(current_engine(), rights_of(viewer), parse(text), chosen)
        counted = Facets(found.groups, chosen, found.query.filters)
        return sum(counted.passes(group) for group in found.groups)


def suggestions(
    viewer: Any, text: str, filters: Filters, *, most: int = 3
) -> list[tuple[str, int]]:
    """For a search without hits: shorter searches of the same words that do find something, with
    their counts.
    """
    answers: list[tuple[str, int]] = []
    for candidate in shorter(text):
        total = count(viewer, candidate, filters=filters)
        if total:
            answers.append((candidate, total))
        if len(answers) == most:
            break
    return answers


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _conditions(query: Query, chosen: Filters) -> Conditions:
    written = query.filters
    authors = written.authors + ((chosen.author,) if chosen.author else ())
    return Conditions(
        since=written.since or _day(chosen.since),
        until=written.until or _day(chosen.until),
        authors=authors,
        kinds=tuple(declaration.kind for declaration in registry.declarations()),
    )


def _find(engine: Engine, rights: Rights, query: Query, chosen: Filters) -> Found:
    conditions = _conditions(query, chosen)
    if query.node is None and not query.filters and not chosen.narrows():
        return Found(query, Plan(Nothing(), []), [])
    if not conditions.kinds:
        return Found(query, Plan(Nothing(), []), [])

    def ids(match: Match) -> frozenset[int]:
        return frozenset(row.id for row in engine.find(match, rights, conditions))

    plan = build(query, ids, lambda words: frequencies.of(words=words))
    titles = None if plan.question else in_titles(plan.match)
    candidates = engine.find(plan.match, rights, conditions, browsing=titles)
    if not candidates and not query.question and may_be_question(query):
        plan = build(replace(query, question=True), ids, lambda words: frequencies.of(words=words))
        candidates = engine.find(plan.match, rights, conditions)
    return Found(query, plan, _group(_verified(engine, plan, candidates)))


def _verified(engine: Engine, plan: Plan, candidates: list[Candidate]) -> list[Candidate]:
    """Exact passages are verified in the stored text before anything is counted."""
    if not plan.checks or not candidates:
        return candidates
    stored = engine.load([row.id for row in candidates])
    return [
        row
        for row in candidates
        if row.id in stored and all(check(row.id, stored[row.id]) for check in plan.checks)
    ]


def _group(candidates: list[Candidate]) -> list[Group]:
    """Rows folded into groups, rows and groups best first."""
    candidates.sort(key=_BY_SCORE, reverse=True)
    groups: dict[str, Group] = {}
    for row in candidates:
        group = groups.get(row[1])
        if group is None:
            groups[row[1]] = Group(
                row.kind, row.group, row.section, row.year, row.scan > 0, row.made_on, [row]
            )
        else:
            group.rows.append(row)
            if row.scan:
                group.scan = True
    return list(groups.values())


def _frequencies(plan: Plan) -> Frequencies:
    return frequencies.of(
        words=[*plan.words, *plan.synonym_words], grams=[*plan.grams, *run_grams(plan.runs)]
    )


def _rank(engine: Engine, plan: Plan, groups: list[Group]) -> dict[int, Stored]:
    """Sort the first groups in place by the fine ranking; the rest stay as the engine says.

    Returns what was read of their rows.
    """
    head = groups[:RANKED_GROUPS]
    if not head or not plan.leaves:
        return {}
    ranking = Ranking(plan, _frequencies(plan), timezone.localdate())
    priors = {declaration.kind: declaration.prior for declaration in registry.declarations()}
    stored = engine.load([row.id for group in head for row in group.rows[:ROWS_PER_GROUP]])
    for group in head:
        ranked = [
            (ranking.score(stored[row.id], priors.get(group.kind, 0.0)), row)
            for row in group.rows[:ROWS_PER_GROUP]
            if row.id in stored
        ]
        ranked.sort(key=lambda pair: (-pair[0].tier, -pair[0].points, pair[1].unit))
        group.rows[: len(ranked)] = [row for _score, row in ranked]
        group.best = ranked[0][0] if ranked else None
    head.sort(
        key=lambda group: (
            (-group.best.tier, -group.best.points, group.group) if group.best else (0, 0.0, "")
        )
    )
    groups[: len(head)] = head
    return stored


def _checked(viewer: Any, groups: list[Group], page: int, per_page: int) -> tuple[list[Group], int]:
    """The groups of one page, each asked of its feature's policy once more, and the total without
    those refused.
    """
    start = (max(page, 1) - 1) * per_page
    kept: list[Group] = []
    refused = 0
    position = start
    while len(kept) < per_page and position < len(groups):
        batch = groups[position : position + per_page - len(kept)]
        position += len(batch)
        allowed: set[tuple[str, UUID]] = set()
        for kind in {group.kind for group in batch}:
            declaration = registry.get(kind)
            if declaration:
                asked = [UUID(group.group) for group in batch if group.kind == kind]
                allowed |= {(kind, uuid) for uuid in declaration.check(viewer, asked)}
        passed = [group for group in batch if (group.kind, UUID(group.group)) in allowed]
        refused += len(batch) - len(passed)
        kept += passed
    return kept, len(groups) - refused


def _render(
    engine: Engine, groups: Sequence[Group], known: dict[int, Stored], plan: Plan, text: str
) -> list[Hit]:
    wanted = [row.id for group in groups for row in group.rows[:PAGES_SHOWN]]
    stored = known | engine.load([row for row in wanted if row not in known])
    hits: list[Hit] = []
    shown: dict[int, list[Candidate]] = {}
    for number, group in enumerate(groups):
        rows = [row for row in group.rows[:PAGES_SHOWN] if row.id in stored]
        in_text = [row for row in rows if stands_in(stored[row.id], plan.leaves)]
        # Where only the title was hit, the first page stands for the group.
        shown[number] = in_text or sorted(rows, key=lambda row: row.unit)[:1]
    first = Row.objects.in_bulk([rows[0].id for rows in shown.values() if rows])
    headings = _headings([row.id for rows in shown.values() for row in rows[1:]])
    for number, group in enumerate(groups):
        declaration = registry.get(group.kind)
        rows = shown[number]
        if rows and rows[0].id in first and declaration:
            row = first[rows[0].id]
            pages = [PageHit(row.unit, rows[0].score, heading=row.heading)]
            pages += [PageHit(c.unit, c.score, heading=headings.get(c.id, "")) for c in rows[1:]]
            _show(pages[0], row, declaration, plan, stored[row.pk].w)
            hits.append(
                _hit(group, row, pages=pages, declaration=declaration, plan=plan, text=text)
            )
    return hits


def _headings(ids: Sequence[int]) -> dict[int, str]:
    """The headings of rows that have one."""
    rows = Row.objects.filter(pk__in=ids).exclude(heading="") if ids else Row.objects.none()
    return dict(rows.values_list("pk", "heading"))


def _hit(
    group: Group,
    first: Row,
    *,
    pages: list[PageHit],
    declaration: registry.Declaration,
    plan: Plan,
    text: str,
) -> Hit:
    hit = Hit(
        kind=group.kind,
        group=first.group,
        title=first.title,
        score=group.best.points if group.best else group.rough,
        pages=pages,
        icon=declaration.scan_icon if kind_of(group).endswith(SCAN) else declaration.icon,
        label=kind_label(kind_of(group)),
        title_segments=marked(first.title, find_spans(first.title, plan.leaves)),
        section_label=first.section_label,
        fiscal_year=first.fiscal_year,
        is_scan=first.is_scan,
        confidence=first.confidence,
        query=text,
        units_hit=len(group.rows),
    )
    hit.url, hit.thumb = declaration.url(hit), declaration.thumb(hit)
    for page in pages:
        hit.open_at = page.unit
        page.url = declaration.url(hit)
    hit.open_at = 0
    return hit


def _show(
    page: PageHit, row: Row, declaration: registry.Declaration, plan: Plan, stored_words: str
) -> None:
    """Fill in what the page to be opened shows: spans, snippet, boxes."""
    page.is_scan, page.confidence = row.is_scan, row.confidence
    spans = find_spans(row.text, plan.leaves, stored_words)
    page.spans = [(span.start, span.end) for span in spans]
    page.snippet = snippet(row.text, spans)
    if spans:
        page.boxes = declaration.boxes(row.group, row.unit, page.spans)


def _notes(found: Found) -> list[str]:
    notes: list[str] = []
    if found.plan.question and not found.query.question:
        notes.append(_("文のとおりのものはなかったので、含まれる言葉で探しました"))
    return notes
