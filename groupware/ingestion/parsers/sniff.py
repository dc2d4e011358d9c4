"""What a file really is, from its first and last bytes; the name is only compared with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from groupware.ingestion.parsers.plain import decode
from groupware.ingestion.sandbox.child import Refused

HEAD = 4096
TAIL = 65_557  # the end record of a zip lies at most this far before the end

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "tiff": "image/tiff",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "text": "text/plain",
}
EXTENSIONS = {
    "pdf": {"pdf"},
    "png": {"png", "jpg", "jpeg", "tif", "tiff"},
    "jpeg": {"jpg", "jpeg", "jpe", "png", "tif", "tiff"},
    "tiff": {"tif", "tiff"},
    "docx": {"docx"},
    "text": {"txt", "text", "csv", "tsv", "md", "log"},
}
# Endings that promise something; any other (第3.1版, 20250401) is part of the name.
KNOWN = set().union(*EXTENSIONS.values()) | {
    "exe", "com", "dll", "scr", "msi", "bat", "cmd", "ps1", "vbs", "js", "jar", "hta", "lnk", "sh",
    "py", "php", "html", "htm", "svg", "xml", "json", "doc", "docm", "dot", "dotm", "dotx", "rtf",
    "xls", "xlsx", "xlsm", "ppt", "pptx", "pptm", "odt", "ods", "odp", "zip", "7z", "rar", "gz",
    "tar", "lzh", "iso", "gif", "bmp", "webp", "heic", "mp3", "mp4", "mov", "avi", "wav", "eml",
    "msg", "ps", "xps", "jtd",
}  # fmt: skip

# Beginnings of what is not taken, with the name that the sentence gives it.
OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"GIF8", "GIF画像"),
    (b"BM", "BMP画像"),
    (b"MZ", "Windowsのプログラム"),
    (b"\x7fELF", "プログラム"),
    (b"\xca\xfe\xba\xbe", "プログラム"),
    (b"\xcf\xfa\xed\xfe", "プログラム"),
    (b"#!", "プログラム（スクリプト）"),
    (b"Rar!", "RAR書庫"),
    (b"7z\xbc\xaf\x27\x1c", "7z書庫"),
    (b"\x1f\x8b", "gzip書庫"),
    (b"{\\rtf", "リッチテキスト（RTF）"),
    (b"%!PS", "PostScript"),
)
MARKUP = re.compile(rb"<\s*(!doctype\s+html|html|head|body|script|svg|iframe|\?php)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sniffed:
    """kind: a key of MEDIA_TYPES; docx means only "a zip" until the entries were looked at."""

    kind: str
    size: int

    @property
    def media_type(self) -> str:
        """The media type to store and to serve."""
        return MEDIA_TYPES[self.kind]


def sniff(path: Path, name: str) -> Sniffed:
    """Return what the file is.

    Raises Refused: empty, wrong_type, encrypted, polyglot, extension, macro.
    """
    size = path.stat().st_size
    if size == 0:
        raise Refused("empty")
    with path.open("rb") as stream:
        head = stream.read(HEAD)
        stream.seek(max(0, size - TAIL))
        tail = stream.read()
    kind = _kind(head, path)
    _check_polyglot(kind, head, tail)
    extension = Path(name).suffix.lower().lstrip(".")
    if extension in KNOWN and extension not in EXTENSIONS[kind]:
        if kind == "docx" and extension in ("docm", "dotm"):
            raise Refused("macro")
        raise Refused("extension", extension=extension, found=FOUND_NAMES[kind])
    return Sniffed(kind, size)


FOUND_NAMES = {
    "pdf": "PDF",
    "png": "PNG画像",
    "jpeg": "JPEG画像",
    "tiff": "TIFF画像",
    "docx": "Word文書か書庫（zip）",
    "text": "テキスト",
}


def _kind(head: bytes, path: Path) -> str:
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"):
        return "tiff"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "docx"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
            raise Refused("encrypted", found="Office文書")
        raise Refused("wrong_type", found="古い形式のOffice文書")
    for start, found in OTHERS:
        if head.startswith(start):
            raise Refused("wrong_type", found=found)
    if head[4:8] == b"ftyp":
        heif = head[8:12] in (b"heic", b"heix", b"mif1")
        raise Refused("wrong_type", found="HEIF画像" if heif else "動画")
    if head[:4] == b"RIFF":
        raise Refused("wrong_type", found="WebP画像" if head[8:12] == b"WEBP" else "音声か動画")
    if MARKUP.search(head):
        raise Refused("wrong_type", found="HTMLなどのマークアップ")
    if decode(head) is None:  # head and tail together would cut characters in the middle
        raise Refused("wrong_type", found="不明な形式")
    return "text"


def _check_polyglot(kind: str, head: bytes, tail: bytes) -> None:
    """Refuse a file that another program would read as something else."""
    if kind == "pdf":
        before = head[: head.index(b"%PDF-")]
        if before.strip(b"\xef\xbb\xbf\r\n\t \x00"):
            raise Refused("polyglot", found="PDF")
        if MARKUP.search(head[:1024]):
            raise Refused("polyglot", found="PDFとHTML")
    if kind != "docx" and b"PK\x05\x06" in tail and b"PK\x01\x02" in tail:
        raise Refused("polyglot", found="書庫（zip）")
    if kind in ("png", "jpeg", "tiff"):
        if kind == "png" and b"IEND\xaeB`\x82" in tail:
            rest = tail.rpartition(b"IEND\xaeB`\x82")[2]
        elif kind == "jpeg" and b"\xff\xd9" in tail:
            rest = tail.rpartition(b"\xff\xd9")[2]
        else:
            rest = b""
        if b"%PDF-" in tail or MARKUP.search(rest) or rest.startswith((b"MZ", b"\x7fELF", b"#!")):
            raise Refused("polyglot", found="画像とほかの形式")
        if kind == "jpeg" and MARKUP.search(head[:64]):
            raise Refused("polyglot", found="画像とHTML")
