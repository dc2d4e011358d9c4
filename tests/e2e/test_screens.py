"""Every screen for its person: no accessibility violation, no sideways scrolling, at any width."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.e2e.site import Site

SCREENS = [
    ("clerk", "/"),
    ("clerk", "/documents/"),
    ("clerk", "/documents/upload/"),
    ("clerk", "/search/"),
    ("clerk", "/search/?q=%E5%B0%BE%E4%B9%83%E5%B8%82"),
    ("clerk", "/search/?q=%E3%81%AA%E3%81%84%E8%A8%80%E8%91%89%E3%81%AE%E3%81%AF%E3%81%9A"),
    ("clerk", "/know/"),
    ("clerk", "/notifications/"),
    ("clerk", "/account/sessions/"),
    ("clerk", "/account/2fa/"),
    ("clerk", "/account/password/change/"),
    ("clerk", "/style-guide/"),
    ("clerk", "/nothing-here/"),
    ("records", "/operations/held/"),
    ("auditor", "/operations/audit/"),
    ("admin", "/operations/status/"),
    ("admin", "/operations/jobs/"),
]
WIDTHS = {"desktop": (1440, 900), "tablet": (820, 1180), "phone": (390, 844), "narrow": (320, 640)}


@pytest.mark.parametrize(("login", "path"), SCREENS, ids=[" ".join(row) for row in SCREENS])
def test_a_screen_can_be_used_by_everybody(
    site: Site,
    sign_in: Callable[..., Page],
    axe: Callable[[Page], list[str]],
    login: str,
    path: str,
) -> None:
    page = sign_in(login)
    page.goto(f"{site.url}{path}")
    page.wait_for_load_state("networkidle")
    problems: list[str] = []
    for name, (width, height) in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        sideways = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if sideways > 0:
            problems.append(f"{name}: {sideways} px wider than the window")
        problems += [f"{name}: {line}" for line in axe(page)]
    assert not problems, "\n".join(problems)


def test_the_sign_in_page_too(site: Site, page: Page, axe: Callable[[Page], list[str]]) -> None:
    page.goto(f"{site.url}/account/login/")
    for width, height in WIDTHS.values():
        page.set_viewport_size({"width": width, "height": height})
        assert not axe(page)
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
