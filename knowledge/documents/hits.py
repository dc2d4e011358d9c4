"""Where the words stand in one document: for the viewer's boxes and its next and previous."""

from typing import Any

from groupware.access.policies import Viewer
from groupware.ingestion.models import Page
from knowledge.documents import boxes
from knowledge.documents.models import Document
from knowledge.documents.search import KIND
from search.within import find_within

MOST = 2000  # hits of one document; beyond it nobody presses "next"


def list_hits(viewer: Viewer, document: Document, text: str) -> list[dict[str, Any]]:
    """Every place in reading order: {page, boxes: [[x, y, w, h]]} in thousandths of the page."""
    found = find_within(viewer, KIND, document.uuid, text)
    if not found:
        return []
    pages = Page.objects.filter(reading__file=document.file_id, number__in=found)
    words = dict(pages.values_list("number", "words"))
    hits: list[dict[str, Any]] = []
    for number in sorted(found):
        for span in found[number]:
            places = boxes.of_span(words.get(number, []), span)
            if places:
                hits.append(
                    {"page": number, "boxes": [[box.x, box.y, box.w, box.h] for box in places]}
                )
            if len(hits) >= MOST:
                return hits
    return hits
