"""The tables of the embedded engine, in the site's own database when that is SQLite."""

from typing import Any

from django.db import migrations
from django.db.migrations.state import StateApps

from search.engines.embedded import TABLES


def create(apps: StateApps, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for statement in TABLES:
            schema_editor.execute(statement)


def drop(apps: StateApps, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for table in ("search_terms", "search_fts", "search_tokens", "search_entry"):
            schema_editor.execute(f"DROP TABLE IF EXISTS {table}")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_rows")]
    operations = [migrations.RunPython(create, drop)]
