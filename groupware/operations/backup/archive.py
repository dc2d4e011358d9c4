"""The backup file: a plain tar whose first member says what it is and whose last is the manifest.

| member | what |
|---|---|
| `fuzukue-backup.json` | format, versions, city, kind of database, when |
| `database.sqlite3` or `database.pgdump` | one moment of the database |
| `keys/…`, `audit/heads.jsonl` | of the data folder |
| `blobs/ab/abcd…` | originals, named by their SHA-256 |
| `derived/…` | page images and the like, only when asked for |
| `manifest.json` | name, size and SHA-256 of every member before it |

A file that was cut short has no manifest and is refused. Nothing in it is executed or trusted:
names are checked against the table above, and only regular files are taken.
"""

import hashlib
import io
import json
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

FORMAT = 1
HEADER = "fuzukue-backup.json"
MANIFEST = "manifest.json"
DATABASES = {"database.sqlite3": "sqlite", "database.pgdump": "postgresql"}
ALLOWED = re.compile(
    r"database\.(?:sqlite3|pgdump)"
    r"|keys/[A-Za-z0-9._-]+"
    r"|audit/heads\.jsonl"
    r"|blobs/[0-9a-f]{2}/[0-9a-f]{64}"
    r"|derived/[0-9a-f]{2}/[0-9a-f-]{36}/[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*"
)
CHUNK = 1024 * 1024
JSON_BYTES = 512 * 1024 * 1024  # the largest header or manifest that is read


class BackupError(Exception):
    """A backup cannot be made, read or restored; `str()` is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Member:
    """A line of the manifest. Size in bytes, SHA-256 in hex."""

    name: str
    size: int
    sha256: str


class Writer:
    """Writes a backup; `close` adds the manifest. Files that vanish meanwhile are noted."""

    def __init__(self, target: Path, header: dict[str, Any]) -> None:
        self._tar = tarfile.open(target, "x", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - closed in `close`
        self.members: list[Member] = []
        self.vanished: list[str] = []
        self.damaged: list[str] = []
        self._add_bytes(HEADER, _dump(header))

    def add(self, name: str, path: Path) -> bool:
        """Add one file; False (and noted) when it is gone, as a disposed blob may be."""
        if not ALLOWED.fullmatch(name):
            raise ValueError(f"no place for {name!r} in a backup")
        try:
            source = path.open("rb")
        except FileNotFoundError:
            self.vanished.append(name)
            return False
        with source:
            info = self._tar.gettarinfo(arcname=name, fileobj=source)
            info.mode, info.uid, info.gid, info.uname, info.gname = 0o600, 0, 0, "", ""
            reading = Hashed(source)
            self._tar.addfile(info, reading)
        member = Member(name, info.size, reading.hexdigest())
        self.members.append(member)
        if not _is_itself(member):
            self.damaged.append(name)  # kept: a damaged original is better than none
        return True

    def close(self) -> None:
        """Write the manifest and the end of the tar."""
        lines = [[member.name, member.size, member.sha256] for member in self.members]
        manifest = {"members": lines, "vanished": self.vanished, "damaged": self.damaged}
        self._add_bytes(MANIFEST, _dump(manifest))
        self._tar.close()

    def abandon(self) -> None:
        """Close without a manifest; what was written is worthless."""
        self._tar.close()

    def _add_bytes(self, name: str, content: bytes) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(content), 0o600
        self._tar.addfile(info, io.BytesIO(content))


class Hashed(io.RawIOBase):
    """A stream that is hashed as it is read."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._digest = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        """Read on.

        Raises:
            BackupError: the backup ends in the middle of a member.
        """
        try:
            part = self._source.read(size)
        except tarfile.ReadError as error:
            raise BackupError("バックアップが途中で切れています。") from error
        self._digest.update(part)
        self.size += len(part)
        return part

    def hexdigest(self) -> str:
        """SHA-256 of what was read so far."""
        return self._digest.hexdigest()


@dataclass(slots=True)
class Reader:
    """Reads a backup once, from its first member to its manifest."""

    path: Path
    header: dict[str, Any] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    vanished: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    _tar: tarfile.TarFile | None = None

    def __enter__(self) -> Self:
        try:
            self._tar = tarfile.open(self.path, "r:")
            first = self._tar.next()
            if first is None or first.name != HEADER:
                raise BackupError(f"{self.path} は文机のバックアップではありません。")
            self.header = self._json(first)
        except FileNotFoundError:
            raise BackupError(f"{self.path} がありません。") from None
        except tarfile.TarError as error:
            raise BackupError(f"{self.path} は文机のバックアップではありません。") from error
        if self.header.get("format") != FORMAT:
            raise BackupError(
                f"{self.path} は、この版では読めない形式（{self.header.get('format')}）です。"
                "新しい版の文机で開いてください。"
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._tar is not None:
            self._tar.close()

    def walk(self) -> Iterator[tuple[str, Hashed]]:
        """Each member's name and stream, in order; unread rests are read for the hash.

        Raises:
            BackupError: a foreign member, a second one of a name, a cut file, a wrong hash.
        """
        assert self._tar is not None
        try:
            while (info := self._tar.next()) is not None:
                if info.name == MANIFEST:
                    self._compare(self._json(info))
                    return
                if not info.isreg() or not ALLOWED.fullmatch(info.name):
                    raise BackupError(
                        f"バックアップに入るはずのないもの（{info.name}）があります。"
                    )
                if info.name in self.members:
                    raise BackupError(f"{info.name} が二つ入っています。")
                source = self._tar.extractfile(info)
                assert source is not None
                with source:
                    reading = Hashed(source)
                    yield info.name, reading
                    while reading.read(CHUNK):
                        pass
                self.members[info.name] = Member(info.name, reading.size, reading.hexdigest())
        except (tarfile.TarError, EOFError) as error:
            raise BackupError(f"{self.path} が途中で壊れています（{error}）。") from error
        raise BackupError(f"{self.path} は途中で切れています（目録がありません）。")

    def _compare(self, manifest: dict[str, Any]) -> None:
        self.vanished = list(manifest["vanished"])
        self.damaged = list(manifest["damaged"])
        listed = {row[0]: Member(*row) for row in manifest["members"]}
        for name, member in listed.items():
            found = self.members.get(name)
            if found is None:
                raise BackupError(f"{name} がバックアップにありません。")
            if found != member:
                raise BackupError(
                    f"{name} の内容が目録と違います。壊れているか、変えられています。"
                )
        for name, member in self.members.items():
            if name not in listed:
                raise BackupError(f"{name} が目録にありません。")
            if not _is_itself(member) and name not in self.damaged:
                raise BackupError(f"{name} の内容が名前（ハッシュ）と違います。")

    def _json(self, info: tarfile.TarInfo) -> dict[str, Any]:
        assert self._tar is not None
        source = self._tar.extractfile(info) if info.size <= JSON_BYTES else None
        if source is None:
            raise BackupError(f"{self.path} の {info.name} を読めません。")
        try:
            value = json.loads(source.read())
        except ValueError as error:
            raise BackupError(f"{self.path} の {info.name} を読めません。") from error
        if not isinstance(value, dict):
            raise BackupError(f"{self.path} の {info.name} を読めません。")
        return value


def _is_itself(member: Member) -> bool:
    """Whether a blob is what its name says; other members have no such name."""
    return not member.name.startswith("blobs/") or member.name.endswith(f"/{member.sha256}")


def _dump(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"
