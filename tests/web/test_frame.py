"""The frame: who sees what, languages, text size, sign-in page."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from groupware.organization.models import Staff
from groupware.web.registries import Entry, bar, navigation

SignIn = Callable[[Staff], Client]

pytestmark = pytest.mark.django_db


def test_the_sign_in_page_in_both_languages() -> None:
    page = Client().get(reverse("account_login")).content.decode()
    assert '<html lang="ja"' in page and "この端末はほかの人も使います" in page
    assert 'name="shared_terminal"' in page and 'autocomplete="current-password"' in page
    client = Client()
    answer = client.post(reverse("web:language"), {"language": "en", "next": "/accessibility/"})
    assert answer.status_code == 302 and answer["Location"] == "/accessibility/"
    english = client.get(reverse("account_login")).content.decode()
    assert '<html lang="en"' in english and "Other people use this machine" in english


def test_a_language_that_does_not_exist_is_refused() -> None:
    assert Client().post(reverse("web:language"), {"language": "xx"}).status_code == 400
    assert Client().get(reverse("web:language")).status_code == 405


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"]
)
def test_a_switch_never_leads_to_another_host(target: str) -> None:
    for name, data in (("language", {"language": "en"}), ("text-size", {"size": "large"})):
        answer = Client().post(reverse(f"web:{name}"), {**data, "next": target})
        assert answer["Location"] == "/"


def test_the_text_grows_and_shrinks() -> None:
    client = Client()
    client.post(reverse("web:text-size"), {"size": "large"})
    assert 'data-text="large"' in client.get(reverse("account_login")).content.decode()
    client.post(reverse("web:text-size"), {"size": "normal"})
    assert "data-text" not in client.get(reverse("account_login")).content.decode()


def test_a_language_stays_with_the_person(clerk: Staff, client_as: SignIn) -> None:
    client_as(clerk).post(reverse("web:language"), {"language": "en"})
    clerk.refresh_from_db()
    assert clerk.language == "en"
    elsewhere = client_as(clerk)
    assert '<html lang="en"' in elsewhere.get(reverse("portal:home")).content.decode()


def test_the_frame_shows_only_what_the_person_may_have(
    clerk: Staff, admin: Staff, client_as: SignIn
) -> None:
    places = (
        navigation.add(
            Entry(
                "test-place",
                "ためしの場所",
                "house",
                "web:accessibility",
                999,
                can=lambda v: v.get_username() == "admin",
            )
        ),
        bar.add(
            Entry(
                "test-bell",
                "ためしのベル",
                "bell",
                "web:accessibility",
                1,
                badge=lambda v: 120,
                badge_tone="ng",
            )
        ),
    )
    try:
        seen = client_as(admin).get(reverse("portal:home")).content.decode()
        hidden = client_as(clerk).get(reverse("portal:home")).content.decode()
    finally:
        navigation.remove(places[0].name)
        bar.remove(places[1].name)
    assert "ためしの場所" in seen and "ためしの場所" not in hidden
    assert "99+" in hidden and 'data-live-badge="test-bell"' in hidden
    assert "佐藤 恵子" in hidden and "市民課 主任" in hidden


def test_every_page_has_a_skip_link_one_heading_and_the_token(
    clerk: Staff, client_as: SignIn
) -> None:
    page = client_as(clerk).get(reverse("portal:home")).content.decode()
    assert page.index('class="skip" href="#main"') < page.index("<nav")
    assert page.count("<h1") == 1 and '<main class="desk" id="main"' in page
    assert 'hx-headers:inherited=\'{"x-csrftoken"' in page
    assert '"includeIndicatorCSS":false' in page
    assert page.count('aria-current="page"') == 2  # navigation and bottom bar


def test_nobody_signs_up_or_resets_a_password_here() -> None:
    for path in ("signup/", "password/reset/", "email/", "password/set/", "login/code/confirm/"):
        login = reverse("account_login")
        assert Client().get(login.replace("login/", path)).status_code == 404
    assert settings.LOGIN_REDIRECT_URL == "portal:home"
