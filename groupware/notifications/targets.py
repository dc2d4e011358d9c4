"""What a notification is about, and who may (still) read it.

Whoever owns a kind of thing registers it from `AppConfig.ready()`; a notification about a kind
that nobody registered is shown to nobody.

    targets.register(Target("document", readable=readable_documents, url=document_url))
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Model
from django.urls import reverse

from groupware.access import policies
from groupware.organization.models import Staff


@dataclass(frozen=True, slots=True)
class Target:
    """`readable(viewer, uuids)` answers for many with one query; `url(uuid)` leads there."""

    kind: str
    readable: Callable[[Staff, Collection[UUID]], set[UUID]]
    url: Callable[[UUID], str]


_targets: dict[str, Target] = {}


def register(target: Target) -> None:
    """Add a kind of target.

    Raises:
        ValueError: when the kind is taken.
    """
    if target.kind in _targets and _targets[target.kind] != target:
        raise ValueError(f"two targets of notifications are called {target.kind!r}")
    _targets[target.kind] = target


def register_model(kind: str, model: type[Model], url_name: str) -> None:
    """Add a kind whose rights are the policy of a model with a `uuid`, and whose page takes it.

    Raises:
        ValueError: when the kind is taken.
    """

    def readable(viewer: Staff, uuids: Collection[UUID]) -> set[UUID]:
        rows = model._default_manager.filter(uuid__in=uuids)
        return set(policies.visible(viewer, rows).values_list("uuid", flat=True))

    def url(uuid: UUID) -> str:
        return reverse(url_name, args=[uuid])

    register(Target(kind, readable, url))


def target_of(kind: str) -> Target | None:
    """The target of that kind; None when nobody registered it."""
    return _targets.get(kind)


def list_readable(viewer: Staff, pairs: Iterable[tuple[str, UUID]]) -> set[tuple[str, UUID]]:
    """Those of the (kind, uuid) pairs that the viewer may read; one question per kind."""
    asked: dict[str, set[UUID]] = {}
    for kind, uuid in pairs:
        asked.setdefault(kind, set()).add(uuid)
    found: set[tuple[str, UUID]] = set()
    for kind, uuids in asked.items():
        target = _targets.get(kind)
        if target is not None:
            found |= {(kind, uuid) for uuid in target.readable(viewer, uuids)}
    return found
