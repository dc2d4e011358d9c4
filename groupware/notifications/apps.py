"""What a person is told."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """What a person is told."""

    name = "groupware.notifications"
    label = "notifications"
    verbose_name = _("知らせ")

    def ready(self) -> None:
        """Register the policy, the bell and what is told."""
        import_module("groupware.notifications.wiring")
