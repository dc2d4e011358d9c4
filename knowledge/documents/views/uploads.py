"""The upload screen: drop files, watch them, and the same without JavaScript."""

import json
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from groupware.access.policies import NotVisible, require
from groupware.files import uploads
from groupware.files.errors import FileError
from groupware.files.models import Upload
from groupware.files.selectors import get_upload
from groupware.ingestion import actions as ingestion
from groupware.organization.models import Staff
from knowledge.documents import actions, imports, selectors
from knowledge.documents.forms import UploadForm
from knowledge.documents.models import Document

WISHES = ("folder", "kind", "fiscal_year")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest) -> HttpResponse:
    """What is under way, and the place to drop more. POST: the plain form."""
    viewer = cast(Staff, request.user)
    if request.method == "POST":
        return _plain(request, viewer)
    form = UploadForm(viewer, initial={"folder": request.GET.get("folder", "")})
    return _screen(request, viewer, form)


def _screen(
    request: HttpRequest, viewer: Staff, form: UploadForm, status: int = 200
) -> HttpResponse:
    context = {"rows": imports.list_imports(viewer), "form": form, "purpose": actions.PURPOSE}
    return render(request, "documents/uploads.html", context, status=status)


def _plain(request: HttpRequest, viewer: Staff) -> HttpResponse:
    """A multipart form: each file is taken or refused by itself."""
    form = UploadForm(viewer, data=request.POST)
    files = request.FILES.getlist("files")
    if not files:
        form.add_error(None, _("ファイルを選んでください。"))
    if not form.is_valid():
        return _screen(request, viewer, form, status=422)
    for file in files:
        name = file.name or ""
        try:
            actions.upload(
                actor=viewer,
                stream=file,
                name=name,
                folder=form.place,
                kind=form.cleaned_data["kind"],
                fiscal_year=form.cleaned_data["fiscal_year"],
            )
        except FileError as error:
            messages.error(request, f"{name}: {error}")
    return redirect("documents:uploads")


@login_required
@require_GET
@never_cache
def row(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The row of one of the viewer's own documents, as it stands now."""
    return _row(request, imports.row_of_document(_own(request, uuid)))


@login_required
@require_POST
def finish(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The row of what an upload became; takes it over first if that is still to do."""
    upload = get_upload(request.user, uuid)
    try:
        upload = uploads.finish_upload(upload)
    except FileError as error:
        return HttpResponse(str(error), status=error.status, content_type="text/plain")
    except uploads.Busy:
        return HttpResponse(status=423)
    if upload.state != Upload.State.CLAIMED or upload.result_uuid is None:
        return _row(request, imports.row_of_upload(upload))
    return _row(request, imports.row_of_document(_own(request, upload.result_uuid)))


@login_required
@require_POST
def wishes(request: HttpRequest) -> HttpResponse:
    """Apply the settings of the screen to uploads that are not finished: {uploads, wishes}."""
    viewer = cast(Staff, request.user)
    try:
        sent = json.loads(request.body)
        wanted = {key: str(sent["wishes"].get(key, ""))[:64] for key in WISHES}
        chosen = [UUID(value) for value in sent["uploads"]][: uploads.OPEN_AT_ONCE]
    except (ValueError, KeyError, TypeError, AttributeError):
        return HttpResponse(status=400)
    if wanted["folder"]:
        try:
            folder = selectors.get_folder(viewer, UUID(wanted["folder"]))
        except ValueError:
            raise NotVisible from None
        require(viewer, "edit", folder)
    uploads.change_wishes(actor=viewer, wishes=wanted, uploads=chosen)
    return HttpResponse(status=204)


@login_required
@require_POST
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take back a document that nobody else has seen yet."""
    viewer = cast(Staff, request.user)
    try:
        actions.withdraw_document(actor=viewer, document=_own(request, uuid))
    except PermissionDenied as denied:
        return _said(request, str(denied), status=409)
    return _gone(request)


@login_required
@require_POST
def cancel(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Cancel an upload that is not finished, or take a refused one off the list."""
    viewer = cast(Staff, request.user)
    upload = get_upload(request.user, uuid)
    if upload.state == Upload.State.OPEN:
        uploads.cancel_upload(actor=viewer, upload=upload)
    else:
        uploads.forget_upload(actor=viewer, upload=upload)
    return _gone(request)


@login_required
@require_POST
def dismiss(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a row off the screen; the document stays."""
    viewer = cast(Staff, request.user)
    actions.dismiss(actor=viewer, document=_own(request, uuid))
    return _gone(request)


@login_required
@require_POST
def retry(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Read the failed pages of one's own document again."""
    viewer = cast(Staff, request.user)
    document = _own(request, uuid)
    if document.file is None:
        raise NotVisible
    try:
        ingestion.retry(viewer, document.file)
    except ingestion.NotPossible as error:
        return _said(request, error.sentence, status=409)
    if request.headers.get("HX-Request") != "true":
        return redirect("documents:uploads")
    return _row(request, imports.row_of_document(_own(request, uuid)))


def _own(request: HttpRequest, uuid: UUID) -> Document:
    viewer = cast(Staff, request.user)
    document = selectors.get_document(viewer, uuid)
    if document.created_by_id != viewer.pk:
        raise NotVisible
    return document


def _row(request: HttpRequest, row: imports.ImportRow) -> HttpResponse:
    return render(request, "documents/parts/import_row.html", {"row": row})


def _gone(request: HttpRequest) -> HttpResponse:
    """Nothing stands in the place of the row; the whole screen without JavaScript."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse("")
    return redirect("documents:uploads")


def _said(request: HttpRequest, text: str, status: int) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(text, status=status, content_type="text/html; charset=utf-8")
    messages.error(request, text)
    return redirect("documents:uploads")
