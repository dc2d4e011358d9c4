"""What a PDF carries beside its pages: passwords, scripts, attachments; by pikepdf (qpdf)."""

from __future__ import annotations

from pathlib import Path

import pikepdf

from groupware.ingestion.sandbox.child import Refused

MAX_OBJECTS = 300_000
PROGRAM_STARTS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe")
PROGRAM_ENDS = (
    ".exe", ".dll", ".scr", ".com", ".bat", ".cmd", ".js", ".vbs", ".ps1", ".hta", ".jar", ".lnk",
    ".msi",
)  # fmt: skip
RAW_SIGNS = (b"/JavaScript", b"/Launch")


def check(path: Path) -> list[str]:
    """Look a PDF's objects over and return its flags ("attachments", "forms", "repaired").

    Raises Refused: encrypted, script, launch, embedded_program, bomb_parts. A file that qpdf cannot
    read at all is left to pdfium, after a search of the raw bytes for scripts.
    """
    try:
        document = pikepdf.open(path)
    except pikepdf.PasswordError as error:
        raise Refused("encrypted", found="PDF") from error
    except pikepdf.PdfError:
        data = path.read_bytes()
        if any(sign in data for sign in RAW_SIGNS):
            raise Refused("script", found="PDF") from None
        return ["repaired"]
    with document:
        flags = set()
        if len(document.objects) > MAX_OBJECTS:
            raise Refused("bomb_parts", parts=len(document.objects))
        if "/AcroForm" in document.Root:
            flags.add("forms")
        for item in document.objects:
            flags |= _look(item)
        return sorted(flags)


def _look(item: pikepdf.Object) -> set[str]:
    if isinstance(item, pikepdf.Array):
        return (
            set().union(*(_look(part) for part in _direct(iter(item)))) if len(item) < 64 else set()
        )
    if not isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        return set()
    flags: set[str] = set()
    kind = str(item.get("/S", ""))
    if kind == "/JavaScript" or "/JS" in item:
        raise Refused("script", found="PDF")
    if kind == "/Launch":
        raise Refused("launch", found="PDF")
    if "/EF" in item:
        flags.add("attachments")
        name = str(item.get("/UF", item.get("/F", "")))
        if name.lower().endswith(PROGRAM_ENDS):
            raise Refused("embedded_program", detail=name[-60:])
        for stream in item["/EF"].values():
            if isinstance(stream, pikepdf.Stream) and _start(stream).startswith(PROGRAM_STARTS):
                raise Refused("embedded_program", detail=name[-60:])
    for key in ("/OpenAction", "/AA", "/A", "/Next", "/Names", "/JavaScript", "/Annots"):
        value = item.get(key)
        if isinstance(value, pikepdf.Object) and not value.is_indirect:
            flags |= _look(value)
            if key in ("/AA", "/Names") and isinstance(value, pikepdf.Dictionary):
                for part in _direct(iter(value.values())):
                    flags |= _look(part)
    return flags


def _direct(parts: object) -> list[pikepdf.Object]:
    return [part for part in parts if isinstance(part, pikepdf.Object) and not part.is_indirect]  # type: ignore[attr-defined]  # an iterator of objects


def _start(stream: pikepdf.Stream) -> bytes:
    try:
        return bytes(stream.read_bytes()[:16])
    except pikepdf.PdfError:
        return bytes(stream.read_raw_bytes()[:16])
