"""The one guarded way out for bytes.

Every response asks the policy first, carries `nosniff` and a policy that lets nothing in the file
run, and is an attachment unless the type is known to be harmless. What is read is recorded.
"""

import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _

from groupware.access import policies
from groupware.audit.actions import enqueue_read
from groupware.files import storage
from groupware.files.models import File
from groupware.files.ranges import NotSatisfiable, Range, parse_ranges
from groupware.files.sniffing import JPEG, PDF, PNG, UNKNOWN, WEBP

INLINE = frozenset({PDF, PNG, JPEG, WEBP})  # shown by a browser without running anything of it
BY_SUFFIX = {".webp": WEBP, ".png": PNG, ".jpg": JPEG, ".pdf": PDF}
PIECE = 256 * 1024  # bytes per write to the socket
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'"
SAME_READ_SECONDS = 600  # ranges and pages of one reading are one entry of the record


def serve(
    request: HttpRequest,
    file: File,
    *,
    disposition: str = "attachment",
    derived: str | None = None,
    act: str = "file.viewed",
    target: object = None,
    name: str | None = None,
) -> HttpResponseBase:
    """Answer with the bytes of `file`, or of a file derived from it, if the viewer may see it.

    `act` and `target` are what the audit record says was read; the same read within ten minutes
    is recorded once, a download each time.

    Raises:
        NotVisible: like what does not exist.
    """
    viewer = request.user
    policies.require(viewer, "view", file)
    path, media_type, tag = _source(file, derived)
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        raise Http404(_("見つかりません。")) from None
    size = path.stat().st_size
    if disposition != "inline" or media_type not in INLINE:
        disposition = "attachment"
    _record(request, file, act, target, attached=act.endswith("downloaded"))
    response = _respond(request, stream, path, size=size, media_type=media_type, tag=tag)
    response["Content-Disposition"] = content_disposition(disposition, name or file.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-cache"  # kept, and asked again: rights may end
    response["Vary"] = "Cookie"
    response._csp_exempt = True  # type: ignore[attr-defined]  # django-csp: ours is stricter
    return response


def _source(file: File, derived: str | None) -> tuple[Path, str, str]:
    """Path, media type and entity tag. The tag names no digest of the bytes."""
    if derived is None:
        if file.blob is None:
            raise Http404(_("見つかりません。"))
        path = storage.blob_path(file.blob)
        media_type = file.media_type or UNKNOWN
        seed = f"{file.uuid}:{file.blob.sha256}"
    else:
        path = storage.derived_path(file, derived)
        media_type = BY_SUFFIX.get(path.suffix, UNKNOWN)
        try:
            facts = path.stat()
        except FileNotFoundError:
            raise Http404(_("見つかりません。")) from None
        seed = f"{file.uuid}:{derived}:{facts.st_mtime_ns}:{facts.st_size}"
    return path, media_type, f'"{hashlib.sha256(seed.encode()).hexdigest()[:32]}"'


def _respond(
    request: HttpRequest, stream: BinaryIO, path: Path, *, size: int, media_type: str, tag: str
) -> HttpResponseBase:
    if _matches(request.headers.get("If-None-Match", ""), tag):
        stream.close()
        return _with_tag(HttpResponse(status=304), tag)
    if settings.FILES_ACCEL_PREFIX:  # the proxy sends the bytes, ranges included
        stream.close()
        response = HttpResponse(content_type=media_type)
        inside = path.relative_to(settings.DATA_DIR).as_posix()
        response["X-Accel-Redirect"] = f"{settings.FILES_ACCEL_PREFIX.rstrip('/')}/{quote(inside)}"
        return _with_tag(response, tag)
    ranges: list[Range] | None = None
    header = request.headers.get("Range", "")
    if header and request.headers.get("If-Range", tag) == tag:
        try:
            ranges = parse_ranges(header, size)
        except NotSatisfiable:
            stream.close()
            refused = HttpResponse(status=416)
            refused["Content-Range"] = f"bytes */{size}"
            return _with_tag(refused, tag)
    if request.method == "HEAD":
        stream.close()
    if not ranges:
        whole = _streaming(
            request, stream, [(b"", Range(0, size - 1))], media_type=media_type, status=200
        )
        whole["Content-Length"] = str(size)
        return _with_tag(whole, tag)
    if len(ranges) == 1:
        one = ranges[0]
        part = _streaming(request, stream, [(b"", one)], media_type=media_type, status=206)
        part["Content-Range"] = f"bytes {one.first}-{one.last}/{size}"
        part["Content-Length"] = str(one.length)
        return _with_tag(part, tag)
    return _with_tag(_several(request, stream, ranges, size, media_type), tag)


def _several(
    request: HttpRequest, stream: BinaryIO, ranges: list[Range], size: int, media_type: str
) -> HttpResponseBase:
    """multipart/byteranges (RFC 9110, 14.6)."""
    boundary = secrets.token_hex(16)
    pieces: list[tuple[bytes, Range]] = []
    for position, piece in enumerate(ranges):
        lead = "\r\n" if position else ""
        head = (
            f"{lead}--{boundary}\r\nContent-Type: {media_type}\r\n"
            f"Content-Range: bytes {piece.first}-{piece.last}/{size}\r\n\r\n"
        )
        pieces.append((head.encode("ascii"), piece))
    foot = f"\r\n--{boundary}--\r\n".encode("ascii")
    kind = f"multipart/byteranges; boundary={boundary}"
    response = _streaming(request, stream, pieces, foot=foot, media_type=kind, status=206)
    length = sum(len(head) + piece.length for head, piece in pieces) + len(foot)
    response["Content-Length"] = str(length)
    return response


def _streaming(
    request: HttpRequest,
    stream: BinaryIO,
    pieces: list[tuple[bytes, Range]],
    *,
    media_type: str,
    status: int,
    foot: bytes = b"",
) -> HttpResponseBase:
    if request.method == "HEAD":
        return HttpResponse(status=status, content_type=media_type)
    response = StreamingHttpResponse(
        _bytes_of(stream, pieces, foot), status=status, content_type=media_type
    )
    response._resource_closers.append(stream.close)  # type: ignore[attr-defined]  # as FileResponse does
    return response


def _bytes_of(stream: BinaryIO, pieces: list[tuple[bytes, Range]], foot: bytes) -> Iterator[bytes]:
    with stream:
        for head, piece in pieces:
            if head:
                yield head
            stream.seek(piece.first)
            left = piece.length
            while left > 0 and (data := stream.read(min(PIECE, left))):
                left -= len(data)
                yield data
        if foot:
            yield foot


def _with_tag(response: HttpResponseBase, tag: str) -> HttpResponseBase:
    response["ETag"] = tag
    response["Accept-Ranges"] = "bytes"
    return response


def _matches(header: str, tag: str) -> bool:
    if header.strip() == "*":
        return True
    return tag in {part.strip().removeprefix("W/") for part in header.split(",")}


def content_disposition(kind: str, name: str) -> str:
    """`attachment; filename="…"; filename*=UTF-8''…` (RFC 6266 with RFC 5987)."""
    plain = "".join(
        letter if letter.isascii() and letter.isprintable() and letter not in '"\\%' else "_"
        for letter in name
    )
    encoded = quote(name, safe="!#$&+-.^_`|~")
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}"


class _RecentReads:
    """Which reads of this process were recorded within the last ten minutes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[tuple[int, str, str], float] = {}

    def is_new(self, key: tuple[int, str, str]) -> bool:
        """True once per key and ten minutes."""
        now = time.monotonic()
        with self._lock:
            if len(self._seen) > 50_000:
                floor = now - SAME_READ_SECONDS
                self._seen = {known: at for known, at in self._seen.items() if at > floor}
            if now - self._seen.get(key, -SAME_READ_SECONDS) < SAME_READ_SECONDS:
                return False
            self._seen[key] = now
            return True

    def clear(self) -> None:
        """Forget everything (tests)."""
        with self._lock:
            self._seen.clear()


recent_reads = _RecentReads()


def _record(request: HttpRequest, file: File, act: str, target: object, *, attached: bool) -> None:
    viewer = request.user
    assert viewer.is_authenticated  # require() refused everybody else
    begins = request.headers.get("Range", "bytes=0-").replace(" ", "").startswith("bytes=0-")
    fresh = recent_reads.is_new((viewer.pk, str(file.uuid), act))
    if not (fresh or (attached and begins)):
        return
    enqueue_read(viewer, act, target or file, detail={"file": str(file.uuid)}, request=request)
