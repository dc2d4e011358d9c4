"""The viewer and everything it asks for. Who may not read gets what does not exist gives: 404."""

from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from groupware.access.explaining import how_many, who_can_see
from groupware.access.policies import NotVisible, can
from groupware.audit.actions import enqueue_read
from groupware.files.errors import FileError
from groupware.files.models import File
from groupware.files.serving import serve
from groupware.files.sniffing import PDF
from groupware.files.storage import derived_path
from groupware.ingestion.models import Reading
from groupware.organization.models import Staff
from groupware.organization.selectors import label_of
from groupware.web.csp import viewer_policy
from knowledge.documents import actions, selectors
from knowledge.documents.hits import list_hits
from knowledge.documents.models import Document
from knowledge.documents.search import KIND
from search.within import find_within

CONVERTED = "converted.pdf"
QUERY = 200  # characters of ?q= that are looked for
GOOD, FAIR = 0.95, 0.85  # mean confidence of OCR: 高, 中, below: 低
MOST_PRINTED = 100  # pages at once
MODULES = (  # asked for with the page, so that they do not wait for each other
    "documents/controllers/viewer_controller.js",
    "documents/viewer/paper.js",
    "documents/viewer/geometry.js",
    "documents/viewer/strip.js",
    "documents/viewer/pdf.js",
    "vendor/pdfjs/build/pdf.min.mjs",
)
UNDER_WAY = (Reading.State.WAITING, Reading.State.CHECKING, Reading.State.READING)


@login_required
@require_GET
@never_cache
@viewer_policy
def viewer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The document, opened at ?page= with the words of ?q= boxed."""
    person = cast(Staff, request.user)
    document = selectors.get_document(person, uuid)
    reading = selectors.reading_of(document)
    pages = selectors.list_pages(document)
    number = _page_number(request, len(pages))
    query = request.GET.get("q", "").strip()[:QUERY]
    enqueue_read(person, "document.viewed", document, request=request)
    context = {
        "document": document,
        "file": document.file,
        "reading": reading,
        "query_text": query,
        "page": number,
        "still": pages[number - 1] if pages and pages[number - 1].has_image else None,
        "modules": [static(path) for path in MODULES],
        "pages": pages,
        "facts": _facts(document),
        "accuracy": _accuracy(document),
        "under_way": reading is not None and reading.state in UNDER_WAY,
        "may_edit": can(person, "edit", document),
        "data": _data(document, pages, query),
    }
    return render(request, "documents/viewer.html", context)


def _page_number(request: HttpRequest, last: int) -> int:
    raw = request.GET.get("page", "")
    number = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 7 else 1
    return max(1, min(number, last or 1))


def _data(document: Document, pages: list[selectors.PageFacts], query: str) -> dict[str, Any]:
    """What the scripts of the viewer are told (JSON in the page)."""
    base = "vendor/pdfjs/"
    return {
        "pages": _rows(pages),
        "query": query,
        "pdf": reverse("documents:pdf", args=[document.uuid])
        if _pdf_name(document) is not None
        else "",
        "image": _pattern("documents:image", document),
        "thumb": _pattern("documents:thumb", document),
        "text": _pattern("documents:text", document),
        "pdfjs": {
            "worker": static(base + "build/pdf.worker.min.mjs"),
            "cmaps": static(base + "cmaps/"),
            "fonts": static(base + "standard_fonts/"),
            "wasm": static(base + "wasm/"),
            "icc": static(base + "iccs/"),
        },
    }


def _rows(pages: list[selectors.PageFacts]) -> list[list[Any]]:
    return [
        [
            page.number,
            round(page.width, 1),
            round(page.height, 1),
            int(page.is_scan),
            page.state,
            int(page.has_image),
        ]
        for page in pages
    ]


def _pattern(name: str, document: Document) -> str:
    """The address of a page with 0 in the place of its number."""
    return reverse(name, args=[document.uuid, 0])


def _pdf_name(document: Document) -> str | None:
    """What pdf.js is given: "" the original, a derived file, or None for nothing."""
    if document.file is None:
        return None
    if document.file.media_type == PDF:
        return ""
    return CONVERTED if derived_path(document.file, CONVERTED).is_file() else None


def _facts(document: Document) -> list[tuple[str, str]]:
    facts = [
        (_("所属"), label_of(document.section)),
        (_("種類"), document.get_kind_display()),
    ]
    facts.append(
        (_("入れた人"), f"{document.created_by_section} {document.created_by_name}".strip())
    )
    if document.description:
        facts.append((_("説明"), document.description))
    return facts


def _accuracy(document: Document) -> dict[str, str] | None:
    """How well OCR read it, as icon, word and what follows from it."""
    value = selectors.confidence_of(document)
    if value is None:
        return None
    if value >= GOOD:
        return {"word": _("高"), "tone": "ok", "text": _("ほとんどの文字を読み取れています。")}
    if value >= FAIR:
        return {
            "word": _("中"),
            "tone": "warn",
            "text": _("手書きと印影のまわりは、検索で見つからないことがあります。"),
        }
    return {
        "word": _("低"),
        "tone": "warn",
        "text": _("かすれや傾きのため、読み違いが多くあります。原本も見てください。"),
    }


@login_required
@require_GET
@never_cache
def pages(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The state of every page, for a document that is still being read."""
    document = selectors.get_document(cast(Staff, request.user), uuid)
    reading = selectors.reading_of(document)
    return JsonResponse(
        {
            "pages": _rows(selectors.list_pages(document)),
            "done": reading.pages_done if reading else 0,
            "count": reading.page_count if reading else 0,
            "under_way": reading is not None and reading.state in UNDER_WAY,
        }
    )


