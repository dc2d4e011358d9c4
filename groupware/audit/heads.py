"""The head of the chain, written outside of the database once an hour.

Who can rewrite the whole database can also compute a new chain; he cannot change what has
already left it. Each line of the file is one JSON object: `{"at", "city", "hash", "position",
"schema"}`. Point `AUDIT_HEADS_FILE` to a place of its own (a mount that only adds, a log server).
"""

import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from groupware.audit import chain

EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Head:
    """The chain's newest position and hash at one moment, as read from a line of the file."""

    at: datetime
    position: int
    hash: str


def default_path() -> Path:
    """`AUDIT_HEADS_FILE`, else `audit/heads.jsonl` in the data folder."""
    configured = getattr(settings, "AUDIT_HEADS_FILE", None)
    return Path(configured) if configured else Path(settings.DATA_DIR) / "audit" / "heads.jsonl"


def read(path: Path) -> Iterator[Head]:
    """The heads of a file, oldest first; nothing when there is no file.

    Raises:
        ValueError: for a line that is not a head, with the line's number.
    """
    if not path.exists():
        return
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                value = json.loads(line)
                at = datetime.fromisoformat(value["at"])
                yield Head(at, int(value["position"]), str(value["hash"]))
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"{path} の {number} 行目を読めません。") from error


def last(path: Path) -> Head | None:
    """The newest head of a file; reads only its end."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 4096))
            lines = file.read().splitlines()
    except FileNotFoundError:
        return None
    for line in reversed(lines):
        try:
            value = json.loads(line)
            return Head(
                datetime.fromisoformat(value["at"]), int(value["position"]), str(value["hash"])
            )
        except (ValueError, KeyError, TypeError):
            continue  # a line cut by a power failure; the next good one counts
    return None


def write(path: Path | None = None, *, now: datetime | None = None, due_only: bool = True) -> bool:
    """Append the head, at most once an hour unless `due_only` is off; True when it was written.

    Nothing is written while the chain has not grown since the last line.

    Raises:
        OSError: when the file cannot be written.
    """
    path = path or default_path()
    now = now or timezone.now()
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        newest = last(path)
        if due_only and newest is not None and now - newest.at < EVERY:
            return False
        position, own = chain.head()
        if position == 0 or (newest is not None and newest.position == position):
            return False
        line = json.dumps(
            {
                "at": now.astimezone(UTC).isoformat(),
                "city": settings.CITY_CODE,
                "hash": own,
                "position": position,
                "schema": chain.SCHEMA,
            }
        )
        ends_well = _ends_with_newline(descriptor)
        os.write(descriptor, ("" if ends_well else "\n").encode() + line.encode("ascii") + b"\n")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return True


def _ends_with_newline(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    return size == 0 or os.pread(descriptor, 1, size - 1) == b"\n"
