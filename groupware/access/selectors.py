"""Reads: principals of a person, scopes they may see, and whether guardian agrees."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from groupware.access import providers
from groupware.access.checker import PrincipalChecker
from groupware.access.models import ChangedScope, Scope, ScopeFact, ScopeToken
from groupware.access.tokens import VIEW, containing, scope_token, sections_under

Viewer = AbstractBaseUser | AnonymousUser | None

_of_this_request: ContextVar[dict[int, frozenset[str]] | None] = ContextVar(
    "principals_of_this_request", default=None
)


@contextmanager
def one_request() -> Iterator[None]:
    """Ask for a person's principals once only inside this block (a request, a search)."""
    mark = _of_this_request.set({})
    try:
        yield
    finally:
        _of_this_request.reset(mark)


def forget_principals() -> None:
    """Ask again: somebody's memberships changed within this request."""
    known = _of_this_request.get()
    if known is not None:
        known.clear()


def person_of(viewer: Viewer) -> AbstractBaseUser | None:
    """The signed-in, active person, or None: "no user" is never "allowed"."""
    if viewer is None or not viewer.is_authenticated or not viewer.is_active:
        return None
    return viewer if isinstance(viewer, AbstractBaseUser) and viewer.pk else None


def principals(viewer: Viewer, at: date | None = None) -> frozenset[str]:
    """Everything that `viewer` is, as tokens (u, s, p, g, h, all, and x while glass is broken).

    Computed when asked, as of `at` (a business date; today in Asia/Tokyo when None); remembered
    for one request only. Empty for nobody, for the inactive and for those not in service.
    """
    person = person_of(viewer)
    if person is None:
        return frozenset()
    known = _of_this_request.get() if at is None else None
    if known is not None and person.pk in known:
        return known[person.pk]
    found = providers.provided(person, at)
    if known is not None:
        known[person.pk] = found
    return found


def scope_ids(viewer: Viewer, verb: str = VIEW) -> QuerySet[ScopeToken, int]:
    """A subquery of the scopes in which `viewer` may do `verb`, for `scope_id__in`."""
    mine = principals(viewer)
    if not mine:
        return ScopeToken.objects.none().values_list("scope_id", flat=True)
    return ScopeToken.objects.filter(verb=verb, token__in=sorted(mine)).values_list(
        "scope_id", flat=True
    )


def held_scopes(viewer: Viewer, verb: str, scopes: Iterable[Scope]) -> set[int]:
    """Keys of those `scopes` in which guardian and the facts themselves let `viewer` do `verb`.

    The compiled tokens are not asked: an error in them can hide, never open. 3 queries, however
    many scopes.
    """
    person = person_of(viewer)
    wanted = {scope.pk: scope for scope in scopes}
    mine = principals(viewer)
    if person is None or not mine or not wanted:
        return set()
    enough = set(containing(verb))
    checker = PrincipalChecker(person, mine)
    checker.prefetch(wanted.values())
    held = {pk for pk, scope in wanted.items() if enough.intersection(checker.get_perms(scope))}
    if verb == VIEW:
        held |= {pk for pk in wanted if scope_token(pk) in mine}
    rest = wanted.keys() - held
    if rest:
        held |= _held_by_facts(mine, enough, [wanted[pk] for pk in rest])
    return held


def _held_by_facts(mine: frozenset[str], verbs: set[str], scopes: list[Scope]) -> set[int]:
    below = {scope.pk for scope in scopes if scope.with_superiors}
    reach = mine | sections_under(mine)
    rows = ScopeFact.objects.filter(scope__in=scopes, verb__in=verbs, token__in=sorted(reach))
    return {
        scope_id
        for scope_id, token in rows.values_list("scope_id", "token")
        if token in mine or scope_id in below
    }


def holds(viewer: Viewer, verb: str, scope: Scope) -> bool:
    """Whether guardian or a fact lets `viewer` do `verb`; compiled tokens are not asked."""
    return scope.pk in held_scopes(viewer, verb, [scope])


def tokens_of(scope_pks: Iterable[int], verb: str = VIEW) -> dict[int, list[str]]:
    """Compiled tokens of each scope, sorted; the scope's own token is among those who view."""
    result: dict[int, list[str]] = {pk: [] for pk in scope_pks}
    rows = ScopeToken.objects.filter(scope__in=result.keys(), verb=verb).order_by("token")
    for scope_id, token in rows.values_list("scope_id", "token"):
        result[scope_id].append(token)
    return result


def changed_scopes() -> list[tuple[int, int]]:
    """(scope, turn) of every scope whose index rows are not rewritten yet, oldest first."""
    return list(ChangedScope.objects.order_by("since").values_list("scope_id", "turn"))


def find_scope(uuid: UUID) -> Scope | None:
    """The scope of an address; whoever asks still has to ask the policy."""
    return Scope.objects.filter(uuid=uuid).first()


def scope_by_uuid(viewer: Viewer, uuid: UUID) -> Scope | None:
    """The scope, when `viewer` may see it."""
    found: Any = Scope.objects.filter(uuid=uuid).first()
    return found if found is not None and holds(viewer, VIEW, found) else None
