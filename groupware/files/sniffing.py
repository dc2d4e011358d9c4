"""What the first bytes say a file is. Names and browsers' claims are not believed.

A light look for serving and for lists; the guards of `ingestion` look inside.
"""

import codecs

HEAD = 4096  # bytes that `sniff` wants to see

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
TIFF = "image/tiff"
WEBP = "image/webp"
TEXT = "text/plain"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ZIP = "application/zip"
UNKNOWN = "application/octet-stream"

_PDF_WITHIN = 1024  # PDF 32000-1, annex H: readers accept the header within the first 1024 bytes


def sniff(head: bytes) -> str:
    """The media type of a file that begins with `head`."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head[:4] in {b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"}:
        return TIFF
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith(b"PK\x03\x04"):
        return DOCX if b"word/" in head or b"[Content_Types].xml" in head else ZIP
    if b"%PDF-" in head[:_PDF_WITHIN]:
        return PDF
    return TEXT if _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    if not head:
        return False
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    if any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head):
        return False
    for encoding in ("utf-8", "cp932", "euc_jp"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            decoder.decode(head, final=False)  # the last character may be cut
        except UnicodeDecodeError:
            continue
        return True
    return False
