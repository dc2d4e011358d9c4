"""Writes: folders, taking documents in, renaming, moving, new versions, disposal."""

from collections.abc import Iterable
from contextlib import ExitStack
from datetime import date
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groupware.access import policies
from groupware.access.actions import create_scope
from groupware.access.tokens import Fact
from groupware.audit.actions import record
from groupware.files import storage
from groupware.files.actions import create_file, dispose_file
from groupware.files.errors import FileError
from groupware.files.models import File, Upload
from groupware.files.names import title_of
from groupware.ingestion import actions as ingestion
from groupware.jobs import priorities
from groupware.organization.models import Section, Staff
from groupware.organization.selectors import label_of, section_of, standing
from knowledge.documents.inboxes import ensure_inbox
from knowledge.documents.models import Document, Folder, Version, View
from knowledge.documents.search import KIND, rows_of
from knowledge.documents.years import fiscal_year as current_fiscal_year
from search import actions as search

TITLE = 300  # characters
PURPOSE = "document"  # of resumable uploads


class WrongPlace(FileError):
    """There is nowhere to put it, or the place cannot take it."""


def create_folder(
    *,
    actor: policies.Actor,
    name: str,
    section: Section,
    parent: Folder | None = None,
    principals: Iterable[str | Fact] | None = None,
    yomi: str = "",
) -> Folder:
    """A folder of `section` with a scope of its own.

    `principals`: who may do what (tokens may view); by default the section may see and add, and
    whoever makes the folder decides its rights.

    Raises:
        NotVisible, Denied: the actor may not change `parent`, or does not belong to `section`.
        WrongPlace: an empty name.
    """
    name = " ".join(name.split())[:200]
    if not name:
        raise WrongPlace(_("フォルダーの名前を入れてください。"))
    person = policies.person_or_none(actor)
    if parent is not None:
        policies.require(actor, "edit", parent)
    elif person is not None:
        own = section_of(person)
        if own is None or own.pk != section.pk:
            raise policies.Denied(_("自分の所属にだけフォルダーを作れます。"))
    uuid = uuid4()
    if principals is None:
        principals = [Fact(f"s{section.pk}", "edit", _("所属のフォルダーだから"))]
        if person is not None:
            principals.append(Fact(f"u{person.pk}", "manage", _("フォルダーを作った人だから")))
    with transaction.atomic():
        scope = create_scope(kind="folder", owner_uuid=uuid, principals=principals)
        folder = Folder.objects.create(
            uuid=uuid, name=name, yomi=yomi, section=section, parent=parent, scope=scope
        )
        record(person, "folder.created", folder, detail={"section": label_of(section)})
    return folder


def upload(
    *,
    actor: Staff,
    stream: storage.Readable | storage.Staged,
    name: str,
    folder: Folder | None = None,
    kind: str = "",
    fiscal_year: int | None = None,
    made_on: date | None = None,
    source: str = "",
    idempotency_key: UUID | None = None,
    priority: int = priorities.PERSON,
) -> Document:
    """Take a file in as a new document; it goes through quarantine and reading by itself.

    Without a folder it goes to the 受信トレイ of the actor's section. The title is the file name
    without its extension. The same `idempotency_key` of the same person answers with the same
    document, whatever else is said.

    Raises:
        NotVisible, Denied: the actor may not add to the folder.
        WrongPlace: no folder, and the actor belongs to no section.
        Refusal, TooLarge, StorageFull: nothing is left behind.
    """
    earlier = _by_key(actor, idempotency_key)
    if earlier is not None:
        return earlier
    with ExitStack() as stack:
        staged = (
            stream
            if isinstance(stream, storage.Staged)
            else stack.enter_context(storage.staged(stream))
        )
        try:
            with storage.room_needed(), transaction.atomic():
                document = _take_in(
                    actor=actor,
                    staged=staged,
                    name=name,
                    folder=folder or inbox_of(actor),
                    key=idempotency_key,
                    facts=_Facts(kind, fiscal_year, made_on, source),
                )
                record(actor, "document.uploaded", document, detail={"name": name})
                assert document.file is not None
                ingestion.begin(document.file, actor=actor, priority=priority)
        except IntegrityError:
            twin = _by_key(actor, idempotency_key)  # another request was faster
            if twin is None:
                raise
            return twin
    return document


