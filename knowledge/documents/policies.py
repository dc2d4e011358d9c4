"""Who may see and change folders and documents.

A folder asks its scope. A document asks its scope, and until its file is through the guards only
whoever put it in sees it; while it is held, whoever may release it too (docs/documents.md).
"""

from typing import Any

from django.db.models import Q, QuerySet

from groupware.access.policies import EDIT, MANAGE, VIEW, ScopedPolicy
from groupware.files.policies import may_release
from knowledge.documents.models import Document, Folder

UNFINISHED = (Document.State.ARRIVING, Document.State.HELD, Document.State.REFUSED)


class FolderPolicy(ScopedPolicy[Folder]):
    """The scope's own verbs: view, edit (add, change), manage (rights)."""


class DocumentPolicy(ScopedPolicy[Document]):
    """The scope's verbs, narrowed by the state of the document."""

    def can(self, viewer: Any, verb: str, obj: Document) -> bool:
        """view, edit, manage."""
        if obj.state == Document.State.DISPOSED:
            return False
        if obj.state not in UNFINISHED:
            return super().can(viewer, verb, obj)
        if verb == VIEW and obj.state == Document.State.HELD and may_release(viewer):
            return True
        return obj.created_by_id == viewer.pk and super().can(viewer, verb, obj)

    def visible(self, viewer: Any, queryset: QuerySet[Document]) -> QuerySet[Document]:
        """Ready ones of the viewer's scopes, and the viewer's own unfinished ones."""
        return (
            super()
            .visible(viewer, queryset)
            .filter(Q(state=Document.State.READY) | Q(created_by=viewer.pk, state__in=UNFINISHED))
        )


__all__ = ["EDIT", "MANAGE", "UNFINISHED", "VIEW", "DocumentPolicy", "FolderPolicy"]
