"""Every bomb of the attack corpus ends in 25 s, and the worker does not grow with it."""

from __future__ import annotations

import functools
import io
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from groupware.ingestion.guards import registry
from groupware.ingestion.sandbox.parent import Child, Refusal, SandboxError
from tests.conftest import count as times
from tests.ingestion import papers

SECONDS = 25.0
GROWTH = 50 << 20  # bytes


def png_flood(side: int) -> bytes:
    """A PNG of side × side pixels that packs to a few hundred kB."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    packer = zlib.compressobj(9)
    row = b"\0" * (side // 8 + 1)
    data = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


@functools.cache
def text_node_docx() -> bytes:
    """1 MB of Word whose text is 1 GB."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        base = zipfile.ZipFile(io.BytesIO(papers.docx(papers.word_xml("短い"))))
        for name in base.namelist():
            if name != "word/document.xml":
                archive.writestr(name, base.read(name))
        with archive.open("word/document.xml", "w", force_zip64=True) as stream:
            head, tail = papers.word_xml("@").split(b"@")
            stream.write(head)
            for _ in range(1024):
                stream.write(b"a" * (1 << 20))
            stream.write(tail)
    return packed.getvalue()


def lying_docx() -> bytes:
    """The same, with a size in the directory that looks harmless."""
    data = bytearray(text_node_docx())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        if struct.unpack("<I", data[at + 24 : at + 28])[0] > 1 << 29:
            data[at + 24 : at + 28] = struct.pack("<I", 4096)
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(data)


def laughs_docx() -> bytes:
    """A billion laughs in the document part."""
    entities = '<!ENTITY a0 "わっはっは">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
    )
    body = papers.word_xml("&a9;").decode()
    head, _mark, rest = body.partition("?>")
    return papers.docx(f"{head}?><!DOCTYPE w:document [{entities}]>{rest}".encode())


def many_entries_docx() -> bytes:
    """More entries than any Word file has."""
    return papers.docx(papers.word_xml("多い"), {f"word/x{n}.bin": b"" for n in range(10_001)})


def escaping_docx() -> bytes:
    """An entry that wants out of its folder."""
    return papers.docx(papers.word_xml("外へ"), {"../../etc/cron.d/x": b"* * * * * root true"})


def link_docx() -> bytes:
    """An entry that is a symbolic link."""
    buffer = io.BytesIO(papers.docx(papers.word_xml("先")))
    with zipfile.ZipFile(buffer, "a") as archive:
        entry = zipfile.ZipInfo("word/link")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return buffer.getvalue()


def deep_pdf() -> bytes:
    """Arrays nested a hundred thousand deep."""
    return papers.minimal_pdf(b"", catalog="/Deep " + "[" * 100_000 + "]" * 100_000)


def endless_pdf() -> bytes:
    """A form that draws itself ten times, ten levels of it: 10 billion strokes."""
    forms = []
    for level in range(10):
        stream = b"0 0 m 9 9 l S " if level == 9 else b"/X Do " * 10
        inner = "" if level == 9 else f"/Resources << /XObject << /X {7 + level} 0 R >> >>"
        forms.append(
            f"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] {inner} /Length {len(stream)} >>\n"
            f"stream\n{stream.decode()}\nendstream"
        )
    body = "\nendobj\n".join(
        form if n == 0 else f"{6 + n} 0 obj\n{form}" for n, form in enumerate(forms)
    )
    pdf = papers.minimal_pdf(b"/X Do", extra=body)
    return pdf.replace(b"/Resources << /Font", b"/Resources << /XObject << /X 6 0 R >> /Font", 1)


BOMBS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "flate": ("flate.pdf", papers.flate_bomb),
    "deep": ("deep.pdf", deep_pdf),
    "endless": ("endless.pdf", endless_pdf),
    "text-node": ("node.docx", text_node_docx),
    "lying-zip": ("lying.docx", lying_docx),
    "laughs": ("laughs.docx", laughs_docx),
    "entries": ("entries.docx", many_entries_docx),
    "escaping": ("escaping.docx", escaping_docx),
    "link": ("link.docx", link_docx),
    "pixels": ("flood.png", lambda: png_flood(30_000)),
}


def resident() -> int:
    """Resident bytes of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.parametrize("turn", range(times(1, 5)))
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_in_time_and_the_worker_stays_small(
    bomb: str, turn: int, tmp_path: Path
) -> None:
    name, make = BOMBS[bomb]
    path = tmp_path / name
    path.write_bytes(make())
    assert path.stat().st_size < 8 << 20
    before, begun = resident(), time.monotonic()
    with Child(path) as child:
        candidate = registry.Candidate(path, name, child, page_limit=3000)
        try:
            verdict = registry.examine(candidate)
        except SandboxError as error:
            pytest.fail(f"ended without a verdict: {error}")
        spent = time.monotonic() - begun
        assert spent < SECONDS
        if (
            verdict is None
        ):  # harmless to look over: then drawing and reading it must be bounded too
            assert bomb in ("endless", "deep", "flate")
            drawn = time.monotonic()
            with suppress(SandboxError, Refusal):
                child.call("page", number=1)
            assert time.monotonic() - drawn < SECONDS
        else:
            assert verdict.outcome == "refuse"
    assert resident() - before < GROWTH


@pytest.mark.parametrize("bomb", ["lying-zip", "laughs"])
def test_the_sandbox_alone_would_end_it_too(bomb: str, tmp_path: Path) -> None:
    """The guards before unpacking may be wrong; the limits of the child are not."""
    name, make = BOMBS[bomb]
    path = tmp_path / name
    path.write_bytes(make())
    before, begun = resident(), time.monotonic()
    with Child(path) as child, pytest.raises((SandboxError, Refusal)):
        child.call("open", kind="docx", page_limit=100)
    assert time.monotonic() - begun < SECONDS
    assert resident() - before < GROWTH


def test_a_spreadsheet_is_no_paper(tmp_path: Path) -> None:
    path = tmp_path / "rows.xlsx"
    base = papers.docx(papers.word_xml("表"))
    path.write_bytes(
        base.replace(b"wordprocessingml.document.main", b"spreadsheetml.sheet.main.xxxx")
    )
    with Child(path) as child, pytest.raises(Refusal) as caught:
        child.call("inspect", name=path.name, page_limit=100)
    assert caught.value.code in ("extension", "damaged", "wrong_type")