@login_required
@require_GET
@never_cache
def hits(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Every place of the words of ?q=, page by page."""
    person = cast(Staff, request.user)
    document = selectors.get_document(person, uuid)
    query = request.GET.get("q", "").strip()[:QUERY]
    return JsonResponse({"query": query, "hits": list_hits(person, document, query)})


@login_required
@require_safe
def image(request: HttpRequest, uuid: UUID, number: int) -> HttpResponseBase:
    """The image of one page."""
    return _derived(request, uuid, f"page-{number:04d}.webp")


@login_required
@require_safe
def thumb(request: HttpRequest, uuid: UUID, number: int) -> HttpResponseBase:
    """The thumbnail of one page."""
    return _derived(request, uuid, f"thumb-{number:04d}.webp")


def _derived(request: HttpRequest, uuid: UUID, name: str) -> HttpResponseBase:
    document = selectors.get_document(cast(Staff, request.user), uuid)
    return serve(
        request,
        _file(document),
        disposition="inline",
        derived=name,
        act="document.viewed",
        target=document,
        name=name,
    )


def _file(document: Document) -> File:
    if document.file is None:
        raise NotVisible
    return document.file


@login_required
@require_GET
@never_cache
def text(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    """What was read on one page, with the words of ?q= marked."""
    person = cast(Staff, request.user)
    document = selectors.get_document(person, uuid)
    page = selectors.get_page(document, number)
    query = request.GET.get("q", "").strip()[:QUERY]
    spans = find_within(person, KIND, document.uuid, query).get(number, []) if query else []
    enqueue_read(person, "document.viewed", document, detail={"text": number}, request=request)
    context = {"page": page, "segments": _segments(page.text, spans)}
    return render(request, "documents/parts/page_text.html", context)


def _segments(whole: str, spans: list[tuple[int, int]]) -> list[tuple[str, bool]]:
    """The text cut into (piece, marked)."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    for start, end in spans:
        pieces += [(whole[at:start], False), (whole[start:end], True)]
        at = end
    return [piece for piece in (*pieces, (whole[at:], False)) if piece[0]]


@login_required
@require_safe
def pdf(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The PDF for pdf.js, in ranges: the original, or what a Word file was converted to."""
    document = selectors.get_document(cast(Staff, request.user), uuid)
    name = _pdf_name(document)
    if name is None:
        raise NotVisible
    return serve(
        request,
        _file(document),
        disposition="inline",
        derived=name or None,
        act="document.viewed",
        target=document,
    )


@login_required
@require_safe
def download(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The original, under its own name."""
    document = selectors.get_document(cast(Staff, request.user), uuid)
    return serve(
        request,
        _file(document),
        disposition="attachment",
        act="document.downloaded",
        target=document,
    )


@login_required
@require_GET
@never_cache
def readers(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The panel 「誰が見られるか」."""
    document = selectors.get_document(cast(Staff, request.user), uuid)
    reasons = who_can_see(document.scope)
    context = {"document": document, "reasons": reasons, "people": how_many(reasons)}
    return render(request, "documents/parts/readers.html", context)


@login_required
@require_POST
def seen(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The page is open in front of the person: remember it for 「最近見た文書」."""
    person = cast(Staff, request.user)
    actions.remember_view(actor=person, document=selectors.get_document(person, uuid))
    return HttpResponse(status=204)


@login_required
@require_GET
@never_cache
def print_pages(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The page images, one to a sheet, for the printer."""
    document = selectors.get_document(cast(Staff, request.user), uuid)
    pages = selectors.list_pages(document)
    first = _page_number(request, len(pages)) if len(pages) > MOST_PRINTED else 1
    shown = pages[first - 1 : first - 1 + MOST_PRINTED]
    context = {"document": document, "pages": shown, "first": first, "count": len(pages)}
    return render(request, "documents/print.html", context)


@login_required
@require_POST
def printed(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Record that somebody asked the printer for it."""
    person = cast(Staff, request.user)
    document = selectors.get_document(person, uuid)
    actions.record_print(actor=person, document=document)
    return HttpResponse(status=204)


@login_required
@require_POST
def rename(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Another title."""
    person = cast(Staff, request.user)
    document = selectors.get_document(person, uuid)
    try:
        actions.rename_document(
            actor=person, document=document, title=request.POST.get("title", "")
        )
    except FileError as error:
        return HttpResponse(str(error), status=422, content_type="text/html; charset=utf-8")
    response = HttpResponse(status=204)
    response["HX-Refresh"] = "true"
    return response