class _Facts:
    """What the person said about the document."""

    def __init__(self, kind: str, year: int | None, made_on: date | None, source: str) -> None:
        self.kind = kind if kind in Document.Kind.values else Document.Kind.DOCUMENT
        self.fiscal_year = year or current_fiscal_year(made_on)
        self.made_on = made_on
        self.source = source


def _take_in(
    *,
    actor: Staff,
    staged: storage.Staged,
    name: str,
    folder: Folder,
    key: UUID | None,
    facts: _Facts,
) -> Document:
    policies.require(actor, "edit", folder)
    uuid = uuid4()
    file = create_file(
        actor=actor,
        source=staged,
        name=name,
        scope=folder.scope,
        owner_kind=KIND,
        owner_uuid=uuid,
    )
    here = standing(actor)
    document = Document.objects.create(
        uuid=uuid,
        folder=folder,
        scope=folder.scope,
        section=folder.section,
        file=file,
        title=title_of(file.name)[:TITLE],
        kind=facts.kind,
        fiscal_year=facts.fiscal_year,
        made_on=facts.made_on,
        source=facts.source,
        created_by=actor,
        created_by_name=actor.name,
        created_by_section=here.section_label,
        upload_key=key,
    )
    Version.objects.create(document=document, number=1, file=file)
    return document


def _by_key(actor: Staff, key: UUID | None) -> Document | None:
    if key is None:
        return None
    return Document.objects.filter(created_by=actor, upload_key=key).first()


def inbox_of(actor: Staff) -> Folder:
    """The 受信トレイ of the actor's section, made when it is first needed.

    Raises:
        WrongPlace: when the actor belongs to no section today.
    """
    section = section_of(actor)
    if section is None:
        raise WrongPlace(
            _("所属がないため、受信トレイがありません。入れる先のフォルダーを選んでください。")
        )
    return ensure_inbox(section)


def claim_upload(upload_row: Upload, staged: storage.Staged) -> UUID:
    """Make a finished resumable upload a document, by the wishes it carries.

    Raises:
        NotVisible, Denied, FileError: it is refused; the upload keeps the sentence.
    """
    wishes = upload_row.wishes
    folder = _wished_folder(wishes.get("folder", ""))
    year = wishes.get("fiscal_year", "")
    document = upload(
        actor=upload_row.uploader,
        stream=staged,
        name=upload_row.name,
        folder=folder,
        kind=wishes.get("kind", ""),
        fiscal_year=int(year) if year.isascii() and year.isdigit() else None,
        idempotency_key=upload_row.uuid,
    )
    return document.uuid


