"""Throwing the demo city away: only the demo's, only when nothing is using it."""

import shutil
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from groupware.jobs.selectors import count_living_workers
from groupware.operations.demo.load import NotEmptyError, is_demo, is_empty
from groupware.operations.refusals import (
    DATABASE,
    FOLDER,
    StartRefusedError,
    of_database_error,
    of_os_error,
)

# What the product keeps in its data folder and the demo can do without. Keys, collected static
# files and backups stay.
DISCARDED = ("blobs", "derived", "uploads", "search", "audit", "version")


def reset() -> bool:
    """Remove the demo city's data; False when there was none.

    Raises:
        NotEmptyError: the data is not the demo's.
        StartRefusedError: a server is using it, or it is not a SQLite file of the data folder.
    """
    folder = Path(settings.DATA_DIR)
    database = Path(str(connection.settings_dict["NAME"]))
    if connection.vendor != "sqlite" or database.parent != folder:
        raise StartRefusedError(
            FOLDER, "やり直せるのは、データ用フォルダーの SQLite だけです。何も消していません。"
        )
    if not database.exists():
        return False
    try:
        if connection.introspection.table_names():
            _refuse_unless_ours()
    except DatabaseError as error:
        raise of_database_error(error, str(database)) from error
    connection.close()
    try:
        for name in DISCARDED:
            path = folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        for suffix in ("-wal", "-shm", ""):
            database.with_name(database.name + suffix).unlink(missing_ok=True)
    except OSError as error:
        raise of_os_error(error) from error
    return True


def _refuse_unless_ours() -> None:
    if not (is_demo() or is_empty()):
        raise NotEmptyError
    if count_living_workers():
        raise StartRefusedError(
            DATABASE,
            "このデータで動いている文机があります。止めてから、もう一度お試しください（何も消していません）。",
        )
