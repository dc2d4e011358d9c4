"""Policies, scopes and grants."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Policies, scopes and grants."""

    name = "groupware.access"
    label = "access"
    verbose_name = "権限"
