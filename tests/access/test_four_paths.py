"""List, detail, search and Wagtail agree, on the evening of 31 March and the morning of 1 April."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
import time_machine
from django.test import Client

from groupware.access import compiling
from groupware.access.policies import SYSTEM, can, visible
from groupware.organization import actions as people
from groupware.organization.models import Staff
from knowledge.documents.models import Document
from knowledge.pages.models import Article
from search import selectors as search
from tests.permissions.world import PERSONAS, Side, make_side

ClientAs = Callable[[Staff], Client]
EVENING = "2027-03-31T23:55:00+09:00"
MORNING = "2027-04-01T00:05:00+09:00"
KA = {"clerk", "colleague", "head", "vice"}


def paths(city: dict[str, Staff], side: Side, client_as: ClientAs) -> dict[str, set[str]]:
    """Who sees the document or the article, asked in four ways (and by address)."""
    seen: dict[str, set[str]] = {
        name: set()
        for name in ("list", "detail", "search", "wagtail list", "wagtail page", "address", "thumb")
    }
    document, article = side.document, side.article
    for login in PERSONAS:
        staff = Staff.objects.get(pk=city[login].pk)
        client = client_as(staff)
        answers = {
            "list": visible(staff, Document.objects.all()).filter(pk=document.pk).exists(),
            "detail": can(staff, "view", Document.objects.get(pk=document.pk)),
            "search": str(document.uuid)
            in {str(hit.group) for hit in search.search(staff, f"{side.marker}の費用").hits},
            "wagtail list": visible(staff, Article.objects.all()).filter(pk=article.pk).exists(),
            "wagtail page": client.get(str(article.url)).status_code == 200,
            "address": client.get(f"/documents/{document.uuid}/").status_code == 200,
            "thumb": client.get(f"/documents/{document.uuid}/pages/1/thumb/").status_code == 200,
        }
        for name, sees in answers.items():
            if sees:
                seen[name].add(login)
    return seen


@pytest.fixture
def clock(city: dict[str, Staff]) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(EVENING, tick=False) as traveller:
        yield traveller


@pytest.mark.postgres
def test_the_night_of_the_transfers(
    city: dict[str, Staff], clock: time_machine.Traveller, client_as: ClientAs
) -> None:
    """辞令: clerk goes to 工務課, outsider comes to 市民課, colleague retires; rights follow at
    midnight in Tokyo without anything being compiled, rewritten or told."""
    side = make_side(city["clerk"], "夜間断水")
    theirs = make_side(city["outsider"], "配水管更新")
    first = date(2027, 4, 1)
    people.transfer(actor=SYSTEM, staff=city["clerk"], section=theirs.section, on=first)
    people.transfer(actor=SYSTEM, staff=city["outsider"], section=side.section, on=first)
    people.end_staff(actor=SYSTEM, staff=city["colleague"], last_day=date(2027, 3, 31))

    evening = paths(city, side, client_as)
    assert all(seen == KA for seen in evening.values()), evening

    clock.move_to(MORNING)
    morning = paths(city, side, client_as)
    # clerk made the folder and keeps what was given to the person; the section's right moved on
    own = {name for name in morning if "wagtail" not in name}
    assert all(morning[name] == {"clerk", "head", "vice", "outsider"} for name in own), morning
    pages = {name for name in morning if "wagtail" in name}
    assert all(morning[name] == {"head", "vice", "outsider"} for name in pages), morning
    assert list(compiling.differences()) == []


@pytest.mark.postgres
def test_a_section_moves_to_another_bu(
    city: dict[str, Staff], clock: time_machine.Traveller, client_as: ClientAs
) -> None:
    """What was granted to the 部 stops reaching a 課 that left it, at midnight."""
    from groupware.access.actions import grant

    side = make_side(city["outsider"], "配水管更新")
    bu = people.create_section(
        actor=SYSTEM, code="9900", name="新しい部", yomi="あたらしいぶ", valid_from=date(2027, 3, 1)
    )
    from groupware.organization.selectors import section_of

    shimin, ka = section_of(city["director"]), section_of(city["clerk"])
    assert shimin is not None
    assert ka is not None
    grant(actor=SYSTEM, scope=side.scope, grantee=shimin, reason="試験")
    people.move_section(actor=SYSTEM, section=ka, parent=bu, valid_from=date(2027, 4, 1))
    names = ("list", "detail", "search", "address")
    evening = paths(city, side, client_as)
    assert all(evening[name] == KA | {"director", "outsider"} for name in names), evening
    clock.move_to(MORNING)
    morning = paths(city, side, client_as)
    assert all(morning[name] == {"director", "outsider"} for name in names), morning


@pytest.mark.postgres
def test_a_disabled_person_has_no_path_left(
    city: dict[str, Staff], clock: time_machine.Traveller, client_as: ClientAs
) -> None:
    side = make_side(city["clerk"], "夜間断水")
    people.disable_staff(actor=SYSTEM, staff=city["colleague"], reason="休職")
    seen = paths(city, side, client_as)
    assert all("colleague" not in each for each in seen.values()), seen
