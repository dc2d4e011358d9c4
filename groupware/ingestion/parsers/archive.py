"""Word files as the zip archives they are: bombs, traps and macros, before anything is unpacked."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

from groupware.ingestion.sandbox.child import Refused

MAX_RATIO = 100
MAX_SUM = 500 * 1024 * 1024  # bytes unpacked
MAX_ENTRIES = 10_000
SMALL = 1024 * 1024  # an entry below this size may be packed as tightly as it likes
MAIN_TYPE = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACRO_TYPE = b"macroEnabled"


def check_docx(path: Path) -> list[str]:
    """Look a Word file over and return its flags.

    Raises Refused: damaged, bomb_*, unsafe_archive, encrypted, wrong_type, macro.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_entries(entries, path.stat().st_size)
            names = {entry.filename for entry in entries}
            if "[Content_Types].xml" not in names:
                raise Refused("wrong_type", found="書庫（zip）")
            types = _read(archive, "[Content_Types].xml")
            if MACRO_TYPE in types or any("vbaproject" in name.lower() for name in names):
                raise Refused("macro")
            if MAIN_TYPE not in types:
                raise Refused("wrong_type", found=_office_name(types))
            return _flags(archive, names)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError) as error:
        raise Refused("damaged", found="Word文書") from error
    except RuntimeError as error:  # zipfile says so when an entry needs a password
        raise Refused("encrypted", found="Word文書") from error


def _check_entries(entries: list[zipfile.ZipInfo], packed: int) -> None:
    if len(entries) > MAX_ENTRIES:
        raise Refused("bomb_parts", parts=len(entries))
    total = 0
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise Refused("encrypted", found="Word文書")
        parts = entry.filename.replace("\\", "/").split("/")
        if entry.filename.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
            raise Refused("unsafe_archive", detail="外へ出る名前")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise Refused("unsafe_archive", detail="リンク")
        total += entry.file_size
        if entry.file_size > SMALL and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
            raise Refused("bomb_size", megabytes=entry.file_size >> 20)
    if total > MAX_SUM or (total > SMALL and total > MAX_RATIO * packed):
        raise Refused("bomb_size", megabytes=total >> 20)


def _read(archive: zipfile.ZipFile, name: str, limit: int = 64 * 1024 * 1024) -> bytes:
    with archive.open(name) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise Refused("bomb_size", megabytes=limit >> 20)
    return data


def _flags(archive: zipfile.ZipFile, names: set[str]) -> list[str]:
    """Return what a reader should know; refuse entity tricks, which no Word file needs."""
    flags = set()
    for name in names:
        lower = name.lower()
        if lower.endswith((".xml", ".rels")):
            data = _read(archive, name)
            if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data:
                raise Refused("bomb_entities")
            if lower.endswith(".rels") and b"attachedTemplate" in data and b"External" in data:
                flags.add("external_template")
        elif "/embeddings/" in lower or "/activex/" in lower:
            flags.add("embedded_objects")
        elif lower.endswith((".exe", ".dll", ".js", ".vbs", ".bat", ".ps1", ".scr")):
            raise Refused("embedded_program", detail=name[-60:])
    return sorted(flags)


def _office_name(types: bytes) -> str:
    if b"spreadsheetml" in types:
        return "Excelの表"
    if b"presentationml" in types:
        return "PowerPointの資料"
    return "書庫（zip）"
