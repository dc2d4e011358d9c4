"""Append, chain, verify."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Append, chain, verify."""

    name = "groupware.audit"
    label = "audit"
    verbose_name = "監査記録"
