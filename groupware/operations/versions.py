"""Which version the data is, and what to do before this program may touch it.

Older data: a copy of the database is made, then it is migrated. Newer data: refused, because an
older program cannot know what it would spoil. The truth is the table of applied migrations; the
file `version` in the data folder only spares a second start that look.
"""

import hashlib
import json
import platform
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MIGRATIONS_MODULE_NAME, MigrationLoader
from django.utils import timezone

from groupware.audit.actions import record
from groupware.operations.backup import database
from groupware.operations.refusals import (
    DATABASE,
    NEWER,
    StartRefusedError,
    of_database_error,
    of_os_error,
)

PRODUCT_VERSION = "0.1.0"
KEPT_COPIES = 3  # copies made before a migration
RETIRED_APPS: frozenset[str] = frozenset()  # apps that once had migrations and are gone

Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class DataState:
    """What separates the data from this program."""

    is_empty: bool
    pending: int
    newer: tuple[str, ...]  # applied migrations that this program does not know


def version_path() -> Path:
    """The file that says which program last prepared the data."""
    return Path(settings.DATA_DIR) / "version"


def fingerprint() -> str:
    """Changes when a migration is added, removed or edited; reads no migration module."""
    digest = hashlib.sha256(connection.vendor.encode())
    for config in sorted(apps.get_app_configs(), key=lambda config: config.label):
        folder = Path(config.path) / MIGRATIONS_MODULE_NAME
        for path in sorted(folder.glob("[0-9]*.py")):
            digest.update(f"{config.label}/{path.name} ".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def state() -> DataState:
    """Compare the applied migrations with the known ones.

    Raises:
        django.db.DatabaseError: when the database cannot be read.
    """
    loader = MigrationLoader(connection)
    known = set(loader.disk_migrations)
    known |= {key for migration in loader.disk_migrations.values() for key in migration.replaces}
    applied = set(loader.applied_migrations)
    newer = {key for key in applied - known if key[0] not in RETIRED_APPS}
    # The graph holds replaced migrations or the squashed one, whichever the data followed.
    pending = [key for key in loader.graph.nodes if key not in applied]
    return DataState(
        is_empty=not applied,
        pending=len(pending),
        newer=tuple(sorted(f"{label}.{name}" for label, name in newer)),
    )


def prepare(say: Say) -> bool:
    """Bring the data to this program's version; True when something was migrated.

    Says on `say` what it does. A second start finds everything as it was and does nothing.

    Raises:
        StartRefusedError: the data is newer, or the database or folder cannot be used.
    """
    own = fingerprint()
    try:
        if _read().get("migrations") == own and _has_tables():
            return False
        found = state()
        if found.newer:
            raise _refuse_newer(found)
        if found.pending:
            _migrate(found, say)
        call_command("createcachetable", verbosity=0)
    except DatabaseError as error:
        raise of_database_error(error, str(connection.settings_dict["NAME"])) from error
    except OSError as error:
        raise of_os_error(error) from error
    _write(own)
    return bool(found.pending)


def _has_tables() -> bool:
    """Whether the database is there at all: the folder may have been emptied but for `version`."""
    return "django_migrations" in connection.introspection.table_names()


def _refuse_newer(found: DataState) -> StartRefusedError:
    version = _read().get("version", "")
    newer = f"（{version}）" if version and version != PRODUCT_VERSION else ""
    return StartRefusedError(
        NEWER,
        f"このデータは新しい版{newer}の文机で作られています。いまの版（{PRODUCT_VERSION}）では開けません。"
        "データには触れていません。新しい版のプログラムで始めてください。",
    )


def _migrate(found: DataState, say: Say) -> None:
    if found.is_empty:
        say("データベースを用意しています…")
    else:
        copy = copy_before_migration()
        say(f"古い版のデータです。変える前の控えを取りました: {copy}")
        say(f"新しい版に移しています（{found.pending} 段階）…")
    call_command("migrate", interactive=False, verbosity=0)
    if not found.is_empty:
        with transaction.atomic():
            record(
                None,
                "data.migrated",
                target_name=PRODUCT_VERSION,
                detail={"from": _read().get("version", ""), "steps": found.pending},
            )
        say("新しい版に移しました。")


def copy_before_migration(now: datetime | None = None) -> Path:
    """Copy the database into `backups/` of the data folder; the newest three copies are kept.

    Files need no copy: a migration never touches a blob.

    Raises:
        StartRefusedError: when the copy cannot be made (no `pg_dump`, no room).
    """
    folder = Path(settings.DATA_DIR) / "backups"
    stamp = timezone.localtime(now or timezone.now()).strftime("%Y%m%d-%H%M%S")
    target = folder / f"before-{PRODUCT_VERSION}-{stamp}{database.suffix()}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        size = database.size()
        if shutil.disk_usage(folder).free < size + settings.DISK_RESERVE_BYTES:
            raise StartRefusedError(
                DATABASE,
                "古い版のデータですが、控えを取る空きがありません"
                f"（{size // 2**20 + 1} MB 必要です）。空きを作ってから始めてください。"
                "データには触れていません。",
            )
        database.dump(target)
    except database.DumpError as error:
        raise StartRefusedError(DATABASE, f"{error} データには触れていません。") from error
    except OSError as error:
        raise of_os_error(error) from error
    for old in sorted(folder.glob("before-*"))[:-KEPT_COPIES]:
        old.unlink(missing_ok=True)
    return target


def _read() -> dict[str, Any]:
    try:
        value = json.loads(version_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _write(own: str) -> None:
    path = version_path()
    fresh = path.with_suffix(".new")
    fresh.write_text(
        json.dumps(
            {
                "version": PRODUCT_VERSION,
                "migrations": own,
                "prepared_at": timezone.now().isoformat(timespec="seconds"),
            }
        )
        + "\n",
        encoding="utf-8",
    )
    fresh.replace(path)


def libraries() -> dict[str, str]:
    """What this program runs on, for the status page and for reports of faults."""
    database = f"SQLite {sqlite3.sqlite_version}"
    if connection.vendor == "postgresql":
        number: int = connection.cursor().connection.info.server_version
        database = f"PostgreSQL {number // 10000}.{number % 10000}"
    return {
        "Python": platform.python_version(),
        "Django": metadata.version("django"),
        "uvicorn": metadata.version("uvicorn"),
        "Channels": metadata.version("channels"),
        "database": database,
    }
