"""`flush` refuses to empty a database that holds an audit record, except that of a test."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands.flush import Command as Flush
from django.db import connections

from groupware.audit import triggers


class Command(Flush):
    """Django's `flush`, for databases of tests only (`AUDIT_MAY_BE_EMPTIED`)."""

    def handle(self, **options: Any) -> None:
        """Lift the triggers while the tables are emptied."""
        if not getattr(settings, "AUDIT_MAY_BE_EMPTIED", False):
            raise CommandError(
                "監査の記録があるため、データベースを空にできません。データはそのままです。"
                "はじめから作り直すときは、新しいデータフォルダーを使ってください。"
            )
        connection = connections[options["database"]]
        triggers.remove(connection)
        try:
            super().handle(**options)
        finally:
            triggers.install(connection)
