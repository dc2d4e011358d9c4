"""Reads of the library; every row through `access.visible`."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from groupware.access.policies import NotVisible, Viewer, require, visible
from groupware.access.selectors import scope_ids
from groupware.access.tokens import EDIT
from groupware.ingestion.models import Page, Reading
from groupware.organization.models import Staff
from groupware.organization.selectors import tree as sections
from groupware.organization.tree import Node
from knowledge.documents.models import Document, Folder

PER_PAGE = 50


def list_documents(viewer: Viewer, folder: Folder | None = None) -> QuerySet[Document]:
    """Documents that the viewer may see, the newest first; of one folder when given."""
    rows = visible(viewer, Document.objects.all())
    if folder is not None:
        rows = rows.filter(folder=folder)
    return rows.select_related("file__reading", "section", "folder").order_by("-created_at", "-id")


def get_document(viewer: Viewer, uuid: UUID) -> Document:
    """The document, ready to be shown.

    Raises:
        NotVisible: it does not exist or may not be seen; nobody can tell which.
    """
    document = (
        Document.objects.select_related(
            "file__blob", "file__reading", "file__scope", "scope", "section", "folder__parent"
        )
        .filter(uuid=uuid)
        .first()
    )
    if document is None:
        raise NotVisible
    require(viewer, "view", document)
    return document


def get_folder(viewer: Viewer, uuid: UUID) -> Folder:
    """The folder with its section and scope.

    Raises:
        NotVisible: it does not exist or may not be seen.
    """
    folder = Folder.objects.select_related("section", "scope", "parent").filter(uuid=uuid).first()
    if folder is None:
        raise NotVisible
    require(viewer, "view", folder)
    return folder


@dataclass(slots=True)
class Branch:
    """A folder in the tree with what is in it."""

    folder: Folder
    children: list["Branch"] = field(default_factory=list)
    current: bool = False
    open: bool = False


@dataclass(slots=True)
class SectionBranch:
    """A section with its folders; `open` when the viewer works there or is inside."""

    node: Node
    folders: list[Branch]
    open: bool = False


@dataclass(frozen=True, slots=True)
class Library:
    """The left side of the library: inboxes, own section, the others."""

    inboxes: list[Folder]
    sections: list[SectionBranch]


def list_tree(viewer: Viewer, current: Folder | None = None, own: int | None = None) -> Library:
    """Every folder that the viewer may see, under its section (2 queries besides the rights).

    A folder whose parent may not be seen stands directly under its section. `own` is the
    viewer's section, which comes first.
    """
    rows = list(visible(viewer, Folder.objects.all()).order_by("yomi", "name", "id"))
    branches = {row.pk: Branch(row) for row in rows if row.kind == Folder.Kind.PLAIN}
    tops: dict[int, list[Branch]] = {}
    for branch in branches.values():
        above = branches.get(branch.folder.parent_id or 0)
        siblings = above.children if above else tops.setdefault(branch.folder.section_id, [])
        siblings.append(branch)
    inside = _mark_way(branches, current)
    city = sections()
    nodes = [node for node in city if node.pk in tops]
    nodes.sort(key=lambda node: (node.pk != own, node.code))
    listed = [SectionBranch(node, tops[node.pk], open=node.pk in {own, inside}) for node in nodes]
    inboxes = [row for row in rows if row.kind == Folder.Kind.INBOX]
    inboxes.sort(key=lambda row: (row.section_id != own, row.section_id))
    return Library(inboxes, listed)


def _mark_way(branches: dict[int, Branch], current: Folder | None) -> int | None:
    """Open every folder on the way to the current one; its section."""
    if current is None:
        return None
    step = branches.get(current.pk)
    if step is not None:
        step.current = True
    while step is not None:
        step.open = True
        step = branches.get(step.folder.parent_id or 0)
    return current.section_id


def path_of(viewer: Viewer, folder: Folder) -> list[Folder]:
    """The folder and those above it that the viewer may see, from the top."""
    steps = [folder]
    above_id = folder.parent_id
    while above_id is not None and len(steps) < 20:
        above = visible(viewer, Folder.objects.filter(pk=above_id)).first()
        if above is None:
            break
        steps.append(above)
        above_id = above.parent_id
    return steps[::-1]


@dataclass(frozen=True, slots=True)
class Place:
    """A folder that the viewer may add to, in words."""

    folder: Folder
    label: str


def list_places(viewer: Viewer) -> list[Place]:
    """Folders that the viewer may add to, by section and name."""
    rows = list(
        Folder.objects.filter(scope_id__in=scope_ids(viewer, EDIT)).order_by("section", "name")
    )
    by_pk = {row.pk: row for row in rows}
    city = sections()
    places = []
    for row in rows:
        names = [row.name]
        above = by_pk.get(row.parent_id or 0)
        while above is not None and len(names) < 20:
            names.append(above.name)
            above = by_pk.get(above.parent_id or 0)
        node = city.get(row.section_id)
        if node is not None:
            names.append(node.label)
        places.append(Place(row, " › ".join(reversed(names))))
    return sorted(places, key=lambda place: (place.folder.kind != Folder.Kind.INBOX, place.label))


def list_recent(viewer: Staff, limit: int = 6) -> list[Document]:
    """What the viewer opened last and may still see."""
    rows = visible(viewer, Document.objects.all()).filter(views__staff=viewer)
    return list(rows.select_related("file__reading").order_by("-views__at")[:limit])


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What the viewer needs to know of a page before showing it."""

    number: int
    width: float
    height: float
    is_scan: bool
    state: str
    has_image: bool


def list_pages(document: Document) -> list[PageFacts]:
    """Every page of the shown file, also those that are not read yet (of the size of page 1)."""
    reading = reading_of(document)
    if reading is None:
        return []
    rows = Page.objects.filter(reading=reading).order_by("number")
    known = {
        number: PageFacts(number, width, height, is_scan, state, has_image)
        for number, width, height, is_scan, state, has_image in rows.values_list(
            "number", "width", "height", "is_scan", "state", "has_image"
        )
    }
    sized = next((page for page in known.values() if page.width and page.height), None)
    width, height = (sized.width, sized.height) if sized else (595.0, 842.0)  # A4 in points
    last = max([reading.page_count, *known])
    return [_sized(known.get(number), number, width, height) for number in range(1, last + 1)]


def _sized(page: PageFacts | None, number: int, width: float, height: float) -> PageFacts:
    if page is not None and page.width and page.height:
        return page
    state = page.state if page is not None else str(Page.State.WAITING)
    is_scan, has_image = (page.is_scan, page.has_image) if page is not None else (False, False)
    return PageFacts(number, width, height, is_scan, state, has_image)


def reading_of(document: Document) -> Reading | None:
    """The reading of the shown file; None before it began."""
    if document.file is None:
        return None
    reading: Reading | None = getattr(document.file, "reading", None)
    return reading


def get_page(document: Document, number: int) -> Page:
    """One page of the shown file.

    Raises:
        NotVisible: there is no such page.
    """
    page = Page.objects.filter(reading__file=document.file_id, number=number).first()
    if page is None:
        raise NotVisible
    return page


def confidence_of(document: Document) -> float | None:
    """Mean confidence (0 to 1) of the pages that were read by OCR; None when none was."""
    values: list[Any] = list(
        Page.objects.filter(reading__file=document.file_id, is_scan=True)
        .exclude(confidence=None)
        .values_list("confidence", flat=True)
    )
    return sum(values) / len(values) if values else None
