"""How folders and documents are called on 「誰が見られるか・なぜ」 of their scope."""

from typing import Any
from uuid import UUID

from groupware.access.explaining import Container, register_container
from groupware.access.policies import visible
from groupware.organization.selectors import label_of
from knowledge.documents.models import Document, Folder


def folder(viewer: Any, owner: UUID) -> Container | None:
    """市民部 市民課 窓口改善."""
    found = visible(viewer, Folder.objects.all()).filter(uuid=owner).first()
    if found is None:
        return None
    return Container(f"{label_of(found.section)} {found.name}", found.get_absolute_url())


def document(viewer: Any, owner: UUID) -> Container | None:
    """The title of a document that has rights of its own."""
    found = visible(viewer, Document.objects.all()).filter(uuid=owner).first()
    return Container(found.title, found.get_absolute_url()) if found is not None else None


register_container("folder", folder)
register_container("document", document)
