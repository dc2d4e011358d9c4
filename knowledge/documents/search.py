"""What of a document is found: one row per page that has been read."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from groupware.access.policies import visible
from groupware.ingestion.models import Page
from groupware.organization.selectors import label_of
from knowledge.documents import boxes
from knowledge.documents.models import Document
from search import registry
from search.results import Hit

KIND = "document"
FAINT = 100  # confidence is 0..1 on a page and 0..100 in the index


def rows_of(group: UUID) -> Iterator[registry.IndexRow]:
    """Rows of a document that readers may find: ready, with the pages read so far.

    A ready document without any text has one row, so that its title is found.
    """
    document = (
        Document.objects.select_related("section", "file")
        .filter(uuid=group, state=Document.State.READY)
        .first()
    )
    if document is None:
        return
    pages = _pages(document).iterator(chunk_size=100)
    empty = True
    label = label_of(document.section)
    for page in pages:
        empty = False
        yield row_of(document, page, label)
    if empty:
        yield row_of(document, None, label)


def row_of(document: Document, page: Page | None, label: str) -> registry.IndexRow:
    """The index row of one page; of the bare title when there is no page."""
    confidence = page.confidence if page is not None else None
    return registry.IndexRow(
        kind=KIND,
        group=document.uuid,
        unit=page.number if page is not None else 1,
        title=document.title,
        text=page.text if page is not None else "",
        scope_id=document.scope_id,
        owner_section_id=document.section_id,
        section_label=label,
        fiscal_year=document.fiscal_year,
        made_on=document.made_on,
        is_scan=page.is_scan if page is not None else False,
        confidence=confidence * FAINT if confidence is not None else None,
        author=document.created_by_name,
    )


def _pages(document: Document) -> Any:
    return (
        Page.objects.filter(reading__file=document.file_id, state=Page.State.DONE)
        .order_by("number")
        .defer("words", "tables")
    )


def all_groups() -> Iterable[UUID]:
    """Every document that should be found."""
    ready = Document.objects.filter(state=Document.State.READY)
    return ready.values_list("uuid", flat=True).iterator()


def check(viewer: Any, groups: Sequence[UUID]) -> set[UUID]:
    """Those documents that `viewer` may see now."""
    rows = visible(viewer, Document.objects.filter(uuid__in=groups))
    return set(rows.values_list("uuid", flat=True))


def boxes_of(group: UUID, unit: int, spans: Sequence[tuple[int, int]]) -> list[registry.Box]:
    """Where spans of a page's text stand on the page."""
    words = (
        Page.objects.filter(reading__file__shown_by__uuid=group, number=unit)
        .values_list("words", flat=True)
        .first()
    )
    return [box for span in spans for box in boxes.of_span(words or [], span)]


def url(hit: Hit) -> str:
    """The viewer at the best page, with the words that were asked for."""
    query = {"page": hit.page} | ({"q": hit.query} if hit.query else {})
    return f"{reverse('documents:viewer', args=[hit.group])}?{urlencode(query)}"


def thumb(hit: Hit) -> str:
    """The thumbnail of the best page."""
    return reverse("documents:thumb", args=[hit.group, hit.page])


def image(group: UUID, unit: int) -> str:
    """The image of a page, for the preview beside the hits."""
    return reverse("documents:image", args=[group, unit])


DECLARATION = registry.Declaration(
    kind=KIND,
    label=_("文書"),
    icon="file-text",
    scan_label=_("スキャン文書"),
    rows=rows_of,
    all_groups=all_groups,
    check=check,
    boxes=boxes_of,
    url=url,
    thumb=thumb,
    image=image,
)
