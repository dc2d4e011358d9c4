"""Loading 尾乃市: people, folders, papers. Safe to run again; refuses beside anything else.

People and folders are one transaction. Each paper goes through `documents.actions.upload`, as
everybody's does, under an idempotency key of its own: a load that was interrupted goes on where it
stopped, and a second one adds nothing.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from groupware.access import actions as access
from groupware.files.models import File
from groupware.ingestion.models import Reading
from groupware.jobs import priorities
from groupware.jobs.worker import run_pending
from groupware.operations.demo.city import CITY, PASSWORD
from groupware.operations.demo.library import (
    EVERYBODY,
    FOLDERS,
    PAPERS,
    PAPERS_DIR,
    FolderRow,
    PaperRow,
)
from groupware.operations.demo.roster import write_roster
from groupware.organization.calendar import business_date
from groupware.organization.models import Post, Section, Staff, StaffGroup
from groupware.organization.selectors import head_of
from knowledge.documents import actions as documents
from knowledge.documents.models import Document, Folder

NAMESPACE = uuid.UUID("5d1f3c1e-6f0a-5b8e-9a57-0a7c4f3b2e11")  # of the papers' upload keys
RECENTLY_SEEN = ("shiyosho.pdf", "mitsumori.pdf", "rousui-tejun.pdf", "yokuaru-shitsumon.txt")
ENDED = (Reading.State.DONE, Reading.State.HELD, Reading.State.FAILED)

Say = Callable[[str], object]


class NotEmptyError(Exception):
    """The database holds something that is not the demo city; nothing was changed."""

    def __init__(self) -> None:
        super().__init__(
            "このデータベースにはデモ以外のデータが入っているため、デモを読み込みませんでした"
            "（何も変えていません）。GROUPWARE_DATA_DIR= で空のフォルダーを指定してください。"
        )


@dataclass(frozen=True)
class Loaded:
    """What a load did: people and papers that are new; papers in all."""

    people: int
    papers: int
    total: int


def key_of(paper: PaperRow) -> uuid.UUID:
    """The upload's idempotency key: the same paper is taken in once."""
    return uuid.uuid5(NAMESPACE, paper.file)


def is_demo() -> bool:
    """Whether the people of this database are the demo city's (others may have joined)."""
    known = set(Staff.objects.values_list("staff_number", "username"))
    return {(row.number, row.login or row.number) for row in CITY.people} <= known


def is_empty() -> bool:
    """Whether nobody and nothing of a city hall is in the database."""
    models = (Staff, Section, Post, StaffGroup, Folder, Document, File)
    return not any(model._default_manager.exists() for model in models)


def is_complete() -> bool:
    """Whether every paper of the demo was taken in (a later disposal does not count)."""
    keys = [key_of(paper) for paper in PAPERS]
    return Document.objects.filter(upload_key__in=keys).count() == len(keys)


def load(*, say: Say = print, today: date | None = None) -> Loaded:
    """Load what is not there yet; papers are read afterwards, scans last.

    Raises:
        NotEmptyError: the database holds anything else.
    """
    if is_demo():
        people = 0
        if is_complete():
            return Loaded(0, 0, len(PAPERS))
    elif is_empty():
        with transaction.atomic():
            people = len(write_roster(CITY, password=PASSWORD, today=today or business_date()))
            _folders()
        say(f"尾乃市の {people} 人と {len(FOLDERS)} 個のフォルダーを作りました。")
    else:
        raise NotEmptyError
    with transaction.atomic():
        folders = _folders()
    staff = Staff.objects.in_bulk([paper.by for paper in PAPERS], field_name="staff_number")
    known = set(Document.objects.exclude(upload_key=None).values_list("upload_key", flat=True))
    missing = [paper for paper in PAPERS if key_of(paper) not in known]
    # What is born digital is quick to read and goes first; scans are read in the background.
    for paper in sorted(missing, key=lambda paper: paper.is_scan):
        _take_in(paper, actor=staff[paper.by], folder=folders[paper.folder])
    say(f"{len(missing)} 件の文書を受け取りました。")
    return Loaded(people, len(missing), len(PAPERS))


def _folders() -> dict[str, Folder]:
    """The folders by key; those that are missing are made by the head of their section."""
    sections = Section.objects.in_bulk([row.code for row in CITY.sections], field_name="code")
    made: dict[str, Folder] = {}
    for row in FOLDERS:
        parent = made[row.parent] if row.parent else None
        section = sections[row.section]
        found = Folder.objects.filter(
            section=section, name=row.name, parent=parent, kind=Folder.Kind.PLAIN
        )
        made[row.key] = found.first() or _make_folder(row, section, parent, sections)
    return made


def _make_folder(
    row: FolderRow, section: Section, parent: Folder | None, sections: dict[str, Section]
) -> Folder:
    head = head_of(section)
    if head is None:
        raise ValueError(f"{row.section}: a section without a head")
    folder = documents.create_folder(
        actor=head, name=row.name, yomi=row.yomi, section=section, parent=parent
    )
    for code in row.seen_by:
        access.grant(
            actor=head,
            scope=folder.scope,
            grantee=EVERYBODY if code == EVERYBODY else sections[code],
            verb="view",
            reason="仕事で使うため",
        )
    return folder


def _take_in(paper: PaperRow, *, actor: Staff, folder: Folder) -> None:
    with (PAPERS_DIR / paper.file).open("rb") as stream:
        documents.upload(
            actor=actor,
            stream=stream,
            name=paper.name,
            folder=folder,
            kind=Document.Kind.SCAN if paper.is_scan else Document.Kind.DOCUMENT,
            fiscal_year=paper.fiscal_year,
            made_on=paper.made_on,
            source="\n".join(part for part in (paper.source, paper.description) if part),
            idempotency_key=key_of(paper),
            priority=priorities.BULK if paper.is_scan else priorities.PERSON,
        )


def read_born_digital(*, max_seconds: float, say: Say = print) -> int:
    """Read the born-digital papers in this process; how many are still open afterwards.

    Scans are left to the worker of `serve`. A worker that is running already is no harm.
    """
    keys = [key_of(paper) for paper in PAPERS if not paper.is_scan]
    before = -1

    def open_ones() -> int:
        nonlocal before
        waiting = (
            Document.objects.filter(upload_key__in=keys)
            .exclude(file__reading__state__in=ENDED)
            .exclude(file__state=File.State.REFUSED)
            .exclude(state=Document.State.DISPOSED)
            .count()
        )
        if waiting:
            if waiting != before:
                say(f"文書を読んでいます。あと {waiting} 件")
        elif before > 0:
            say("文書を読み終えました。")
        before = waiting
        return waiting

    if open_ones():
        run_pending(max_seconds, until=lambda: not open_ones())
        _open_some()
    return before


def _open_some() -> None:
    """Let `clerk` have opened a few papers, so that her portal shows what she saw last."""
    clerk = Staff.objects.get(username="clerk")
    keys = [key_of(paper) for paper in PAPERS if paper.file in RECENTLY_SEEN]
    for document in Document.objects.filter(
        upload_key__in=keys, state=Document.State.READY
    ).order_by("-pk"):
        documents.remember_view(actor=clerk, document=document)
