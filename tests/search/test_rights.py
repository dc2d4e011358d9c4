"""Nobody finds, counts or guesses what they may not see: random rights, changed scopes, moves."""

import random
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from groupware.access.models import ChangedScope, Scope
from groupware.access.selectors import principals, scope_ids
from groupware.organization.models import Staff
from search import actions, indexing, registry, tasks
from search.engines.base import Conditions, Everything, Rights
from search.engines.current import engine, shares_transaction
from search.engines.fts_query import NO_ROW, rights_expression
from search.results import Filters, Results
from search.selectors import rights_of, search, suggestions
from tests.conftest import count
from tests.search.conftest import KIND, Library, found

pytestmark = pytest.mark.postgres

WORDS = ["断水", "給水", "サーバー", "申込み", "固定資産税", "令和7年", "国保", "渡邊"]
QUERIES = [
    *WORDS,
    "断水 OR 給水",
    "断水 -給水",
    "「固定資産税」",
    "-「断水」",
    "断水の時間は何時ですか？",
    "税",
]


def _everything_said(results: Results) -> str:
    """Every text that a person could read in the answer."""
    parts = [*results.spellings, *results.notes]
    for hit in results.hits:
        parts += [hit.title, hit.url, hit.section_label]
        parts += [segment.text for page in hit.pages for segment in page.snippet]
    for values in results.facets.values():
        parts += [f"{value.label} {value.count}" for value in values]
    return "\n".join(parts)


@pytest.mark.parametrize("seed", range(count(3, 60)))
def test_random_rights(library: Library, city: dict[str, Staff], seed: int) -> None:
    """Totals, facets, snippets and spellings equal those of an index without the hidden rows."""
    chance = random.Random(seed)
    people = [city[name] for name in ("clerk", "head", "director", "outsider", "admin", "disabled")]
    tokens = sorted({token for person in people for token in principals(person)} | {"s999999"})
    scopes = [library.scope(*chance.sample(tokens, chance.randint(0, 3))) for _ in range(12)]
    placed = []
    for number in range(60):
        scope = chance.choice(scopes)
        secret = f"秘{uuid4().hex[:10]}"
        text = f"{chance.choice(WORDS)}と{chance.choice(WORDS)}について {secret}"
        section = chance.randint(1, 4)
        group = library.add(
            text,
            title=f"文書{number} {secret}",
            scope=scope,
            owner_section_id=section,
            section_label=f"第{section}課",
            fiscal_year=2020 + chance.randint(0, 3),
        )
        placed.append((group, scope, secret, section))
    for scope in chance.sample(scopes, 4):  # rights that change after indexing
        library.give(scope, *chance.sample(tokens, chance.randint(0, 3)))
    for person in people:
        seen = set(scope_ids(person))
        visible = {group for group, scope, *_rest in placed if scope.pk in seen}
        hidden = [secret for group, _scope, secret, _section in placed if group not in visible]
        for query in QUERIES:
            results = search(person, query, per_page=1_000)
            assert {hit.group for hit in results.hits} <= visible
            assert results.total == len(results.hits)
            assert sum(value.count for value in results.facets["section"]) == results.total
            assert sum(value.count for value in results.facets["year"]) == results.total
            said = _everything_said(results)
            assert not any(secret in said for secret in hidden)
        for secret in hidden:
            assert search(person, secret).total == 0
            assert search(person, f"「{secret}」").total == 0
            for text, total in suggestions(person, f"{secret} 断水", Filters()):
                assert total == search(person, text).total
        everything = engine().find(Everything(), rights_of(person), Conditions(kinds=(KIND,)))
        assert {row.group for row in everything} == {group.hex for group in visible}


def test_nobody_finds_nothing(library: Library, disabled: Staff) -> None:
    library.add("断水")
    for viewer in (None, disabled):
        results = search(viewer, "断水")
        assert (results.total, results.hits) == (0, [])
        assert all(values == [] for values in results.facets.values())


def test_no_principal_is_no_row() -> None:
    assert rights_expression(Rights(frozenset())) == NO_ROW
    assert rights_expression(Rights(frozenset(), frozenset({1}), frozenset({1}))) == NO_ROW


def test_an_unknown_kind_is_never_shown(library: Library, clerk: Staff) -> None:
    group = library.add("断水")
    registry.forget()
    assert search(clerk, "断水").total == 0
    assert group in library.rows


