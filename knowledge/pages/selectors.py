"""Reads of know-how; the viewer first."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from groupware.access import policies
from groupware.access.policies import Viewer
from knowledge.pages.models import Article


def list_articles(viewer: Viewer) -> QuerySet[Article]:
    """Published articles that `viewer` may see, newest first."""
    return policies.visible(viewer, Article.objects.all()).order_by("-last_published_at")


def visible_groups(viewer: Viewer, groups: Sequence[UUID]) -> set[UUID]:
    """Those translation keys among `groups` whose article `viewer` may see now."""
    rows = policies.visible(viewer, Article.objects.filter(translation_key__in=list(groups)))
    return set(rows.values_list("translation_key", flat=True))
