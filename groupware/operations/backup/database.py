"""A copy of the database while people work: SQLite's online backup, or pg_dump and pg_restore."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection

STEP_PAGES = 2048  # SQLite pages copied between two looks at waiting writers


class DumpError(Exception):
    """The database could not be copied or put back; `str()` is a sentence for people."""


def suffix() -> str:
    """The ending of a copy's file name."""
    return ".sqlite3" if connection.vendor == "sqlite" else ".pgdump"


def size() -> int:
    """About how many bytes a copy takes."""
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        return sum(part.stat().st_size for part in (path, Path(f"{path}-wal")) if part.exists())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def dump(target: Path) -> None:
    """Write a consistent copy of the database to `target` (a new file, readable by the owner).

    Raises:
        DumpError: when `pg_dump` is missing or fails, or SQLite cannot copy.
        OSError: when `target` cannot be written.
    """
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.close(descriptor)
    try:
        if connection.vendor == "sqlite":
            _dump_sqlite(target)
        else:
            _postgres("pg_dump", "--format=custom", f"--file={target}")
        _sync(target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _dump_sqlite(target: Path) -> None:
    """The online backup API sees one moment and lets writers go on (WAL)."""
    connection.ensure_connection()
    try:
        # A connection of its own: a backup on the shared one would copy an open transaction.
        with (
            closing(sqlite3.connect(str(connection.settings_dict["NAME"]))) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.execute("BEGIN")  # one snapshot for all steps: no restart when somebody writes
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(copy, pages=STEP_PAGES)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, no -wal beside it
    except sqlite3.Error as error:
        raise DumpError(f"データベースの控えを取れませんでした（{error}）。") from error


def check(copy: Path, kind: str) -> str:
    """What is wrong with a copy, or an empty string.

    `kind` is "sqlite" (full integrity check) or "postgresql" (the archive's table of contents).
    """
    if kind == "sqlite":
        try:
            with closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as opened:
                answer = opened.execute("PRAGMA integrity_check(1)").fetchone()[0]
        except sqlite3.Error as error:
            return f"データベースを開けません（{error}）"
        return "" if answer == "ok" else f"データベースが壊れています（{answer}）"
    tool = shutil.which("pg_restore")
    if tool is None:
        return "pg_restore がないため、データベースの中は調べられません"
    done = subprocess.run([tool, "--list", str(copy)], capture_output=True, text=True, check=False)
    return (
        "" if done.returncode == 0 else f"データベースの控えを読めません（{done.stderr.strip()}）"
    )


def load(copy: Path) -> None:
    """Put a copy in place of an empty database.

    Raises:
        DumpError: when the database is not empty, or the copy cannot be loaded.
    """
    if connection.vendor == "sqlite":
        target = Path(connection.settings_dict["NAME"])
        if target.exists():
            raise DumpError(f"{target} がもうあります。空のフォルダーへ戻してください。")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(copy, target)
        target.chmod(0o600)
        _sync(target)
        return
    if connection.introspection.table_names():
        raise DumpError(
            "戻す先のデータベースが空ではありません。空のデータベースを用意してください。"
        )
    connection.close()
    _postgres("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={_name()}", str(copy))


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _postgres(program: str, *arguments: str) -> None:
    tool = shutil.which(program)
    if tool is None:
        raise DumpError(f"{program} が見つかりません（Debian では postgresql-client）。")
    given: dict[str, Any] = connection.settings_dict
    environment = {
        **os.environ,
        "PGHOST": str(given["HOST"]),
        "PGPORT": str(given["PORT"] or ""),
        "PGUSER": str(given["USER"]),
        "PGPASSWORD": str(given["PASSWORD"]),
        "PGDATABASE": _name(),
    }
    done = subprocess.run(
        [tool, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise DumpError(f"{program} が失敗しました: {done.stderr.strip()}")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
