"""Database triggers that refuse every change of the audit record but an addition.

They stand in the database itself, so that no code path of the product and no hasty SQL statement
can change an entry. Who owns the database can drop them; that is what the chain and the heads
outside of it are for.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("audit_entry", "audit_link")
MESSAGE = "監査の記録は追加だけができます。変更も削除もできません。"

# REPLACE on SQLite removes rows without firing delete triggers: a row that is there already must
# not be inserted over.
_KEPT_KEYS = {
    "audit_entry": "id = NEW.id OR uuid = NEW.uuid",
    "audit_link": "position = NEW.position OR entry_id = NEW.entry_id",
}

_POSTGRES_FUNCTION = f"""
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'restrict_violation';
END $$
"""


def _sqlite(table: str) -> dict[str, str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    kept = f"EXISTS (SELECT 1 FROM {table} WHERE {_KEPT_KEYS[table]})"  # noqa: S608 - our own names
    return {
        f"{table}_no_update": (
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}"
        ),
        f"{table}_no_delete": (
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}"
        ),
        f"{table}_no_replace": (
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}') WHERE {kept}; END"
        ),
    }


def _postgres(table: str) -> dict[str, str]:
    return {
        f"{table}_no_change": (
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION audit_refuse()"
        ),
        f"{table}_no_truncate": (
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
        ),
    }


def _wanted(connection: BaseDatabaseWrapper) -> dict[str, tuple[str, str]]:
    """Statement and table of each trigger, by name."""
    statements = _sqlite if connection.vendor == "sqlite" else _postgres
    return {
        name: (statement, table)
        for table in TABLES
        for name, statement in statements(table).items()
    }


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the triggers that are not there (or, on PostgreSQL, are switched off)."""
    if connection.vendor == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {row[0] for row in cursor.fetchall()}
    return [name for name in _wanted(connection) if name not in present]


def install(connection: BaseDatabaseWrapper) -> list[str]:
    """Create the triggers that are missing and return their names."""
    absent = missing(connection)
    if not absent:
        return []
    wanted = _wanted(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTION)
        for name in absent:
            statement, table = wanted[name]
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")  # it was switched off
            cursor.execute(statement)
    return absent


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers: for emptying the database of a test, and for undoing the migration."""
    with connection.cursor() as cursor:
        for name, (_statement, table) in _wanted(connection).items():
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
