"""django-guardian's own checker, asked for the groups a person has *today*.

Nobody is a member of an `auth.Group` by hand (docs/access.md); what a person belongs to is
computed from dated facts. Hence the checker's question "in which groups is this user?" is answered
with principals, and `is_superuser` opens nothing.
"""

from collections.abc import Iterable
from itertools import chain
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model
from guardian.core import ObjectPermissionChecker

from groupware.access.models import Scope, ScopeGroupGrant, ScopeUserGrant
from groupware.access.tokens import sections_under


class PrincipalChecker(ObjectPermissionChecker):
    """Permissions of a person on scopes, from guardian's rows alone."""

    def __init__(self, person: AbstractBaseUser, principals: frozenset[str]) -> None:
        super().__init__(person)
        self.person = person
        self.principals = principals
        self._with_superiors = principals | sections_under(principals)

    def _groups_for(self, scope: Scope) -> list[str]:
        return sorted(self._with_superiors if scope.with_superiors else self.principals)

    def has_perm(self, perm: str, obj: Model) -> bool:
        """Like guardian's, without the superuser's shortcut."""
        return bool(self.person.is_active) and perm in self.get_perms(obj)

    def get_group_filters(self, obj: Scope) -> dict[str, Any]:
        """Rows of the groups whose tokens the person holds now."""
        filters: dict[str, Any] = super().get_group_filters(obj)  # type: ignore[no-untyped-call]  # guardian
        name = ScopeGroupGrant.permission.field.related_query_name()
        filters.pop(f"{name}__group__in", None)
        filters[f"{name}__group__name__in"] = self._groups_for(obj)
        return filters

    def get_perms(self, obj: Model) -> list[str]:
        """Codenames of the granted permissions, without the superuser's shortcut."""
        if not self.person.is_active or not self.principals:
            return []
        key = self.get_local_cache_key(obj)
        if key not in self._obj_perms_cache:
            granted = chain(self.get_user_perms(obj), self.get_group_perms(obj))
            self._obj_perms_cache[key] = sorted(set(granted))
        perms: list[str] = self._obj_perms_cache[key]
        return perms

    def prefetch(self, scopes: Iterable[Scope]) -> None:
        """Ask for many scopes at once (2 queries); `get_perms` then asks no more."""
        by_pk = {scope.pk: scope for scope in scopes}
        found: dict[int, set[str]] = {pk: set() for pk in by_pk}
        people = ScopeUserGrant.objects.filter(user=self.person.pk, content_object__in=by_pk)
        for pk, codename in people.values_list("content_object_id", "permission__codename"):
            found[pk].add(codename)
        groups = ScopeGroupGrant.objects.filter(
            group__name__in=sorted(self._with_superiors), content_object__in=by_pk
        )
        for pk, name, codename in groups.values_list(
            "content_object_id", "group__name", "permission__codename"
        ):
            if name in self.principals or by_pk[pk].with_superiors:
                found[pk].add(codename)
        for pk, codenames in found.items():
            key = self.get_local_cache_key(by_pk[pk])
            self._obj_perms_cache[key] = sorted(codenames)
