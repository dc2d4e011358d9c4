"""Append, chain, verify."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


def keep_triggers(*, using: str, **_rest: Any) -> None:
    """Put back triggers that a rebuilt table lost (SQLite alters a table by copying it)."""
    from groupware.audit import triggers

    connection = connections[using]
    if set(triggers.TABLES) <= set(connection.introspection.table_names()):
        triggers.install(connection)


class AuditConfig(AppConfig):
    """Append, chain, verify."""

    name = "groupware.audit"
    label = "audit"
    verbose_name = "監査記録"

    def ready(self) -> None:
        """Guard the tables after every migration; verify every night."""
        from groupware.audit import tasks

        post_migrate.connect(keep_triggers, sender=self)
        tasks.register_cron()
