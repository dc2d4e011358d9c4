"""The directory is open to everybody in service; administrators change it; one's own absence,
deputies and password are one's own."""

from typing import Any, Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from groupware.access.policies import (
    SYSTEM,
    Actor,
    Denied,
    NotVisible,
    Policy,
    System,
    person_of,
)
from groupware.organization.models import (
    Absence,
    Deputy,
    Membership,
    Post,
    Section,
    Staff,
    StaffGroup,
    StaffRole,
)
from groupware.organization.selectors import has_role

SELF_VERBS: Final = frozenset({"set_absence", "set_deputy", "change_password", "end_sessions"})


class DirectoryPolicy(Policy[Any]):
    """Seen by everybody in service, changed by administrators."""

    def can(self, viewer: Staff, verb: str, obj: Model) -> bool:
        """Administrators may change; nobody sees more than everybody does."""
        return verb == "view" or has_role(viewer, "admin")

    def visible(self, viewer: Staff, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """All of it."""
        return queryset


class StaffPolicy(DirectoryPolicy):
    """People: oneself may do what concerns oneself; an administrator may not act *as* somebody."""

    def can(self, viewer: Staff, verb: str, obj: Model) -> bool:
        """One's own absences, deputies, sessions; the rest is the administrators'."""
        if verb in SELF_VERBS and obj.pk == viewer.pk:
            return True
        return super().can(viewer, verb, obj)


class OwnPolicy(Policy[Any]):
    """Absences and deputies: seen by everybody (who is away today), changed by the person."""

    def __init__(self, owner: str) -> None:
        self.owner = owner

    def can(self, viewer: Staff, verb: str, obj: Model) -> bool:
        """The person and the administrators."""
        if verb == "view" or getattr(obj, f"{self.owner}_id") == viewer.pk:
            return True
        return has_role(viewer, "admin")

    def visible(self, viewer: Staff, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """All of it."""
        return queryset


POLICIES: Final[dict[type[Model], Policy[Any]]] = {
    Staff: StaffPolicy(),
    Section: DirectoryPolicy(),
    Post: DirectoryPolicy(),
    StaffGroup: DirectoryPolicy(),
    Membership: DirectoryPolicy(),
    StaffRole: DirectoryPolicy(),
    Absence: OwnPolicy("staff"),
    Deputy: OwnPolicy("principal"),
}


def require_admin(actor: Actor) -> None:
    """Only administrators (and the system itself) change the organization.

    Raises:
        NotVisible: for nobody or the inactive.
        Denied: for everybody else.
    """
    if actor is SYSTEM:
        return
    assert not isinstance(actor, System)
    if person_of(actor) is None:
        raise NotVisible(_("見つかりません。"))
    if not has_role(actor, StaffRole.Role.ADMIN):
        raise Denied(_("組織と職員を変えられるのは管理者だけです。"))


def may_break_glass(person: AbstractBaseUser) -> bool:
    """Who may open a container in an emergency: 文書主任 and administrators."""
    return has_role(person, StaffRole.Role.RECORDS) or has_role(person, StaffRole.Role.ADMIN)
