"""What waits for the viewer around uploads: own ones that stopped, held ones they may release."""

from collections.abc import Sequence
from typing import cast

from django.urls import reverse
from django.utils.translation import gettext as _

from groupware.access.policies import visible
from groupware.files.models import File
from groupware.files.policies import may_release
from groupware.organization.models import Staff
from groupware.portal.selectors import list_stopped
from groupware.web.registries import Viewer, WaitingItem
from knowledge.documents.models import Document

MOST = 50


def stopped_uploads(viewer: Viewer) -> Sequence[WaitingItem]:
    """The viewer's own uploads that cannot go on without somebody."""
    staff = cast(Staff, viewer)
    return [_upload_item(document) for document in list_stopped(staff)[:MOST]]


def _upload_item(document: Document) -> WaitingItem:
    file = document.file
    reading = getattr(file, "reading", None) if file else None
    cause = (file.reason if file else "") or (reading.cause if reading else "")
    held = document.state == Document.State.HELD
    return WaitingItem(
        icon="shield-alert" if held else "circle-x",
        tone="warn" if held else "ng",
        title=document.title,
        meta=f"{_('保留') if held else _('失敗')}　{cause}".strip("　"),
        since=document.created_at,
        url=reverse("documents:uploads"),
        verb=_("確かめる") if held else _("直す"),
        key=f"document-{document.uuid}",
    )


def files_to_release(viewer: Viewer) -> Sequence[WaitingItem]:
    """Held files of others, for those who may let them through."""
    staff = cast(Staff, viewer)
    if not may_release(staff):
        return []
    rows = (
        visible(staff, File.objects.filter(state=File.State.HELD))
        .exclude(uploader=staff)
        .select_related("uploader")
        .order_by("created_at")[:MOST]
    )
    return [
        WaitingItem(
            icon="shield-alert",
            tone="warn",
            title=file.name,
            meta=f"{_('保留を外すかどうか')}　{file.uploader.name}　{file.reason}".strip("　"),
            since=file.created_at,
            url=reverse("operations:release", args=[file.uuid]),
            verb=_("判断する"),
            key=f"held-{file.uuid}",
        )
        for file in rows
    ]
