"""How know-how is found: one row per part, under its heading; the group is the article."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from groupware.organization import selectors as organization
from knowledge.pages import selectors
from knowledge.pages.models import Article
from search import registry
from search.registry import Box, Declaration, IndexRow
from search.results import Hit

KIND = "page"


def rows_of(article: Article) -> list[IndexRow]:
    """The index rows of one published article."""
    published = article.last_published_at
    label = organization.label_of(article.section)
    return [
        IndexRow(
            kind=KIND,
            group=article.translation_key,
            unit=number,
            title=article.title,
            heading=heading,
            text=text,
            scope_id=article.scope_id,
            owner_section_id=article.section_id,
            section_label=label,
            made_on=published.date() if published else None,
        )
        for number, (heading, text) in enumerate(article.parts(), 1)
    ]


def _rows(group: UUID) -> Iterable[IndexRow]:
    article = Article.objects.filter(translation_key=group, live=True).first()
    return rows_of(article) if article else []


def _all_groups() -> Iterable[UUID]:
    return Article.objects.live().values_list("translation_key", flat=True).iterator()


def _no_boxes(group: UUID, unit: int, spans: Sequence[tuple[int, int]]) -> list[Box]:
    return []


def _url(hit: Hit) -> str:
    article = Article.objects.filter(translation_key=hit.group).first()
    return f"{article.url}#part-{hit.page}" if article else ""


def _no_thumb(hit: Hit) -> str:
    return ""


def register() -> None:
    """Declare the kind."""
    registry.register(
        Declaration(
            kind=KIND,
            label=_("ノウハウ"),
            icon="book-open",
            rows=_rows,
            all_groups=_all_groups,
            check=selectors.visible_groups,
            boxes=_no_boxes,
            url=_url,
            thumb=_no_thumb,
            prior=0.05,
        )
    )
