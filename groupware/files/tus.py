"""The tus 1.0.0 protocol: creation, creation-with-upload, checksum, termination, expiration.

https://tus.io/protocols/resumable-upload — for one's own uploads only; somebody else's do not
exist. Errors carry a sentence for people as JSON.
"""

import base64
import binascii
from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _

from groupware.files import uploads
from groupware.files.errors import FileError
from groupware.files.models import Upload
from groupware.files.selectors import get_upload
from groupware.organization.models import Staff

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,termination,expiration"
PIECE_TYPE = "application/offset+octet-stream"
METADATA_BYTES = 8192
OWN_KEYS = frozenset({"filename", "filetype", "name", "type", "purpose", "relativePath"})

View = Callable[..., HttpResponseBase]


class BadRequest(Exception):
    """The request is not tus (400)."""


def tus(view: View) -> View:
    """Answer protocol errors, and put the protocol's headers on every response."""

    @wraps(view)
    def answer(request: HttpRequest, **kwargs: UUID) -> HttpResponseBase:
        response = _guarded(view, request, **kwargs)
        response["Tus-Resumable"] = VERSION
        response["Cache-Control"] = "no-store"
        return response

    return answer


def _guarded(view: View, request: HttpRequest, **kwargs: UUID) -> HttpResponseBase:
    method = _method(request)
    if method != "OPTIONS":
        if not isinstance(request.user, Staff):
            return _sentence(401, _("サインインし直してください。途中の分は残っています。"))
        if request.headers.get("Tus-Resumable") != VERSION:
            wrong = _sentence(412, _("この送り方には対応していません。"))
            wrong["Tus-Version"] = VERSION
            return wrong
    try:
        return view(request, **kwargs)
    except BadRequest as error:
        return _sentence(400, str(error))
    except FileError as error:
        return _sentence(error.status, str(error))
    except uploads.Gone:
        return _sentence(410, _("この送信は終わっています。もう一度入れてください。"))
    except uploads.Busy:
        return _sentence(423, _("同じファイルの続きをほかで受け取っています。"))
    except uploads.WrongChecksum:
        return _sentence(460, _("途中で中身が壊れました。続きを送り直してください。"))
    except uploads.WrongOffset as error:
        conflict = _sentence(409, _("続きの位置が合いません。"))
        conflict["Upload-Offset"] = str(error.offset)
        return conflict


def _sentence(status: int, text: str) -> HttpResponse:
    return JsonResponse(
        {"sentence": text}, status=status, json_dumps_params={"ensure_ascii": False}
    )


def _method(request: HttpRequest) -> str:
    method = request.method or ""
    return request.headers.get("X-HTTP-Method-Override", method) if method == "POST" else method


@tus
def create(request: HttpRequest) -> HttpResponseBase:
    """OPTIONS: what the server can do. POST: begin an upload, with its first bytes if given."""
    if _method(request) == "OPTIONS":
        return _abilities()
    if _method(request) != "POST":
        return HttpResponse(status=405, headers={"Allow": "OPTIONS, POST"})
    assert isinstance(request.user, Staff)
    size = _number(request, "Upload-Length")
    metadata = _metadata(request.headers.get("Upload-Metadata", ""))
    upload = uploads.create_upload(
        actor=request.user,
        name=metadata.get("filename", ""),
        size=size,
        purpose=metadata.get("purpose", ""),
        wishes={key: value for key, value in metadata.items() if key not in OWN_KEYS},
        metadata=metadata,
    )
    response = HttpResponse(status=201)
    response["Location"] = reverse("files:tus-upload", args=[upload.uuid])
    if request.headers.get("Content-Type") == PIECE_TYPE and _length(request):
        _take(request, upload, offset=0)
        response["Upload-Offset"] = str(upload.offset)
        _result(response, upload)
    return _expiring(response, upload)


@tus
def upload(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """HEAD: how far it is. PATCH: the next piece. DELETE: cancel."""
    method = _method(request)
    if method == "OPTIONS":
        return _abilities()
    row = get_upload(request.user, uuid)
    if method == "HEAD":
        return _head(row)
    if method == "PATCH":
        return _patch(request, row)
    if method == "DELETE":
        assert isinstance(request.user, Staff)
        uploads.cancel_upload(actor=request.user, upload=row)
        return HttpResponse(status=204)
    return HttpResponse(status=405, headers={"Allow": "OPTIONS, HEAD, PATCH, DELETE"})


def _abilities() -> HttpResponse:
    return HttpResponse(
        status=204,
        headers={
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(settings.UPLOAD_MAX_BYTES),
            "Tus-Checksum-Algorithm": ",".join(uploads.ALGORITHMS),
        },
    )


def _head(row: Upload) -> HttpResponse:
    offset = uploads.offset_of(row)
    response = HttpResponse(status=200)
    response["Upload-Offset"] = str(offset)
    response["Upload-Length"] = str(row.size)
    response["Upload-Metadata"] = ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in row.metadata.items()
    )
    return _expiring(_result(response, row), row)


def _patch(request: HttpRequest, row: Upload) -> HttpResponse:
    if request.headers.get("Content-Type") != PIECE_TYPE:
        return _sentence(415, _("この送り方には対応していません。"))
    _take(request, row, offset=_number(request, "Upload-Offset"))
    response = HttpResponse(status=204)
    response["Upload-Offset"] = str(row.offset)
    return _expiring(_result(response, row), row)


def _take(request: HttpRequest, row: Upload, *, offset: int) -> None:
    """Write the body; hand the upload over when it is whole."""
    uploads.append(
        row, offset=offset, stream=request, length=_length(request), checksum=_checksum(request)
    )
    if row.offset == row.size:
        uploads.finish_upload(row)
        if row.state == Upload.State.REFUSED:
            raise FileError(row.reason)


def _result(response: HttpResponse, row: Upload) -> HttpResponse:
    if row.result_uuid is not None:
        response["Upload-Result"] = str(row.result_uuid)
    return response


def _expiring(response: HttpResponse, row: Upload) -> HttpResponse:
    if row.state == Upload.State.OPEN:
        response["Upload-Expires"] = http_date(uploads.expires_at(row).timestamp())
    return response


def _length(request: HttpRequest) -> int:
    raw = request.META.get("CONTENT_LENGTH") or "0"
    return int(raw) if raw.isascii() and raw.isdigit() else 0


def _number(request: HttpRequest, header: str) -> int:
    raw = request.headers.get(header, "")
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 15):
        raise BadRequest(f"{header}: {raw or '-'}")
    return int(raw)


def _metadata(header: str) -> dict[str, str]:
    if len(header) > METADATA_BYTES:
        raise BadRequest("Upload-Metadata")
    result: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        key, _space, value = pair.partition(" ")
        try:
            result[key] = base64.b64decode(value, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise BadRequest("Upload-Metadata") from error
    return result


def _checksum(request: HttpRequest) -> tuple[str, bytes] | None:
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None
    algorithm, _space, value = header.partition(" ")
    if algorithm not in uploads.ALGORITHMS:
        raise BadRequest("Upload-Checksum")
    try:
        return algorithm, base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise BadRequest("Upload-Checksum") from error