def _wished_folder(text: str) -> Folder | None:
    if not text:
        return None
    try:
        found = Folder.objects.select_related("scope", "section").filter(uuid=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise policies.NotVisible
    return found


def rename_document(*, actor: Staff, document: Document, title: str) -> Document:
    """Give a document another title; its index rows follow in the same transaction.

    Raises:
        NotVisible, Denied: the actor may not change it.
        WrongPlace: an empty title.
    """
    title = " ".join(title.split())[:TITLE]
    if not title:
        raise WrongPlace(_("件名を入れてください。元の件名のままです。"))
    with transaction.atomic():
        document = _locked(document)
        policies.require(actor, "edit", document)
        if title == document.title:
            return document
        before, document.title = document.title, title
        document.save(update_fields=["title"])
        record(actor, "document.changed", document, detail={"before": before, "after": title})
        reindex(document)
    return document


def move_document(*, actor: Staff, document: Document, folder: Folder) -> Document:
    """Put a document into another folder, whose rights it takes.

    Up to 500 pages are rewritten in the index at once; a longer document is hidden from search
    until a task has rewritten it. A document with a scope of its own keeps it.

    Raises:
        NotVisible, Denied: the actor may not change the document or add to the folder.
    """
    with transaction.atomic():
        document = _locked(document)
        policies.require(actor, "edit", document)
        policies.require(actor, "edit", folder)
        if document.folder_id == folder.pk:
            return document
        before = document.folder
        if document.scope_id == before.scope_id:
            document.scope = folder.scope
            files = File.objects.filter(version__document=document)
            files.update(scope=folder.scope)
        document.folder, document.section = folder, folder.section
        document.save(update_fields=["folder", "section", "scope"])
        record(
            actor,
            "document.moved",
            document,
            detail={"from": before.name, "to": folder.name, "folder": str(folder.uuid)},
        )
        search.move(
            KIND,
            document.uuid,
            scope=document.scope,
            section_id=document.section_id,
            section_label=label_of(document.section),
        )
    return document


def add_version(
    *,
    actor: Staff,
    document: Document,
    stream: storage.Readable | storage.Staged,
    name: str,
    priority: int = priorities.PERSON,
) -> Version:
    """A new version; readers see the earlier one until the new file is through the guards.

    Raises:
        NotVisible, Denied: the actor may not change the document.
        Refusal, TooLarge, StorageFull: nothing is left behind.
    """
    policies.require(actor, "edit", document)
    with ExitStack() as stack:
        staged = (
            stream
            if isinstance(stream, storage.Staged)
            else stack.enter_context(storage.staged(stream))
        )
        with storage.room_needed(), transaction.atomic():
            document = _locked(document)
            policies.require(actor, "edit", document)
            file = create_file(
                actor=actor,
                source=staged,
                name=name,
                scope=document.scope,
                owner_kind=KIND,
                owner_uuid=document.uuid,
            )
            latest = document.versions.order_by("-number").values_list("number", flat=True).first()
            version = Version.objects.create(document=document, number=(latest or 0) + 1, file=file)
            record(actor, "document.versioned", document, detail={"number": version.number})
            ingestion.begin(file, actor=actor, priority=priority)
    return version


def withdraw_document(*, actor: Staff, document: Document) -> None:
    """Take back what one put in, while nobody else has seen it (検査中, 保留, 受け取れない).

    Raises:
        NotVisible: not one's own.
        Denied: it is already open to others; disposal is another act.
    """
    with transaction.atomic():
        document = _locked(document)
        policies.require(actor, "view", document)
        open_states = {Document.State.READY, Document.State.DISPOSED}
        if document.created_by_id != actor.pk or document.state in open_states:
            raise policies.Denied(
                _("もうほかの人も見られるので、取り消せません。文書は残っています。")
            )
        for version in document.versions.select_related("file"):
            dispose_file(
                actor=policies.SYSTEM,
                file=version.file,
                reason=_("取り込みの取り消し"),
                person=actor,
            )
        document.state = Document.State.DISPOSED
        document.save(update_fields=["state"])
        search.remove(KIND, document.uuid)
        record(actor, "document.disposed", document, detail={"reason": "withdrawn"})


def dismiss(*, actor: Staff, document: Document) -> None:
    """Take one's own row off the upload screen; the document stays."""
    Document.objects.filter(pk=document.pk, created_by=actor).update(dismissed_at=timezone.now())


def remember_view(*, actor: Staff, document: Document) -> None:
    """Note that `actor` has the document open now (最近見た文書)."""
    policies.require(actor, "view", document)
    View.objects.update_or_create(staff=actor, document=document, defaults={"at": timezone.now()})


def record_print(*, actor: Staff, document: Document) -> None:
    """Note in the audit record that `actor` asked the printer for the document."""
    policies.require(actor, "view", document)
    with transaction.atomic():
        record(actor, "document.printed", document)


def reindex(document: Document) -> int:
    """Write every row of a document anew, in the caller's transaction; returns how many."""
    search.remove(KIND, document.uuid)
    return search.put(rows_of(document.uuid))


def _locked(document: Document) -> Document:
    return (
        Document.objects.select_for_update(of=("self",))
        .select_related("folder", "scope", "section", "file")
        .get(pk=document.pk)
    )
