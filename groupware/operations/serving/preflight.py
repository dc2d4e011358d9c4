"""Before the first process starts: folder, disk, address, database, data version, guards."""

import contextlib
import fcntl
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.checks import ERROR, CheckMessage, run_checks
from django.db import DatabaseError, connection

from groupware.operations import versions
from groupware.operations.refusals import (
    DISK,
    FOLDER,
    SETTINGS,
    StartRefusedError,
    of_address,
    of_database_error,
    of_os_error,
)

BACKLOG = 512  # connections that wait while a web process is started again
LEAST_FREE_BYTES = 64 * 1024 * 1024  # under this not even the database can be relied on


def check_folder() -> None:
    """The data folder exists (or is made), can be written, and its disk has room.

    Raises:
        StartRefusedError: in a sentence, which of these it is not.
    """
    folder = Path(settings.DATA_DIR)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o750)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"0" * 4096)
            probe.flush()
            os.fsync(probe.fileno())
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise of_os_error(error, folder) from error
    if free < LEAST_FREE_BYTES:
        raise StartRefusedError(
            DISK,
            f"ディスクの空きが足りません（{folder} に {free // 2**20} MB）。"
            f"{LEAST_FREE_BYTES // 2**20} MB 以上を空けてから始めてください。"
            "データはそのままです。",
        )


def check_assets() -> None:
    """The browser's files were collected (a page without them would be an error).

    Raises:
        StartRefusedError: with the command that makes them.
    """
    backend = settings.STORAGES["staticfiles"]["BACKEND"]
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if "Manifest" in backend and not manifest.exists():
        raise StartRefusedError(
            FOLDER,
            "画面の部品がまだ用意されていません。先に manage.py prepare を実行してください。",
        )


def listen(host: str, port: int) -> socket.socket:
    """A listening TCP socket that child processes inherit.

    Raises:
        StartRefusedError: the port is taken, or may not be opened.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listening.close()
        if isinstance(error, OverflowError):
            raise StartRefusedError(SETTINGS, f"ポート {port} は番号の範囲外です。") from error
        raise of_address(error, host, port) from error
    listening.set_inheritable(True)
    return listening


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Only one start at a time prepares the data of a folder; the others wait."""
    path = Path(settings.DATA_DIR) / "prepare.lock"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise of_os_error(error, path) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def prepare_data(say: versions.Say) -> None:
    """Check the live database's safety settings and bring the data to this version.

    Raises:
        StartRefusedError: with every complaint of the system checks, or why the data is not used.
    """
    with alone():
        try:
            connection.ensure_connection()
        except DatabaseError as error:
            raise of_database_error(error, str(connection.settings_dict["NAME"])) from error
        versions.prepare(say)
    refuse_complaints()


def refuse_complaints() -> None:
    """Run Django's and our own checks, those of the live database included.

    Raises:
        StartRefusedError: with all errors at once; warnings go to standard error.
    """
    messages = run_checks(databases=["default"], include_deployment_checks=False)
    errors = [
        message for message in messages if message.level >= ERROR and not message.is_silenced()
    ]
    for message in messages:
        if message not in errors and not message.is_silenced():
            sys.stderr.write(f"注意: {_sentence(message)}\n")
    if errors:
        lines = "\n".join(f"  - {_sentence(message)}" for message in errors)
        raise StartRefusedError(
            SETTINGS, f"このままでは始められません（{len(errors)} 件）:\n{lines}"
        )


def _sentence(message: CheckMessage) -> str:
    hint = f" {message.hint}" if message.hint else ""
    return f"{message.msg}{hint}（{message.id}）"
