"""Signing in: by number or name, one answer for every failure, limits, fixation, open redirects."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client
from django.urls import reverse

from groupware.audit.models import Entry
from groupware.operations.demo.city import PASSWORD
from groupware.organization.models import Staff
from groupware.organization.sessions import SHARED

ClientAs = Callable[[Staff], Client]
LOGIN = "/account/login/"


def sign_in(client: Client, login: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(LOGIN, {"login": login, "password": password, **more})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def acts() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("action", flat=True))


def test_by_log_in_name_and_by_number(city: dict[str, Staff]) -> None:
    for login in ("clerk", city["clerk"].staff_number, f" {city['clerk'].staff_number} "):
        client = Client()
        response = sign_in(client, login)
        assert response.status_code == 302
        assert client.session["_auth_user_id"] == str(city["clerk"].pk)
    assert acts() == ["session.signed_in"] * 3


def test_one_answer_for_every_failure(city: dict[str, Staff]) -> None:
    def answer(login: str, password: str) -> tuple[int, str]:
        client = Client()
        response = sign_in(client, login, password)
        assert not signed_in(client)
        body = re.sub(
            r'value="[^"]*"|nonce="[^"]*"|[A-Za-z0-9]{64}|content="[^"]*"',
            "",
            response.content.decode(),
        )
        return response.status_code, re.sub(r"[0-9A-Z]{4,}-?[0-9A-Z]*", "", body)

    wrong_password = answer("clerk", "wrong-password-1")
    assert "職員番号（ログイン名）かパスワードが違います" in wrong_password[1]
    assert answer("nobody", PASSWORD) == wrong_password
    assert answer("disabled", PASSWORD) == wrong_password
    assert answer("disabled", "wrong-password-1") == wrong_password
    entries = Entry.objects.filter(action="session.failed")
    assert entries.count() == 4
    assert PASSWORD not in str([entry.detail for entry in entries])
    assert [entry.detail["known"] for entry in entries] == [True, False, True, True]


def test_the_limit_counts_per_person_whichever_name_is_typed(city: dict[str, Staff]) -> None:
    names = ["clerk", city["clerk"].staff_number]
    for attempt in range(5):
        sign_in(
            Client(),
            names[attempt % 2],
            "wrong-password-1",
        )
    client = Client(headers={"host": "localhost"})
    response = sign_in(client, "clerk")
    assert not signed_in(client)
    assert "しばらくサインインできません" in response.content.decode()
    assert acts()[-1] == "session.limited"
    other = Client()
    sign_in(other, "colleague")
    assert signed_in(other)


def test_the_session_gets_a_new_key(city: dict[str, Staff]) -> None:
    client = Client()
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key or ""
    client.cookies[settings.SESSION_COOKIE_NAME] = before
    sign_in(client, "clerk")
    assert signed_in(client)
    assert client.session.session_key != before
    assert not Client().session.exists(before)


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_led_elsewhere(city: dict[str, Staff], target: str) -> None:
    client = Client()
    response = client.post(
        f"{LOGIN}?next={target}", {"login": "clerk", "password": PASSWORD, "next": target}
    )
    assert response.status_code == 302
    assert "evil" not in response["Location"]
    assert "javascript" not in response["Location"]


def test_next_leads_back(city: dict[str, Staff]) -> None:
    response = Client().post(
        LOGIN, {"login": "clerk", "password": PASSWORD, "next": "/account/sessions/"}
    )
    assert response["Location"] == "/account/sessions/"


def test_nobody_signs_up_and_nothing_is_mailed(client: Client, db: None) -> None:
    for path in ("signup/", "password/reset/", "email/", "confirm-email/", "login/code/"):
        assert client.get(f"/account/{path}").status_code == 404


def test_a_shared_terminal_is_remembered(city: dict[str, Staff]) -> None:
    client = Client()
    sign_in(client, "clerk", shared_terminal="1")
    assert client.session[SHARED] is True
    other = Client()
    sign_in(other, "clerk")
    assert not other.session[SHARED]


def test_the_cookie_ends_with_the_browser(city: dict[str, Staff]) -> None:
    client = Client()
    sign_in(client, "clerk")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["max-age"]


def test_sign_out_ends_the_session_and_is_recorded(
    city: dict[str, Staff], client_as: ClientAs
) -> None:
    client = client_as(city["clerk"])
    key = client.session.session_key
    assert client.get("/account/sessions/").status_code == 200
    assert UserSession.objects.filter(session_key=key).exists()
    client.post("/account/logout/")
    assert not signed_in(client)
    assert not UserSession.objects.filter(session_key=key).exists()
    assert acts()[-1] == "session.signed_out"


def test_changing_the_password_ends_the_other_sessions(
    city: dict[str, Staff], client_as: ClientAs
) -> None:
    here, there = client_as(city["clerk"]), client_as(city["clerk"])
    for each in (here, there):
        assert each.get("/account/sessions/").status_code == 200
    fresh = "kawaranai-yama-2027"
    weak = here.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": "short", "password2": "short"},
    )
    assert weak.status_code == 200
    done = here.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh},
    )
    assert done.status_code == 302
    assert here.get("/account/sessions/").status_code == 200
    assert there.get("/account/sessions/").status_code == 302
    city["clerk"].refresh_from_db()
    assert city["clerk"].check_password(fresh)
    assert "password.changed" in acts()


def totp_code(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def test_a_second_factor_is_set_up_and_asked_for(city: dict[str, Staff]) -> None:
    client = Client()
    sign_in(client, "clerk")
    activate = reverse("mfa_activate_totp")
    to_confirm = client.get(activate)
    assert to_confirm.status_code == 302
    assert client.post(to_confirm["Location"], {"password": PASSWORD}).status_code == 302
    page = client.get(activate)
    assert "data:image/svg+xml;base64," in page.content.decode()
    assert "img-src 'self' data:" in page["Content-Security-Policy"]
    secret = page.context["form"].secret
    done = client.post(activate, {"code": totp_code(secret)})
    assert done.status_code == 302, done.context["form"].errors
    stored = Authenticator.objects.get(user=city["clerk"], type="totp")
    assert secret not in str(stored.data)  # encrypted
    codes = (
        Authenticator.objects.get(user=city["clerk"], type="recovery_codes")
        .wrap()
        .get_unused_codes()
    )
    assert len(codes) == 10

    again = Client()
    second = sign_in(again, "clerk")
    assert second["Location"].startswith(reverse("mfa_authenticate"))
    assert not signed_in(again)
    again.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert not signed_in(again)
    again.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert signed_in(again)
    once = Client()
    sign_in(once, "clerk")
    once.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert not signed_in(once)
    assert {"mfa.added", "session.reauthenticated", "session.failed"} <= set(acts())


def test_a_shared_terminal_is_remembered_past_the_second_factor(city: dict[str, Staff]) -> None:
    test_a_second_factor_is_set_up_and_asked_for(city)
    codes = (
        Authenticator.objects.get(user=city["clerk"], type="recovery_codes")
        .wrap()
        .get_unused_codes()
    )
    client = Client()
    sign_in(client, "clerk", shared_terminal="1")
    client.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert signed_in(client)
    assert client.session[SHARED] is True
