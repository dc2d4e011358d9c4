"""Who may see and write pages: the rights of their space's scope; the shelf is open to staff."""

from typing import Any

from django.db.models import QuerySet

from groupware.access import policies
from knowledge.pages.models import Article, Shelf, Space


class ShelfPolicy(policies.Policy[Shelf]):
    """Everybody in service sees the shelf; what lies on it has rights of its own."""

    def can(self, viewer: Any, verb: str, obj: Shelf) -> bool:
        """Viewing only."""
        return verb == policies.VIEW

    def visible(self, viewer: Any, queryset: QuerySet[Shelf]) -> QuerySet[Shelf]:
        """Every shelf."""
        return queryset


class ArticlePolicy(policies.ScopedPolicy[Article]):
    """The scope's rights; a draft is for those who may edit."""

    def can(self, viewer: Any, verb: str, obj: Article) -> bool:
        """As the scope says; what is not published is seen by its writers."""
        if not obj.live and verb == policies.VIEW:
            return super().can(viewer, policies.EDIT, obj)
        return super().can(viewer, verb, obj)

    def visible(self, viewer: Any, queryset: QuerySet[Article]) -> QuerySet[Article]:
        """Published pages in the viewer's scopes."""
        return super().visible(viewer, queryset).filter(live=True)


def register() -> None:
    """Called when the app is ready."""
    policies.register(Shelf, ShelfPolicy())
    policies.register(Space, policies.ScopedPolicy())
    policies.register(Article, ArticlePolicy())