def test_a_grant_is_felt_at_once(library: Library, clerk: Staff, outsider: Staff) -> None:
    scope = library.scope(f"u{clerk.pk}")
    group = library.add("断水", scope=scope)
    assert found(outsider, "断水") == set()
    library.give(scope, f"u{clerk.pk}", f"u{outsider.pk}")
    assert ChangedScope.objects.filter(scope=scope).exists()
    assert found(outsider, "断水") == found(clerk, "断水") == {group}


def test_a_revocation_is_felt_at_once(library: Library, clerk: Staff, outsider: Staff) -> None:
    scope = library.scope(f"u{clerk.pk}", f"u{outsider.pk}")
    group = library.add("断水", scope=scope)
    library.give(scope, f"u{clerk.pk}")
    assert found(outsider, "断水") == set()
    assert found(clerk, "断水") == {group}


def test_rewriting_takes_a_scope_off_the_list(
    library: Library, clerk: Staff, outsider: Staff
) -> None:
    scope = library.scope(f"u{clerk.pk}")
    group = library.add("断水", "断水", scope=scope)
    library.give(scope, f"u{outsider.pk}")
    assert tasks.rewrite_scope.func(scope.pk) == 2
    assert not ChangedScope.objects.exists()
    assert found(outsider, "断水") == {group}
    assert found(clerk, "断水") == set()
    assert tasks.rewrite_scope.func(scope.pk) == 2  # safe to run twice
    assert found(outsider, "断水") == {group}


def test_a_change_during_the_rewrite_stays_on_the_list(
    library: Library, clerk: Staff, outsider: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope = library.scope(f"u{clerk.pk}")
    group = library.add("断水", scope=scope)
    assert found(clerk, "断水") == {group}
    library.give(scope, f"u{outsider.pk}")
    refresh = indexing.refresh

    def changed_meanwhile(*arguments: Any) -> None:
        refresh(*arguments)
        library.give(scope)

    monkeypatch.setattr(indexing, "refresh", changed_meanwhile)
    tasks.rewrite_scope.func(scope.pk)
    assert ChangedScope.objects.filter(scope=scope).exists()
    assert found(outsider, "断水") == set()


def test_a_moved_group_has_its_new_rights(library: Library, clerk: Staff, outsider: Staff) -> None:
    group = library.add("断水", "給水", scope=library.scope(f"u{clerk.pk}"))
    scope = library.scope(f"u{outsider.pk}")
    _move(library, group, scope)
    assert found(clerk, "断水") == set()
    assert found(outsider, "断水") == {group}


def test_a_long_moved_group_is_hidden_until_rewritten(
    library: Library, clerk: Staff, outsider: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOVED_AT_ONCE", 1)
    group = library.add("断水", "給水", scope=library.scope(f"u{clerk.pk}"))
    _move(library, group, library.scope(f"u{outsider.pk}"))
    if shares_transaction():  # elsewhere the outbox has it, and a search feeds a short one first
        assert found(clerk, "断水") == found(outsider, "断水") == set()
    tasks.rewrite_group.func(KIND, str(group))
    assert found(clerk, "断水") == set()
    assert found(outsider, "断水") == {group}


def test_the_policy_is_asked_again_before_rendering(library: Library, clerk: Staff) -> None:
    shown, withheld = library.add("断水"), library.add("断水")
    check = library.check
    library.check = lambda viewer, groups: check(viewer, groups) - {withheld}  # type: ignore[method-assign]
    registry.register(_with_check(library))
    results = search(clerk, "断水")
    assert [hit.group for hit in results.hits] == [shown]
    assert results.total == 1


def test_known_and_unknown_cost_the_same_queries(library: Library, clerk: Staff) -> None:
    library.add("夜間断水", scope=library.scope("u999999"))
    search(clerk, "夜間断水")
    counts = []
    for query in ("夜間断水", "昼間通水"):
        with CaptureQueriesContext(connection) as captured:
            assert search(clerk, query).total == 0
        counts.append(len(captured))
    assert counts[0] == counts[1]


def _move(library: Library, group: UUID, scope: Scope) -> None:
    library.rows[group] = [replace(row, scope_id=scope.pk) for row in library.rows[group]]
    with transaction.atomic():
        actions.move(KIND, group, scope=scope)


def _with_check(library: Library) -> registry.Declaration:
    declaration = registry.get(KIND)
    assert declaration is not None
    return replace(declaration, check=library.check)
