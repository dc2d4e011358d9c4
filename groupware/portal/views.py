"""The first page, its parts that keep themselves true, and the announcements."""

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from groupware.access.policies import NotVisible, can
from groupware.organization.models import Staff
from groupware.portal import actions, selectors
from groupware.portal.forms import AnnouncementForm
from groupware.portal.models import Announcement
from groupware.web.registries import Block, Text, WaitingItem, portal_blocks, waiting


@dataclass(frozen=True)
class Drawn:
    """A block with its HTML."""

    name: str
    label: Text
    html: SafeString


def viewer_of(request: HttpRequest) -> Staff:
    """The signed-in person."""
    return cast(Staff, request.user)


def waiting_items(viewer: Staff) -> list[WaitingItem]:
    """Everything that waits, the nearest due day first, then the newest."""
    items = [item for source in waiting.for_viewer(viewer) for item in source.items(viewer)]
    return sorted(
        items,
        key=lambda item: (
            item.due or date.max,
            -(item.since.timestamp() if item.since else 0),
        ),
    )


def draw(request: HttpRequest, block: Block) -> Drawn | None:
    """A block for the viewer; None where it has nothing to say."""
    context: dict[str, Any] | None = block.context(viewer_of(request))
    if context is None:
        return None
    html = render_to_string(block.template, {"block": block, **context}, request=request)
    return Drawn(block.name, block.label, mark_safe(html))  # noqa: S308 - a rendered template


@login_required
@never_cache
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What waits for me, what is new to me, where I was."""
    viewer = viewer_of(request)
    drawn: dict[str, list[Drawn]] = {"main": [], "side": []}
    for block in portal_blocks.for_viewer(viewer):
        part = draw(request, block)
        if part is not None:
            drawn[block.column].append(part)
    return render(
        request,
        "portal/home.html",
        {"items": waiting_items(viewer), "main": drawn["main"], "side": drawn["side"]},
    )


@login_required
@never_cache
@require_GET
def block(request: HttpRequest, name: str) -> HttpResponse:
    """One block again, for the page that keeps itself true."""
    viewer = viewer_of(request)
    if name not in portal_blocks or not portal_blocks.get(name).can(viewer):
        raise NotVisible
    part = draw(request, portal_blocks.get(name))
    return HttpResponse(part.html if part else "")


def _administers(viewer: Staff) -> None:
    if not can(viewer, "manage", Announcement()):
        raise NotVisible


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def announcements(request: HttpRequest) -> HttpResponse:
    """List of announcements and the form of a new one, for administrators."""
    viewer = viewer_of(request)
    _administers(viewer)
    form = AnnouncementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.post_announcement(actor=viewer, request=request, **form.cleaned_data)
        messages.success(request, _("お知らせを出しました"))
        return HttpResponseRedirect(reverse("portal:announcements"))
    context = {"form": form, "announcements": selectors.list_announcements(viewer)[:100]}
    status = 422 if form.errors else 200
    return render(request, "portal/announcements.html", context, status=status)


@login_required
@require_POST
def withdraw(request: HttpRequest, uuid: str) -> HttpResponse:
    """Take an announcement back."""
    viewer = viewer_of(request)
    _administers(viewer)
    announcement = get_object_or_404(selectors.list_announcements(viewer), uuid=uuid)
    actions.withdraw_announcement(actor=viewer, announcement=announcement, request=request)
    messages.success(request, _("お知らせを取り下げました"))
    return HttpResponseRedirect(reverse("portal:announcements"))
