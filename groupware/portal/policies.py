"""Announcements are for everybody who is signed in; administrators post and withdraw them."""

from typing import Any

from django.db.models import QuerySet

from groupware.access.policies import Policy
from groupware.organization.selectors import has_role
from groupware.portal.models import Announcement


class AnnouncementPolicy(Policy[Announcement]):
    """view: everybody; manage: administrators."""

    def can(self, viewer: Any, verb: str, obj: Announcement) -> bool:
        """Deny every other verb."""
        if verb == "view":
            return True
        return verb == "manage" and has_role(viewer, "admin")

    def visible(self, viewer: Any, queryset: QuerySet[Announcement]) -> QuerySet[Announcement]:
        """All of them: an announcement tells everybody the same."""
        return queryset
