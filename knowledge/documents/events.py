"""What the library does when something happens to one of its files."""

from uuid import UUID

from groupware.events import subscribe
from groupware.events.catalogue import (
    FILE_DISPOSED,
    FILE_HELD,
    FILE_READ,
    FILE_READ_FAILED,
    FILE_REFUSED,
    FILE_RELEASED,
    PAGE_READ,
    FileDisposed,
    FileHeld,
    FileRead,
    FileReadFailed,
    FileRefused,
    FileReleased,
    PageRead,
)
from groupware.files.models import File
from groupware.ingestion.models import Page
from groupware.organization.selectors import label_of
from knowledge.documents.actions import reindex
from knowledge.documents.models import Document, Version
from knowledge.documents.search import row_of
from search import actions as search

_STATES = {
    File.State.QUARANTINE: Document.State.ARRIVING,
    File.State.HELD: Document.State.HELD,
    File.State.READY: Document.State.READY,
    File.State.REFUSED: Document.State.REFUSED,
    File.State.DISPOSED: Document.State.DISPOSED,
}


def _version(file_uuid: UUID) -> Version | None:
    """The version that shows this file; None for files of other features."""
    return (
        Version.objects.select_related("file", "document", "document__section")
        .filter(file__uuid=file_uuid)
        .first()
    )


def _settle(version: Version) -> bool:
    """Bring the document in step with the state of the file; whether it is the one shown.

    A new version takes the place of the earlier one when its file is ready, with all its pages
    read so far.
    """
    document, file = version.document, version.file
    if document.file_id != file.pk:
        shown = Version.objects.filter(file=document.file_id).first()
        newer = shown is None or version.number > shown.number
        if not (newer and file.state == File.State.READY):
            return False
        document.file, document.state = file, Document.State.READY
        document.save(update_fields=["file", "state"])
        reindex(document)
        return True
    state = _STATES[File.State(file.state)]
    if document.state != state:
        document.state = state
        document.save(update_fields=["state"])
        reindex(document)
    return True


def on_page_read(event: PageRead) -> None:
    """A page has text: it is found from now on."""
    version = _version(event.file_uuid)
    if version is None or not _settle(version):
        return
    document = version.document
    if document.state != Document.State.READY:
        return
    page = (
        Page.objects.filter(reading__file=version.file_id, number=event.page)
        .defer("words", "tables")
        .first()
    )
    if page is not None:
        search.put([row_of(document, page, label_of(document.section))])


def on_file_read(event: FileRead) -> None:
    """Every page is read: what came from paper is called so."""
    version = _version(event.file_uuid)
    if version is None or not _settle(version):
        return
    document = version.document
    if event.has_scan and document.kind == Document.Kind.DOCUMENT:
        document.kind = Document.Kind.SCAN
        document.save(update_fields=["kind"])


def on_file_read_failed(event: FileReadFailed) -> None:
    """A page or the whole file could not be read; the title is found all the same."""
    version = _version(event.file_uuid)
    if version is not None and _settle(version) and event.page is None:
        reindex(version.document)


def on_file_state(event: FileHeld | FileReleased | FileRefused | FileDisposed) -> None:
    """A guard or a person changed who may see the file."""
    version = _version(event.file_uuid)
    if version is not None:
        _settle(version)


subscribe(PAGE_READ, on_page_read)
subscribe(FILE_READ, on_file_read)
subscribe(FILE_READ_FAILED, on_file_read_failed)
subscribe(FILE_HELD, on_file_state)
subscribe(FILE_RELEASED, on_file_state)
subscribe(FILE_REFUSED, on_file_state)
subscribe(FILE_DISPOSED, on_file_state)
