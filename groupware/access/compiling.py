"""From guardian's rows and facts to `ScopeToken`: the truth and its compiled form.

`wanted` reads only the truth; `compile_scope` makes the compiled rows equal to it, within the
transaction of the change; `differences` finds where they are not, and repairs nothing.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db import transaction
from django.db.models import F

from groupware.access.models import (
    ChangedScope,
    Scope,
    ScopeFact,
    ScopeGroupGrant,
    ScopeToken,
    ScopeUserGrant,
)
from groupware.access.tokens import (
    PERSON,
    VIEW,
    Principal,
    check,
    implied,
    scope_token,
    superiors_of,
)
from groupware.events import send
from groupware.events.catalogue import SCOPE_CHANGED, ScopeChanged

BATCH = 500
Right = tuple[str, Principal]  # verb, token


class Difference(NamedTuple):
    """A compiled right that is not in the truth ("extra"), or one of the truth that is missing."""

    scope_id: int
    verb: str
    token: Principal
    kind: str


def wanted(scopes: Iterable[Scope]) -> dict[int, set[Right]]:
    """What guardian's rows and the facts say about each scope (3 queries).

    Raises:
        ValueError: when a grant names a group that is not named by its token.
    """
    by_pk = {scope.pk: scope for scope in scopes}
    given: dict[int, set[Right]] = {pk: set() for pk in by_pk}
    people = ScopeUserGrant.objects.filter(content_object__in=by_pk)
    for pk, user_id, verb in people.values_list(
        "content_object_id", "user_id", "permission__codename"
    ):
        given[pk].add((verb, f"{PERSON}{user_id}"))
    groups = ScopeGroupGrant.objects.filter(content_object__in=by_pk)
    for pk, name, verb in groups.values_list(
        "content_object_id", "group__name", "permission__codename"
    ):
        given[pk].add((verb, check(name)))
    facts = ScopeFact.objects.filter(scope__in=by_pk)
    for pk, token, verb in facts.values_list("scope_id", "token", "verb"):
        given[pk].add((verb, token))
    return {pk: _closed(by_pk[pk], rights) for pk, rights in given.items()}


def _closed(scope: Scope, given: set[Right]) -> set[Right]:
    """Every right that follows: verbs contain verbs, superiors where the scope says so."""
    rights: set[Right] = {(VIEW, scope_token(scope.pk))}
    for verb, token in given:
        above = superiors_of(token) if scope.with_superiors else None
        for each in implied(verb):
            rights.add((each, token))
            if above is not None:
                rights.add((each, above))
    return rights


def compiled(scopes: Iterable[Scope]) -> dict[int, set[Right]]:
    """What stands in `ScopeToken` for each scope (1 query)."""
    result: dict[int, set[Right]] = {scope.pk: set() for scope in scopes}
    rows = ScopeToken.objects.filter(scope__in=result.keys())
    for pk, verb, token in rows.values_list("scope_id", "verb", "token"):
        result[pk].add((verb, token))
    return result


def compile_scope(scope: Scope) -> bool:
    """Make the compiled rights of `scope` equal to the truth; whether those who view changed.

    Runs in the caller's transaction. A change of who views is put on the short list of changed
    scopes and announced, so that searching is exact at once.

    Raises:
        TransactionManagementError: outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a scope is compiled inside a transaction")
    target, present = wanted([scope])[scope.pk], compiled([scope])[scope.pk]
    for verb, token in present - target:
        ScopeToken.objects.filter(scope=scope, verb=verb, token=token).delete()
    ScopeToken.objects.bulk_create(
        ScopeToken(scope=scope, verb=verb, token=token) for verb, token in target - present
    )
    changed = any(verb == VIEW for verb, _token in target ^ present)
    if changed and present:  # a new scope has no index rows yet
        mark_changed(scope)
    return changed


def mark_changed(scope: Scope) -> None:
    """Put the scope on the list of those whose index rows are not rewritten yet, and say so."""
    row, created = ChangedScope.objects.get_or_create(scope=scope)
    if not created:
        row.turn = F("turn") + 1
        row.save()
    send(SCOPE_CHANGED, ScopeChanged(scope_id=scope.pk))


def differences() -> Iterator[Difference]:
    """Where compiled rights and truth differ, over all scopes; repairs nothing."""
    last = 0
    while scopes := list(Scope.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = scopes[-1].pk
        target, present = wanted(scopes), compiled(scopes)
        for scope in scopes:
            for verb, token in sorted(present[scope.pk] - target[scope.pk]):
                yield Difference(scope.pk, verb, token, "extra")
            for verb, token in sorted(target[scope.pk] - present[scope.pk]):
                yield Difference(scope.pk, verb, token, "missing")
