"""A notification is its person's own, as long as its target may be read."""

from typing import Any

from django.db.models import QuerySet

from groupware.access.policies import VIEW, Policy
from groupware.notifications import selectors
from groupware.notifications.models import Notification


class NotificationPolicy(Policy[Notification]):
    """view: the person it is for; nobody else, whatever their role."""

    def can(self, viewer: Any, verb: str, obj: Notification) -> bool:
        """Asks the target too."""
        return (
            verb == VIEW and obj.staff_id == viewer.pk and bool(selectors.readable(viewer, [obj]))
        )

    def visible(self, viewer: Any, queryset: QuerySet[Notification]) -> QuerySet[Notification]:
        """Own rows; targets are asked where rows are shown (`selectors.readable`)."""
        return queryset.filter(staff_id=viewer.pk)
