"""A small library of notes behind a real declaration, real scopes and the real engine."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from groupware.access.actions import create_scope, set_facts
from groupware.access.models import Scope
from groupware.access.selectors import scope_ids
from groupware.organization.models import Staff
from search import actions, facets, feeder, registry
from search.engines.current import shares_transaction
from search.registry import Box, Declaration, IndexRow
from search.results import Hit, Results
from search.selectors import search

KIND = "note"


@dataclass
class Library:
    """Notes that a test puts into the index; `check` answers from the compiled scopes."""

    everybody: Scope
    rows: dict[UUID, list[IndexRow]] = field(default_factory=dict)

    def add(
        self, *pages: str, title: str = "覚え書き", scope: Scope | None = None, **facts: Any
    ) -> UUID:
        """One note of one or more pages, seen by everybody unless a scope is given."""
        group = uuid4()
        self.rows[group] = [
            IndexRow(
                kind=KIND,
                group=group,
                unit=number,
                title=title,
                text=text,
                scope_id=(scope or self.everybody).pk,
                **facts,
            )
            for number, text in enumerate(pages, start=1)
        ]
        with transaction.atomic():
            actions.put(self.rows[group])
        return group

    def add_many(self, texts: Iterable[str], title: str = "") -> list[UUID]:
        """Many notes of one page in one transaction."""
        listed = list(texts)
        groups = [uuid4() for _ in listed]
        rows = [
            IndexRow(KIND, group, 1, title, text, self.everybody.pk)
            for group, text in zip(groups, listed, strict=True)
        ]
        for row in rows:
            self.rows[row.group] = [row]
        with transaction.atomic():
            actions.put(rows)
        while not shares_transaction() and feeder.feed():
            """More rows than a search feeds itself."""
        return groups

    def scope(self, *tokens: str) -> Scope:
        """A scope that the holders of these tokens see."""
        return create_scope(kind="test", owner_uuid=uuid4(), principals=tokens)

    def give(self, scope: Scope, *tokens: str) -> None:
        """Change who sees a scope."""
        with transaction.atomic():
            set_facts(scope, tokens)

    def check(self, viewer: Any, groups: Sequence[UUID]) -> set[UUID]:
        seen = set(scope_ids(viewer))
        return {
            group for group in groups if group in self.rows and self.rows[group][0].scope_id in seen
        }

    def boxes(self, group: UUID, unit: int, spans: Sequence[tuple[int, int]]) -> list[Box]:
        return [Box(start, 100, end - start, 20) for start, end in spans]


@pytest.fixture
def library(city: dict[str, Staff]) -> Iterator[Library]:
    """An empty library, declared as the only kind."""
    kept = registry.declarations()
    registry.forget()
    facets.forget_labels()
    with transaction.atomic():
        everybody = create_scope(kind="test", owner_uuid=uuid4(), principals=["all"])
    notes = Library(everybody)
    registry.register(
        Declaration(
            kind=KIND,
            label="メモ",
            icon="file-text",
            rows=lambda group: notes.rows.get(group, []),
            all_groups=lambda: list(notes.rows),
            check=notes.check,
            boxes=notes.boxes,
            url=lambda hit: f"/notes/{hit.group}/?page={hit.page}",
            thumb=lambda hit: f"/notes/{hit.group}/thumb",
        )
    )
    yield notes
    registry.forget()
    for declaration in kept:
        registry.register(declaration)


def groups(results: Results) -> set[UUID]:
    """The groups that were found."""
    return {hit.group for hit in results.hits}


def marked(hit: Hit) -> str:
    """The snippet with its marks in brackets."""
    return "".join(f"[{s.text}]" if s.marked else s.text for s in hit.pages[0].snippet)


def found(viewer: Staff, text: str, **options: Any) -> set[UUID]:
    """Every group that a search finds."""
    return groups(search(viewer, text, per_page=10_000, **options))
