"""The library: folders left, documents right."""

from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from groupware.access.policies import can
from groupware.organization.models import Staff
from groupware.organization.selectors import section_of
from groupware.organization.selectors import tree as sections
from knowledge.documents import selectors
from knowledge.documents.models import Folder


@login_required
@require_GET
def library(request: HttpRequest) -> HttpResponse:
    """Everything that the viewer may see, the newest first."""
    return _page(request, None)


@login_required
@require_GET
def folder(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The documents of one folder."""
    viewer = cast(Staff, request.user)
    return _page(request, selectors.get_folder(viewer, uuid))


def _page(request: HttpRequest, current: Folder | None) -> HttpResponse:
    viewer = cast(Staff, request.user)
    own = section_of(viewer)
    rows = Paginator(selectors.list_documents(viewer, current), selectors.PER_PAGE)
    city = sections()
    page = rows.get_page(request.GET.get("page"))
    for document in page.object_list:
        node = city.get(document.section_id)
        document.section_name = node.label if node else ""  # type: ignore[attr-defined]  # shown in the row
    tree = selectors.list_tree(viewer, current, own.pk if own else None)
    for inbox in tree.inboxes:
        node = city.get(inbox.section_id)
        inbox.section_name = node.label if node else ""  # type: ignore[attr-defined]  # shown in the tree
    context = {
        "tree": tree,
        "own_section": own,
        "folder": current,
        "trail": _trail(viewer, current),
        "page": page,
        "may_add": current is None or can(viewer, "edit", current),
    }
    return render(request, "documents/library.html", context)


def _trail(viewer: Staff, current: Folder | None) -> list[tuple[str, str]]:
    """Section, folders above, and where we are, for the breadcrumb."""
    if current is None:
        return []
    node = sections().get(current.section_id)
    steps = selectors.path_of(viewer, current)
    return [
        (node.label if node else "", reverse("documents:library")),
        *((step.name, step.get_absolute_url()) for step in steps[:-1]),
        (current.name, ""),
    ]
