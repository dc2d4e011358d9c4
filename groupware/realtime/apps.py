"""Live updates: the database is the log, the bus a doorbell."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RealtimeConfig(AppConfig):
    """Live updates: the database is the log, the bus a doorbell."""

    name = "groupware.realtime"
    label = "realtime"
    verbose_name = _("ライブ更新")

    def ready(self) -> None:
        """Close the sockets of sessions and people that end."""
        import_module("groupware.realtime.handlers")
