"""Registers the policy, the bell in the bar and the nightly trim; imported once by `apps`."""

from importlib import import_module
from typing import cast

from django.utils.translation import gettext_lazy as _

from groupware.access import policies
from groupware.jobs import cron
from groupware.notifications import actions, selectors, tasks
from groupware.notifications.models import Notification
from groupware.notifications.policies import NotificationPolicy
from groupware.organization.models import Staff
from groupware.web.registries import Entry, Viewer, bar


def unread(viewer: Viewer) -> int | None:
    """The count on the bell."""
    return selectors.count_unread(cast(Staff, viewer))


policies.register(Notification, NotificationPolicy())
bar.add(
    Entry(
        name=actions.BADGE,
        label=_("知らせ"),
        icon="bell",
        url_name="notifications:list",
        order=50,
        badge=unread,
        badge_tone="ng",
    )
)
cron.register("notifications-trim", "50 3 * * *", tasks.trim)
import_module("groupware.notifications.papers")
import_module("groupware.notifications.emergency")
