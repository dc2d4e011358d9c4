"""System checks: what must hold before this program may be trusted with papers.

`serve` runs them against the live connection and refuses to start on any error, all named at once.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags
from django.db import DatabaseError, connections
from django.db.backends.sqlite3.base import DatabaseWrapper

from groupware.audit import triggers
from groupware.ingestion.sandbox.probe import guard_in_force

FULL = 2  # PRAGMA synchronous: FULL; 3 is EXTRA
ENGINE = "groupware.settings.sqlite"
LEAST_TIMEOUT = 10  # seconds


def check_sqlite_settings(app_configs: Any, **rest: Any) -> Sequence[CheckMessage]:
    """The engine with the write gate, and transactions that begin as writers."""
    found: list[CheckMessage] = []
    for alias in connections:
        given = connections[alias].settings_dict
        if connections[alias].vendor != "sqlite":
            continue
        options = given["OPTIONS"]
        if given["ENGINE"] != ENGINE:
            found.append(
                Error(
                    f"SQLite には書き込みの門がある ENGINE（{ENGINE}）が要ります。"
                    f"いまは {given['ENGINE']} です。",
                    id="operations.E001",
                )
            )
        if str(options.get("transaction_mode", "")).upper() not in {"IMMEDIATE", "EXCLUSIVE"}:
            found.append(
                Error(
                    "SQLite の transaction_mode は IMMEDIATE にしてください。"
                    "DEFERRED では、同時の書き込みが失敗します。",
                    id="operations.E002",
                )
            )
        if float(options.get("timeout", 5)) < LEAST_TIMEOUT:
            found.append(
                Error(
                    f"SQLite の timeout は {LEAST_TIMEOUT} 秒以上にしてください。",
                    id="operations.E003",
                )
            )
    return found


def check_live_database(
    app_configs: Any, databases: Sequence[str] | None = None, **rest: Any
) -> Sequence[CheckMessage]:
    """What the open connection really does: WAL, FULL, foreign keys, triggers of the record."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        try:
            if isinstance(connection, DatabaseWrapper) and not connection.is_in_memory_db():
                found += _check_pragmas(connection)
            tables = set(connection.introspection.table_names())
            if set(triggers.TABLES) <= tables and (absent := triggers.missing(connection)):
                found.append(
                    Error(
                        f"監査の記録の変更を拒むトリガーがありません（{'、'.join(absent)}）。",
                        hint="manage.py audit guard で戻せます。消えた理由も調べてください。",
                        id="operations.E006",
                    )
                )
        except DatabaseError as error:
            found.append(Error(f"データベースを調べられません（{error}）。", id="operations.E007"))
    return found


def _check_pragmas(connection: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    with connection.cursor() as cursor:
        mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        synchronous = cursor.execute("PRAGMA synchronous").fetchone()[0]
    if mode != "wal":
        found.append(
            Error(
                f"SQLite の journal_mode が {mode} です。WAL が要ります。",
                hint="データフォルダーがネットワークの共有にあると WAL は使えません。",
                id="operations.E004",
            )
        )
    if synchronous < FULL:
        found.append(
            Error(
                "SQLite の synchronous が FULL ではありません。"
                "停電で、最後に確定した内容を失うことがあります。",
                id="operations.E005",
            )
        )
    return found


def check_guard(
    app_configs: Any, databases: Sequence[str] | None = None, **rest: Any
) -> Sequence[CheckMessage]:
    """Parsers of foreign files run behind a wall; production does not start without one."""
    if databases is None or guard_in_force().network:
        return []  # trying the walls takes half a second: only where the database is tried, too
    sentence = "ファイルの読み取りを囲う仕組み（名前空間か seccomp）が働いていません。"
    if getattr(settings, "REFUSE_WITHOUT_GUARD", False):
        hint = "カーネルの user namespaces か seccomp を使えるようにしてください。"
        return [Error(sentence, hint=hint, id="operations.E008")]
    return [checks.Warning(f"{sentence}届いたファイルは読み取りません。", id="operations.W001")]


def register() -> None:
    """Add the checks; those of the live connection run only where databases are named."""
    checks.register(check_sqlite_settings)
    checks.register(check_live_database, Tags.database)
    checks.register(check_guard, Tags.security)
