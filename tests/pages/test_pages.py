"""Know-how: who reads it by address, in the list and by search; what is recorded."""

from collections.abc import Callable

import pytest
from django.test import Client

from groupware.access import policies
from groupware.audit.models import Entry
from groupware.organization import selectors as organization
from groupware.organization.models import Staff
from knowledge.pages import actions, selectors
from knowledge.pages.models import Article, Shelf, Space
from search import selectors as search

WORDS = "転出証明書"


@pytest.fixture
def space(city: dict[str, Staff], admin: Staff, clerk: Staff) -> Space:
    """市民課's space: its own people read and write."""
    section = organization.section_of(clerk)
    assert section is not None
    return actions.open_space(
        actor=admin, section=section, title="市民課", principals=[f"s{section.pk}"]
    )


@pytest.fixture
def article(space: Space, clerk: Staff) -> Article:
    """A hand-over of the counter."""
    return actions.publish_article(
        actor=policies.SYSTEM,
        space=space,
        title="転出の手引き",
        summary="窓口で迷うところ",
        parts=[("持ち物", f"{WORDS}と本人確認書類。"), ("手数料", "無料です。")],
    )


@pytest.mark.postgres
def test_colleagues_read_it_everywhere_and_others_nowhere(
    article: Article,
    colleague: Staff,
    outsider: Staff,
    client_as: Callable[[Staff], Client],
) -> None:
    """List, detail and search agree."""
    url = article.url
    for viewer, sees in ((colleague, True), (outsider, False)):
        client = client_as(viewer)
        assert client.get(url).status_code == (200 if sees else 404)
        assert (article.title in client.get(Shelf.objects.get().url).content.decode()) is sees
        assert selectors.list_articles(viewer).exists() is sees
        assert search.search(viewer, WORDS).total == int(sees)


def test_a_hit_opens_at_its_heading(article: Article, colleague: Staff) -> None:
    """The part that holds the words, not the top of the page."""
    hit = search.search(colleague, WORDS).hits[0]
    assert hit.url == f"{article.url}#part-2"
    assert hit.pages[0].heading == "持ち物"


def test_a_draft_is_seen_by_its_writers_only(article: Article, colleague: Staff) -> None:
    """Unpublishing hides the page from readers at once."""
    article.unpublish()
    assert not policies.can(colleague, policies.VIEW, Article.objects.get())
    assert not selectors.list_articles(colleague).exists()
    assert search.search(colleague, WORDS).total == 0


def test_looking_at_a_page_is_recorded(
    article: Article, colleague: Staff, client_as: Callable[[Staff], Client]
) -> None:
    """Outside the request, within a second."""
    client_as(colleague).get(article.url)
    entry = Entry.objects.get(action="page.viewed")
    assert (entry.actor_name, entry.target_name) == (colleague.name, article.title)


def test_only_administrators_open_a_space(clerk: Staff, city: dict[str, Staff]) -> None:
    """A clerk is told so; nothing is made."""
    section = organization.section_of(clerk)
    assert section is not None
    with pytest.raises(policies.Denied):
        actions.open_space(actor=clerk, section=section, title="市民課", principals=["all"])
    assert not Space.objects.exists()
