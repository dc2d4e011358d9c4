"""The audit record, for the auditor. Looking at it is recorded, too."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from groupware.audit import chain, heads
from groupware.audit.actions import enqueue_read, record
from groupware.audit.verification import tail
from groupware.operations import trail
from groupware.operations.forms import TrailForm, default_since
from groupware.operations.policies import AUDITOR, holders_only, viewer_of
from groupware.web import wareki


@holders_only(AUDITOR)
@never_cache
@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    """The record, newest first; the filter and the place stand in the address."""
    viewer = viewer_of(request)
    form = TrailForm(request.GET if "action" in request.GET else _first_look())
    page = trail.TrailPage([], None, None)
    if form.is_valid():
        asked = form.asked()
        page = trail.get_page(
            viewer, asked, before=_number(request, "before"), after=_number(request, "after")
        )
        enqueue_read(
            viewer,
            "audit.searched",
            detail={**asked.as_detail(), "shown": len(page.entries)},
            request=request,
        )
    context = {
        "form": form,
        "page": page,
        "verification": trail.latest_verification(viewer),
        "head": chain.head(),
        "tail": tail(),
        "written": heads.last(heads.default_path()),
    }
    return render(request, "operations/audit.html", context, status=200 if form.is_valid() else 422)


@holders_only(AUDITOR)
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """The filtered record as CSV; the export is recorded before its first line is sent."""
    viewer = viewer_of(request)
    form = TrailForm(request.POST)
    if not form.is_valid():
        return render(
            request,
            "operations/audit.html",
            {"form": form, "page": trail.TrailPage([], None, None)},
            status=422,
        )
    asked = form.asked()
    number = trail.filtered(viewer, asked).count()
    with transaction.atomic():
        entry = record(
            viewer,
            "audit.exported",
            detail={**asked.as_detail(), "number": number},
            request=request,
        )
    name = f"audit-{timezone.localtime():%Y%m%d-%H%M%S}.csv"
    return StreamingHttpResponse(
        trail.csv_lines(viewer, asked, until=entry.pk - 1),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _first_look() -> dict[str, str]:
    return {"since": wareki.long_date(default_since()), "action": ""}


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else None
