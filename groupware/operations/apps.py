"""Serve, demo city, backup, health."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Serve, demo city, backup, health."""

    name = "groupware.operations"
    label = "operations"
    verbose_name = "運用"

    def ready(self) -> None:
        """Register the checks and the entries of the person's menu."""
        from groupware.operations import checks, menu

        checks.register()
        menu.register()
