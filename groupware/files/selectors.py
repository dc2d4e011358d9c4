"""Reads of files and uploads; the viewer comes first."""

from uuid import UUID

from django.http import Http404

from groupware.access.policies import NotVisible, Viewer, require
from groupware.files.models import File, Upload


def get_file(viewer: Viewer, uuid: UUID) -> File:
    """The file, with what serving it needs.

    Raises:
        NotVisible: it does not exist or may not be seen; nobody can tell which.
    """
    file = File.objects.select_related("blob", "scope").filter(uuid=uuid).first()
    if file is None:
        raise NotVisible
    require(viewer, "view", file)
    return file


def get_upload(viewer: Viewer, uuid: UUID) -> Upload:
    """An upload of the viewer's own.

    Raises:
        Http404: there is none, or it is somebody else's.
    """
    if viewer is None or not viewer.is_authenticated:
        raise Http404
    upload = Upload.objects.filter(uuid=uuid, uploader=viewer.pk).first()
    if upload is None:
        raise Http404
    return upload
