"""Reading a backup from end to end without restoring it."""

import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from groupware.operations.backup import database
from groupware.operations.backup.archive import CHUNK, DATABASES, BackupError, Reader


@dataclass(frozen=True, slots=True)
class Verified:
    """What a whole backup holds. `warnings` are sentences that do not spoil it."""

    header: dict[str, Any]
    members: int
    blobs: int
    size: int  # bytes of all members
    warnings: tuple[str, ...] = ()


def verify_backup(path: Path) -> Verified:
    """Check every hash, the database itself, and that each original it refers to is there.

    Needs room for the database beside the backup for a moment.

    Raises:
        BackupError: in a sentence, what is wrong first.
        OSError: the backup cannot be read, or there is no room for the database.
    """
    with (
        Reader(path) as reader,
        tempfile.TemporaryDirectory(dir=path.parent, prefix=".fuzukue-") as folder,
    ):
        found: Path | None = None
        for name, stream in reader.walk():
            if name in DATABASES:
                found = Path(folder) / name
                with found.open("wb") as target:
                    shutil.copyfileobj(stream, target, CHUNK)
        if found is None:
            raise BackupError(f"{path} にデータベースがありません。")
        if wrong := database.check(found, DATABASES[found.name]):
            raise BackupError(f"{wrong}。")
        warnings = _missing(found, reader)
    blobs = [member for name, member in reader.members.items() if name.startswith("blobs/")]
    return Verified(
        header=reader.header,
        members=len(reader.members),
        blobs=len(blobs),
        size=sum(member.size for member in reader.members.values()),
        warnings=warnings,
    )


def _missing(copy: Path, reader: Reader) -> tuple[str, ...]:
    """Originals that the database refers to and the backup lacks.

    Raises:
        BackupError: when one is missing that did not vanish while the backup was made.
    """
    vanished = {name.rpartition("/")[2] for name in reader.vanished}
    if copy.suffix == ".sqlite3":
        with closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as opened:
            rows = opened.execute("SELECT sha256 FROM files_blob")
            for (digest,) in rows:
                if f"blobs/{digest[:2]}/{digest}" not in reader.members and digest not in vanished:
                    raise BackupError(f"原本 {digest[:12]}… がバックアップにありません。")
    warnings = []
    if vanished:
        warnings.append(
            f"保管場所になかった原本が {len(vanished)} 件あります（取る間に廃棄されたものなど）。"
        )
    if reader.damaged:
        warnings.append(
            f"壊れた原本が {len(reader.damaged)} 件あります"
            f"（{reader.damaged[0].rpartition('/')[2][:12]}… など）。"
            "前のバックアップと比べてください。"
        )
    return tuple(warnings)
