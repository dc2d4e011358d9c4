"""The list of notifications, opening one, and reading all."""

from typing import Final, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from groupware.notifications import actions, selectors
from groupware.organization.models import Staff

PER_PAGE: Final = 30


@require_GET
@login_required
def show_list(request: HttpRequest) -> HttpResponse:
    """Own notifications, newest first; `?unread=1` leaves out what was read."""
    viewer = cast(Staff, request.user)
    unread_only = request.GET.get("unread") == "1"
    lines = selectors.list_lines(viewer, unread_only=unread_only)
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "notifications/list.html",
        {
            "page": page,
            "unread_only": unread_only,
            "unread": selectors.count_unread(viewer),
        },
    )


@require_POST
@login_required
def open_one(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Note that it was read, and go to what it is about."""
    viewer = cast(Staff, request.user)
    row = selectors.get_notification(viewer, uuid)
    actions.read_notification(actor=viewer, notification=row)
    return redirect(selectors.url_of(row))


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    """Everything is read."""
    number = actions.read_all(actor=cast(Staff, request.user))
    if number:
        messages.success(
            request,
            ngettext("%(count)d件を既読にしました。", "%(count)d件を既読にしました。", number)
            % {"count": number},
        )
    return redirect("notifications:list")
