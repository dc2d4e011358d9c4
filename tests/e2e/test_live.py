"""The page's own socket in a real browser: badges, a restart of the server, an ended session."""

import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Watch
from tests.e2e.site import Site

PUBLISH = """
from django.db import transaction
from groupware.organization.models import Staff
from groupware.realtime.actions import publish
clerk = Staff.objects.get(username="clerk")
with transaction.atomic():
    for n in {numbers}:
        publish(clerk.pk, "badge", {{"name": "notifications", "count": n}})
        publish(clerk.pk, "tick", {{"n": n}})
"""
LISTEN = """() => {
  window.heard = []; window.states = [];
  document.addEventListener("live:tick", (event) => window.heard.push(event.detail.n));
  document.addEventListener("live:state", (event) => window.states.push(event.detail));
}"""
END = """
from groupware.organization.models import Staff
from groupware.organization.sessions import end_sessions
print(end_sessions(Staff.objects.get(username="clerk")))
"""


def until(page: Page, expression: str, seconds: float = 20) -> None:
    """Wait for an expression; the page's own policy forbids what `wait_for_function` does."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < end, expression
        page.wait_for_timeout(50)


def publish(site: Site, *numbers: int) -> None:
    """Events for the clerk, from another process."""
    site.command("shell", "--no-imports", "-c", PUBLISH.format(numbers=list(numbers)))


def listening(page: Page, site: Site) -> Page:
    """The list of notifications with our ears on; the socket has been greeted."""
    page.add_init_script(f"({LISTEN})()")
    page.goto(f"{site.url}/notifications/")
    until(page, "window.states.some((state) => state.up)")
    return page


def test_a_badge_moves_without_loading(site: Site, sign_in: Callable[..., Page]) -> None:
    """From another process to the bell of an open page; nothing is lost between two pages."""
    page = listening(sign_in("clerk"), site)
    bell = page.locator('.tools [data-live-badge="notifications"]')
    publish(site, 7)
    expect(bell).to_contain_text("7")
    page.goto("about:blank")
    publish(site, 8, 9)
    page.go_back()
    page.goto(f"{site.url}/documents/")  # no place of its own: it goes on from the tab's last one
    until(page, "window.heard.includes(9)")
    assert page.evaluate("window.heard").count(9) == 1


def test_a_restart_of_the_server_loses_nothing(
    site: Site, sign_in: Callable[..., Page], watch: Watch
) -> None:
    """The black line appears and goes; what was said meanwhile arrives, once and in order."""
    page = listening(sign_in("clerk"), site)
    line = page.locator(".offline")
    expect(line).to_be_hidden()
    site.stop()
    expect(line).to_be_visible(timeout=15_000)
    publish(site, 21, 22, 23)
    site.start()
    expect(line).to_be_hidden(timeout=40_000)
    until(page, "window.heard.length >= 3")
    assert page.evaluate("window.heard") == [21, 22, 23]
    # The browser itself writes every refused connection to the console.
    watch.problems = [said for said in watch.problems if "WebSocket connection" not in said]


def test_an_ended_session_ends_the_socket(site: Site, sign_in: Callable[..., Page]) -> None:
    """Ended elsewhere, the page hears of it and does not come back."""
    page = listening(sign_in("clerk"), site)
    site.command("shell", "--no-imports", "-c", END)
    until(page, "window.states.some((state) => state.ended)")
    page.wait_for_timeout(2_000)
    assert page.evaluate("window.states.at(-1).ended") is True
