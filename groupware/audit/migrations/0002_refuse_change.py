"""Triggers on both databases: entries and links are added, never changed or removed."""

from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

from groupware.audit import triggers


def install(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers."""
    triggers.install(editor.connection)


def remove(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers."""
    triggers.remove(editor.connection)


class Migration(migrations.Migration):
    """Reversible; a later change of the tables is followed by `triggers.install` (apps.py)."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("audit", "0001_initial")]
    operations: ClassVar[list[Operation]] = [migrations.RunPython(install, remove)]
