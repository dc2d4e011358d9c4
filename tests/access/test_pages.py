"""「誰が見られるか・なぜ」 and the emergency, as a person uses them."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from groupware.access import actions
from groupware.access.explaining import who_can_see, why_person
from groupware.access.models import Scope
from groupware.access.policies import SYSTEM, can
from groupware.access.tokens import MANAGE, Fact
from groupware.audit.models import Entry
from groupware.operations.demo.city import PASSWORD
from groupware.organization.models import Staff
from groupware.organization.selectors import section_of
from knowledge.documents.actions import create_folder
from knowledge.documents.models import Folder

ClientAs = Callable[[Staff], Client]


@pytest.fixture
def folder(clerk: Staff) -> Folder:
    """市民課's; clerk decides its rights."""
    section = section_of(clerk)
    assert section is not None
    return create_folder(actor=clerk, name="窓口改善", section=section)


@pytest.fixture
def scope(folder: Folder) -> Scope:
    return folder.scope


def at(scope: Scope, name: str) -> str:
    return f"/access/{scope.uuid}/{name}/"


def test_it_says_who_and_why(
    scope: Scope, clerk: Staff, director: Staff, client_as: ClientAs
) -> None:
    bu = section_of(director)
    actions.grant(actor=clerk, scope=scope, grantee=bu, reason="部の会議")
    page = client_as(clerk).get(at(scope, "who")).content.decode()
    text = re.sub(r"<[^>]+>|\s+", " ", page)
    assert "市民部" in text
    assert "下の所属にも届きます" in text
    assert f"{clerk.name} が" in text
    assert "部の会議" in text


def test_the_reasons_of_one_person(
    scope: Scope, clerk: Staff, head: Staff, outsider: Staff, client_as: ClientAs
) -> None:
    assert {reason.token for reason in why_person(scope, head.pk)} >= {
        f"s{reason.token[1:]}" for reason in who_can_see(scope) if reason.token.startswith("s")
    }
    assert why_person(scope, outsider.pk) == []
    client = client_as(clerk)
    found = client.get(at(scope, "person"), {"name": outsider.yomi.split()[0]}).content.decode()
    assert outsider.name in found
    assert "見られません" in found
    found = client.get(at(scope, "person"), {"name": head.yomi.split()[0]}).content.decode()
    assert "見られません" not in found


def test_granting_and_revoking(
    scope: Scope, clerk: Staff, outsider: Staff, client_as: ClientAs
) -> None:
    client = client_as(clerk)
    found = client.get(at(scope, "find"), {"q": outsider.yomi.split()[0]}).content.decode()
    assert f'value="u{outsider.pk}"' in found
    data = {"to": f"u{outsider.pk}", "verb": "view", "reason": "工事の協議"}
    assert client.post(at(scope, "grant"), data).status_code == 302
    assert can(outsider, "view", scope)
    assert not can(outsider, "edit", scope)
    assert client.post(at(scope, "revoke"), data).status_code == 302
    assert not can(outsider, "view", scope)
    acts = Entry.objects.filter(action__startswith="scope.").values_list("action", flat=True)
    assert {"scope.granted", "scope.revoked"} <= set(acts)


@pytest.mark.parametrize(
    "to", ["u999999", "x1", "h1", "s0", "admin", "u1 or 1=1", "", "g1", "all2"]
)
def test_what_is_no_grantee_is_refused(
    scope: Scope, clerk: Staff, client_as: ClientAs, to: str
) -> None:
    before = set(scope.tokens.values_list("verb", "token"))
    data = {"to": to, "verb": "view", "reason": "試験"}
    response = client_as(clerk).post(at(scope, "grant"), data)
    assert response.status_code == 422
    assert set(scope.tokens.values_list("verb", "token")) == before


def test_a_removed_person_is_out_at_once(
    folder: Folder, clerk: Staff, outsider: Staff, client_as: ClientAs
) -> None:
    actions.grant(actor=clerk, scope=folder.scope, grantee=outsider, reason="協議")
    client = client_as(outsider)
    assert client.get(folder.get_absolute_url()).status_code == 200
    actions.revoke(actor=clerk, scope=folder.scope, grantee=outsider, verb="view")
    assert client.get(folder.get_absolute_url()).status_code == 404


def test_the_emergency_asks_who_it_is_and_why(
    folder: Folder, clerk: Staff, records: Staff, client_as: ClientAs
) -> None:
    client = client_as(records)
    page = "/access/break-glass/"
    asked = client.get(page)
    assert asked.status_code == 302
    assert asked["Location"].startswith("/account/reauthenticate/")
    assert client.post(asked["Location"], {"password": PASSWORD}).status_code == 302
    assert client.get(page).status_code == 200
    address = f"http://testserver{folder.get_absolute_url()}"
    short = client.post(page, {"address": address, "reason": "  a "})
    assert short.status_code == 422
    gone = client.post(page, {"address": "http://testserver/documents/", "reason": "夜間の断水"})
    assert gone.status_code == 422
    assert client.get(folder.get_absolute_url()).status_code == 404
    done = client.post(page, {"address": address, "reason": "夜間の断水、図面が要る"})
    assert done.status_code == 302
    assert client.get(folder.get_absolute_url()).status_code == 200
    shown = client_as(clerk).get(at(folder.scope, "who")).content.decode()
    assert "緊急閲覧" in shown
    assert "夜間の断水、図面が要る" in shown


def test_nobody_else_may_open_in_an_emergency(head: Staff, client_as: ClientAs) -> None:
    assert client_as(head).get("/access/break-glass/").status_code == 404


def test_superiors_are_said_to_be_so(scope: Scope, clerk: Staff, director: Staff) -> None:
    actions.set_superiors(actor=SYSTEM, scope=scope, with_superiors=True)
    reasons = why_person(scope, director.pk)
    assert [reason.source for reason in reasons] == ["superiors"] * len(reasons)
    assert reasons
    assert Fact("u1", MANAGE).verb == "manage"


def test_those_who_decide_hear_of_it(
    folder: Folder, clerk: Staff, colleague: Staff, records: Staff, client_as: ClientAs
) -> None:
    actions.break_glass(actor=records, scope=folder.scope, reason="夜間の断水、図面が要る")
    page = client_as(clerk).get("/notifications/").content.decode()
    assert "緊急閲覧しています" in page
    assert folder.name in page
    assert "夜間の断水、図面が要る" in page
    assert "緊急閲覧しています" not in client_as(colleague).get("/notifications/").content.decode()
