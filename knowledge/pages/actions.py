"""Writes of know-how: a space for a section, an article published into it."""

from collections.abc import Iterable, Sequence
from uuid import uuid4

from django.db import transaction

from groupware.access import actions as access
from groupware.access import policies
from groupware.access.policies import Actor
from groupware.audit.actions import record
from groupware.organization.models import Section
from knowledge.pages import search as index
from knowledge.pages.models import Article, Shelf, Space
from search import actions as search


@transaction.atomic
def open_space(*, actor: Actor, section: Section, title: str, principals: Iterable[str]) -> Space:
    """The space of `section`, readable by `principals`; opening it twice gives the first."""
    existing = Space.objects.filter(section=section).first()
    if existing is not None:
        policies.require(actor, policies.VIEW, existing)
        return existing
    policies.require(actor, "open_space", section)
    key = uuid4()
    scope = access.create_scope(kind="space", owner_uuid=key, principals=principals)
    space = Space(
        title=title, slug=f"s{section.pk}", section=section, scope=scope, translation_key=key
    )
    Shelf.objects.get().add_child(instance=space)
    record(
        policies.person_or_none(actor),
        "page.space_opened",
        target_kind="space",
        target_uuid=key,
        target_name=title,
    )
    return space


@transaction.atomic
def publish_article(
    *,
    actor: Actor,
    space: Space,
    title: str,
    parts: Sequence[tuple[str, str]],
    yomi: str = "",
    summary: str = "",
) -> Article:
    """Publish a new article of `parts` ((heading, text), …) and make it findable at once."""
    policies.require(actor, policies.EDIT, space)
    body = []
    for heading, text in parts:
        if heading:
            body.append(("heading", heading))
        body.append(("text", text))
    article = Article(
        title=title,
        slug=uuid4().hex[:12],
        scope=space.scope,
        section=space.section,
        yomi=yomi,
        summary=summary,
        body=body,
        owner=policies.person_or_none(actor),
        live=False,
    )
    space.add_child(instance=article)
    article.save_revision(user=policies.person_or_none(actor)).publish()
    article.refresh_from_db()
    record(
        policies.person_or_none(actor),
        "page.published",
        target_kind="page",
        target_uuid=article.translation_key,
        target_name=title,
    )
    search.put(index.rows_of(article))
    return article
