"""Idle and absolute limits, own sessions, disabled people: sessions end when they must."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from groupware.access.policies import SYSTEM
from groupware.audit.models import Entry
from groupware.events.catalogue import SESSION_ENDED, STAFF_DISABLED, SessionEnded, StaffDisabled
from groupware.organization import actions
from groupware.organization.models import Staff
from groupware.organization.sessions import SHARED

ClientAs = Callable[[Staff], Client]
PAGE = "/account/sessions/"
NOON = "2026-11-24T09:00:00+09:00"


@pytest.fixture
def clock(city: dict[str, Staff]) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def heard() -> Iterator[list[SessionEnded | StaffDisabled]]:
    events: list[SessionEnded | StaffDisabled] = []
    SESSION_ENDED.subscribe(events.append)
    STAFF_DISABLED.subscribe(events.append)
    yield events
    SESSION_ENDED._handlers.remove(events.append)
    STAFF_DISABLED._handlers.remove(events.append)


def is_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def test_idle_for_an_hour(
    clerk: Staff,
    clock: time_machine.Traveller,
    client_as: ClientAs,
    heard: list[SessionEnded | StaffDisabled],
) -> None:
    client = client_as(clerk)
    assert is_in(client)
    for _ in range(5):
        clock.shift(timedelta(minutes=59))
        assert is_in(client)
    clock.shift(timedelta(minutes=60))
    response = client.get(PAGE)
    assert response.status_code == 302
    assert response["Location"] == f"/account/login/?next={PAGE.replace('/', '%2F')}"
    assert len(heard) == 1
    assert Entry.objects.get(action="session.expired").detail == {"why": "idle"}
    assert not Entry.objects.filter(action="session.signed_out").exists()


def test_a_shared_terminal_is_left_after_a_quarter(
    clerk: Staff, clock: time_machine.Traveller, client_as: ClientAs
) -> None:
    client = client_as(clerk)
    session = client.session
    session[SHARED] = True
    session.save()
    assert is_in(client)
    clock.shift(timedelta(minutes=14))
    assert is_in(client)
    clock.shift(timedelta(minutes=15))
    assert not is_in(client)


def test_twelve_hours_are_the_end(
    clerk: Staff, clock: time_machine.Traveller, client_as: ClientAs
) -> None:
    client = client_as(clerk)
    for _ in range(23):
        assert is_in(client)
        clock.shift(timedelta(minutes=30))
    assert is_in(client)
    clock.shift(timedelta(minutes=30))
    assert not is_in(client)


def test_what_a_page_asks_by_itself_keeps_nobody_signed_in(
    clerk: Staff, clock: time_machine.Traveller, client_as: ClientAs
) -> None:
    client = client_as(clerk)
    assert is_in(client)
    for _ in range(3):
        clock.shift(timedelta(minutes=25))
        response = client.get(PAGE, headers={"x-fuzukue-background": "1"})
    assert response.status_code == 302


def test_htmx_is_told_to_load_the_sign_in_page(
    clerk: Staff, clock: time_machine.Traveller, client_as: ClientAs
) -> None:
    client = client_as(clerk)
    assert is_in(client)
    clock.shift(timedelta(hours=2))
    here = "http://testserver/documents/"
    response = client.get(PAGE, headers={"hx-request": "true", "hx-current-url": here})
    assert response.status_code == 401
    assert response["HX-Redirect"].startswith("/account/login/?next=")


def test_own_sessions_are_listed_and_ended(clerk: Staff, client_as: ClientAs) -> None:
    here, there, third = (client_as(clerk) for _ in range(3))
    assert all(is_in(each) for each in (here, there, third))
    page = here.get(PAGE)
    assert page.context["session_count"] == 3
    assert str(there.session.session_key) not in page.content.decode()
    names = {row.session_key: row.name for row in page.context["sessions"]}
    assert here.post(PAGE, {"session": names[there.session.session_key]}).status_code == 302
    assert [is_in(each) for each in (here, there, third)] == [True, False, True]
    here.post(PAGE)
    assert [is_in(each) for each in (here, third)] == [True, False]


def test_nobody_ends_somebody_elses_session(
    clerk: Staff, colleague: Staff, client_as: ClientAs
) -> None:
    mine, theirs = client_as(clerk), client_as(colleague)
    assert is_in(mine)
    assert is_in(theirs)
    name = theirs.get(PAGE).context["sessions"][0].name
    assert mine.post(PAGE, {"session": name}).status_code == 404
    assert is_in(theirs)


def test_a_disabled_person_is_out_at_once(
    clerk: Staff,
    admin: Staff,
    client_as: ClientAs,
    heard: list[SessionEnded | StaffDisabled],
) -> None:
    client, another = client_as(clerk), client_as(clerk)
    assert is_in(client)
    assert is_in(another)
    actions.disable_staff(actor=admin, staff=clerk, reason="休職")
    assert not is_in(client)
    assert not is_in(another)
    assert StaffDisabled(staff_id=clerk.pk) in heard
    assert sum(isinstance(event, SessionEnded) for event in heard) == 2
    entry = Entry.objects.get(action="staff.disabled")
    assert entry.detail == {"reason": "休職", "sessions": 2}


def test_disabling_past_the_action_still_refuses_the_next_request(
    clerk: Staff, client_as: ClientAs
) -> None:
    client = client_as(clerk)
    assert is_in(client)
    Staff.objects.filter(pk=clerk.pk).update(is_active=False)
    assert not is_in(client)


def test_the_last_day_in_service_is_the_last(clerk: Staff, client_as: ClientAs) -> None:
    with time_machine.travel("2027-03-31T23:50:00+09:00", tick=False) as clock:
        actions.end_staff(actor=SYSTEM, staff=clerk, last_day=date(2027, 3, 31))
        client = client_as(clerk)
        assert is_in(client)
        clock.shift(timedelta(minutes=11))
        assert not is_in(client)
