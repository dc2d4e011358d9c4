"""Uploads that wait for the viewer: held, refused, not readable."""

from collections.abc import Sequence
from typing import cast

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from groupware.access.policies import visible
from groupware.ingestion.models import Reading
from groupware.organization.models import Staff
from groupware.web.registries import Viewer, WaitingItem
from knowledge.documents.models import Document

MOST = 50


def stopped_uploads(viewer: Viewer) -> Sequence[WaitingItem]:
    """The viewer's own uploads that cannot go on without them (1 query besides the rights)."""
    staff = cast(Staff, viewer)
    stopped = Q(state__in=(Document.State.HELD, Document.State.REFUSED)) | Q(
        file__reading__state=Reading.State.FAILED
    )
    rows = (
        visible(staff, Document.objects.all())
        .filter(stopped, created_by=staff, dismissed_at=None)
        .select_related("file__reading")
        .order_by("-created_at")[:MOST]
    )
    return [_item_of(document) for document in rows]


def _item_of(document: Document) -> WaitingItem:
    file = document.file
    reading = getattr(file, "reading", None) if file else None
    cause = (reading.cause if reading else "") or (file.reason if file else "")
    held = document.state == Document.State.HELD
    return WaitingItem(
        icon="shield-alert" if held else "circle-x",
        tone="warn" if held else "ng",
        title=document.title,
        meta=f"{_('保留') if held else _('失敗')}　{cause}".strip("　"),
        since=document.created_at,
        url=reverse("documents:upload"),
        verb=_("確かめる") if held else _("直す"),
        key=f"document-{document.uuid}",
    )
