"""One policy per model: who may do what with an object, and which rows a person sees.

    from groupware.access import policies
    policies.register(Folder, FolderPolicy())        # from AppConfig.ready()
    policies.require(viewer, "edit", folder)         # in every action
    policies.visible(viewer, Folder.objects.all())   # in every selector

Deny by default: an unregistered model, an unknown verb, nobody, the inactive get nothing.
"""

import logging
from typing import Any, Final, Generic, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import EmptyResultSet, PermissionDenied
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, Manager, Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.http import Http404
from django.utils.translation import gettext as _

from groupware.access.models import Scope
from groupware.access.selectors import Viewer, holds, person_of, principals, scope_ids
from groupware.access.tokens import EDIT, MANAGE, VERBS, VIEW

M = TypeVar("M", bound=Model)
LOG = logging.getLogger(__name__)


class NotVisible(Http404):
    """The viewer may not know that it exists; answered like what does not exist (404)."""


class Denied(PermissionDenied):
    """The viewer sees it and may not do this (403)."""


class System:
    """Who acts when no person does: commands, migrations, the demo's loader. Never a request."""

    def __repr__(self) -> str:
        return "SYSTEM"


SYSTEM: Final = System()
Actor = Viewer | System


class Policy(Generic[M]):
    """The rights of one model. `viewer` is always a signed-in, active person."""

    def can(self, viewer: Any, verb: str, obj: M) -> bool:
        """Whether `viewer` may do `verb` with `obj`."""
        return False

    def visible(self, viewer: Any, queryset: QuerySet[M]) -> QuerySet[M]:
        """Those rows of `queryset` that `viewer` may view."""
        return queryset.none()


class InScopes(Func):
    """Whether the scope of a row is among those in which one of `tokens` may do `verb`.

    A condition of its own: the ORM takes longer to put the subquery together (0.3 ms) than the
    database to answer it. On SQLite the column stands behind a unary plus: a viewer sees thousands
    of scopes, and by their index it would collect every row of each and sort, 414 ms for the first
    page of 100,000 documents (infra/bench/list_rights.py). So it walks the index of the list's own
    order and asks of each row whether its scope is seen.
    """

    arity = 1
    conditional = True
    output_field = BooleanField()

    def __init__(self, scope: F, *, verb: str, tokens: frozenset[str]) -> None:
        super().__init__(scope)
        self.verb = verb
        self.tokens = tuple(sorted(tokens))

    def as_sql(  # type: ignore[override]  # there is no function and no template to choose
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """The subquery; without tokens nothing is seen."""
        if not self.tokens:
            raise EmptyResultSet
        column, parameters = compiler.compile(self.source_expressions[0])
        plus = "+" if connection.vendor == "sqlite" else ""
        marks = ", ".join(["%s"] * len(self.tokens))
        sql = (
            f"{plus}{column} IN (SELECT held.scope_id FROM access_scopetoken held"  # noqa: S608  # names are our own, values are parameters
            f" WHERE held.verb = %s AND held.token IN ({marks}))"
        )
        return sql, (*parameters, self.verb, *self.tokens)


class ScopedPolicy(Policy[M]):
    """For rows whose rights are a scope's.

    `path` is the way to the scope ("scope", "folder__scope"); `verbs` maps the model's own verbs
    to those of the scope, beside view, edit and manage themselves.
    """

    def __init__(self, path: str = "scope", verbs: dict[str, str] | None = None) -> None:
        self.path = path
        self.verbs = {verb: verb for verb in VERBS} | (verbs or {})

    def scope_of(self, obj: M) -> Scope:
        """The scope that `obj` stands under."""
        found: Any = obj
        for step in self.path.split("__"):
            found = getattr(found, step)
        assert isinstance(found, Scope)
        return found

    def can(self, viewer: Any, verb: str, obj: M) -> bool:
        """Asks guardian and the facts, not the compiled tokens."""
        needed = self.verbs.get(verb)
        return needed is not None and holds(viewer, needed, self.scope_of(obj))

    def visible(self, viewer: Any, queryset: QuerySet[M]) -> QuerySet[M]:
        """Rows whose scope the viewer's principals open, by one subquery."""
        scope = F(f"{self.path}_id")
        return queryset.filter(InScopes(scope, verb=VIEW, tokens=principals(viewer)))


class ScopePolicy(Policy[Scope]):
    """A scope is seen by those who see its container; its rights are decided by "manage"."""

    def can(self, viewer: Any, verb: str, obj: Scope) -> bool:
        return verb in VERBS and holds(viewer, verb, obj)

    def visible(self, viewer: Any, queryset: QuerySet[Scope]) -> QuerySet[Scope]:
        return queryset.filter(pk__in=scope_ids(viewer))


_registry: dict[type[Model], Policy[Any]] = {}


def register(model: type[M], policy: Policy[M]) -> None:
    """Let `policy` decide over `model`; a later registration takes the place of an earlier one."""
    _registry[model] = policy


def policy_of(model: type[M]) -> Policy[M] | None:
    """The policy of a model or of the nearest class it inherits from."""
    for kind in model.__mro__:
        if kind in _registry:
            return _registry[kind]
    LOG.error("%s has no policy: nobody may see it (access.policies.register)", model.__name__)
    return None


def registered() -> dict[type[Model], Policy[Any]]:
    """Every model with its policy (tests, docs)."""
    return dict(_registry)


def can(viewer: Viewer, verb: str, obj: Model) -> bool:
    """Whether `viewer` may do `verb` with `obj`."""
    person = person_of(viewer)
    policy = policy_of(type(obj))
    if person is None or policy is None or not principals(person):
        return False
    return policy.can(person, verb, obj)


def require(viewer: Actor, verb: str, obj: Model) -> None:
    """Let the caller go on only if `viewer` may do `verb` with `obj`. `SYSTEM` may.

    Raises:
        NotVisible: when the viewer may not even view it.
        Denied: when the viewer sees it and may not do this.
    """
    if viewer is SYSTEM:
        return
    assert not isinstance(viewer, System)
    if can(viewer, verb, obj):
        return
    if verb == VIEW or not can(viewer, VIEW, obj):
        raise NotVisible(_("見つかりません。"))
    raise Denied(_("見ることはできますが、この操作をする権限がありません。"))


def visible(viewer: Viewer, queryset: QuerySet[M] | Manager[M]) -> QuerySet[M]:
    """Those rows of `queryset` that `viewer` may view; none without a policy."""
    rows = queryset.all()
    person = person_of(viewer)
    policy = policy_of(rows.model)
    if person is None or policy is None or not principals(person):
        return rows.none()
    return policy.visible(person, rows)


def person_or_none(actor: Actor) -> Any:
    """The acting person for the audit record; None for `SYSTEM`."""
    return actor if isinstance(actor, AbstractBaseUser) else None


__all__ = [
    "EDIT",
    "MANAGE",
    "SYSTEM",
    "VIEW",
    "Actor",
    "Denied",
    "NotVisible",
    "Policy",
    "ScopePolicy",
    "ScopedPolicy",
    "System",
    "Viewer",
    "can",
    "person_of",
    "person_or_none",
    "policy_of",
    "register",
    "registered",
    "require",
    "visible",
]
