"""Who may see, change and dispose of a file: its scope, and its state.

Until a file is through quarantine only its uploader sees it; while it is held, the uploader and
whoever may release it (docs/files.md).
"""

from typing import Any

from django.db.models import Q, QuerySet

from groupware.access.policies import EDIT, MANAGE, VIEW, ScopedPolicy
from groupware.files.models import File
from groupware.organization.models import Staff, StaffRole
from groupware.organization.selectors import has_role

DISPOSE = "dispose"
RELEASE = "release"
OPEN = (File.State.READY,)
UNFINISHED = (File.State.QUARANTINE, File.State.HELD, File.State.REFUSED)


class FilePolicy(ScopedPolicy[File]):
    """The scope's rights, narrowed by the state of the file."""

    def can(self, viewer: Any, verb: str, obj: File) -> bool:
        """view, edit, manage; dispose; release (a held file)."""
        if obj.state == File.State.DISPOSED:
            return False
        mine = obj.uploader_id == viewer.pk
        if verb == RELEASE:
            return obj.state == File.State.HELD and may_release(viewer)
        if obj.state in UNFINISHED:
            if verb == VIEW and obj.state == File.State.HELD and may_release(viewer):
                return True
            return mine and verb in {VIEW, DISPOSE} and super().can(viewer, VIEW, obj)
        return super().can(viewer, MANAGE if verb == DISPOSE else verb, obj)

    def visible(self, viewer: Any, queryset: QuerySet[File]) -> QuerySet[File]:
        """Ready files of the viewer's scopes, own unfinished ones, held ones they may release."""
        rows = super().visible(viewer, queryset)
        mine = Q(state__in=OPEN) | Q(uploader=viewer.pk, state__in=UNFINISHED)
        if not may_release(viewer):
            return rows.filter(mine)
        within = super().visible(viewer, File.objects.all()).filter(mine).values("pk")
        return queryset.filter(Q(pk__in=within) | Q(state=File.State.HELD))


def may_release(viewer: Staff) -> bool:
    """Whether `viewer` holds the duty of letting held files through."""
    return has_role(viewer, StaffRole.Role.RELEASE)


__all__ = ["DISPOSE", "EDIT", "MANAGE", "RELEASE", "VIEW", "FilePolicy", "may_release"]
