"""Serve, demo city, backup, health."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Serve, demo city, backup, health."""

    name = "groupware.operations"
    label = "operations"
    verbose_name = "運用"
