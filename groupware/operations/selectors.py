"""What the pages of operations read about files."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from groupware.access.policies import visible
from groupware.files.models import File
from groupware.organization.models import Staff


def list_held(viewer: Staff) -> QuerySet[File]:
    """Held files that the viewer may release, those that wait longest first."""
    held = File.objects.filter(state=File.State.HELD)
    return visible(viewer, held).select_related("uploader", "reading").order_by("created_at")


def get_held(viewer: Staff, uuid: UUID) -> File:
    """One of them.

    Raises:
        Http404: when it is not held, or not for this viewer.
    """
    file = list_held(viewer).filter(uuid=uuid).first()
    if file is None:
        raise Http404(_("見つかりません。"))
    return file
