"""Why a start is refused, in one sentence for people, with an exit code for scripts.

2 settings · 3 address · 4 folder or file · 5 data of a newer version · 6 disk full · 7 database ·
8 a process that does not stay up · 9 backup.
"""

import errno
import sqlite3
from pathlib import Path

SETTINGS, ADDRESS, FOLDER, NEWER, DISK, DATABASE, UNSTABLE, BACKUP = range(2, 10)


class StartRefusedError(Exception):
    """The product does not start; `str()` is the sentence, `code` the exit code."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def of_os_error(error: OSError, path: Path | str | None = None) -> StartRefusedError:
    """A refusal for what the operating system said about a file or folder."""
    where = path or error.filename or "?"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StartRefusedError(
            DISK,
            f"ディスクがいっぱいで {where} に書けません。"
            "空きを作ってからもう一度始めてください。データはそのままです。",
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StartRefusedError(
            FOLDER,
            f"{where} に書き込む権限がありません。所有者と権限を確かめるか、"
            "GROUPWARE_DATA_DIR で別のフォルダーを指定してください。",
        )
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return StartRefusedError(
            FOLDER, f"{where} はフォルダーではありません。別の場所を指定してください。"
        )
    return StartRefusedError(FOLDER, f"{where} を使えません（{error.strerror or error}）。")


def of_address(error: OSError, host: str, port: int) -> StartRefusedError:
    """A refusal for an address that cannot be listened on."""
    if error.errno == errno.EADDRINUSE:
        return StartRefusedError(
            ADDRESS,
            f"ポート {port} はほかのプログラムが使っています。"
            f"そちらを止めるか、別の番号（例: --port {port + 1}、make では PORT={port + 1}）で"
            "始めてください。",
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return StartRefusedError(
            ADDRESS, f"ポート {port} を開く権限がありません。1024 以上の番号を使ってください。"
        )
    return StartRefusedError(
        ADDRESS, f"{host}:{port} で待ち受けられません（{error.strerror or error}）。"
    )


def of_database_error(error: Exception, name: str) -> StartRefusedError:
    """A refusal for a database that cannot be opened, read or written.

    Django wraps the driver's error; for SQLite its error code says what happened.
    """
    cause = error.__cause__ or error
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        primary = code & 0xFF
        if primary == sqlite3.SQLITE_FULL:
            return StartRefusedError(
                DISK,
                f"ディスクがいっぱいで {name} に書けません。"
                "空きを作ってからもう一度始めてください。データはそのままです。",
            )
        if primary in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
            return StartRefusedError(
                FOLDER, f"データベース {name} に書き込めません。所有者と権限を確かめてください。"
            )
        if primary in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            return StartRefusedError(
                DATABASE,
                f"データベース {name} が壊れているか、SQLite のファイルではありません。"
                "バックアップから戻してください（manage.py restore）。",
            )
        if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return StartRefusedError(
                DATABASE,
                f"データベース {name} をほかのプログラムが使っています。止めてから始めてください。",
            )
    first_line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return StartRefusedError(DATABASE, f"データベース {name} を使えません（{first_line}）。")
