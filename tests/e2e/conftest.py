"""Fixtures of the browser tests: one site for all, a watch on every page, sign-in by persona.

The watch fails a test when a page asked another host, broke the content security policy, or
wrote an error to the console.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

from groupware.operations.demo.city import PASSWORD
from tests.e2e.site import Site
from tests.operations.serving import ROOT

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, without its calls home."""
    return {
        "executable_path": "/usr/bin/chromium",
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """A desktop of a city hall: Japanese, Tokyo time."""
    return {
        "locale": "ja-JP",
        "timezone_id": "Asia/Tokyo",
        "viewport": {"width": 1440, "height": 900},
        "accept_downloads": True,
    }


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One running site with the small city."""
    site = Site(tmp_path_factory.mktemp("site") / "data")
    site.seed()
    site.start()
    yield site
    site.stop()


class Watch:
    """What the pages of a context did that they must not do."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.problems: list[str] = []

    def follow(self, context: BrowserContext) -> None:
        """Listen to every page of `context`."""
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.problems.append(f"script: {error.error}"))

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"data", "blob"}:
            return
        if parts.hostname != "127.0.0.1" or parts.port != self._port:
            self.problems.append(f"asked another host: {request.url}")
        if parts.path.startswith("/csp-report"):
            self.problems.append(f"policy violation: {request.post_data}")

    def _console(self, message: ConsoleMessage) -> None:
        # A refused page (404, 422 …) is logged by the browser as an error and may be the point.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.problems.append(f"console: {message.text}")


@pytest.fixture(autouse=True)
def watch(context: BrowserContext, site: Site) -> Iterator[Watch]:
    """Fails the test when a page did what it must not do."""
    watch = Watch(site.port)
    watch.follow(context)
    yield watch
    assert not watch.problems, "\n".join(watch.problems)


@pytest.fixture
def sign_in(context: BrowserContext, site: Site) -> Callable[..., Page]:
    """Sign a persona in through the form; the page afterwards. `fresh` starts a new context."""

    def enter(login: str, *, page: Page | None = None) -> Page:
        page = page or context.new_page()
        page.goto(f"{site.url}/account/login/")
        page.get_by_label("職員番号").fill(login)
        page.locator("input[type=password]").fill(PASSWORD)
        page.get_by_role("button", name="サインイン", exact=True).click()
        page.wait_for_url(f"{site.url}/")
        page.wait_for_load_state("networkidle")  # keys answer when the controllers are there
        return page

    return enter


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """Run axe-core on a page; one line a violation. WCAG 2.2 A and AA and best practices."""

    def run(page: Page) -> list[str]:
        # Evaluated through the debugger, which the page's own policy does not govern.
        page.evaluate(AXE)
        result = page.evaluate("async () => await axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{page.url} {violation['id']}: {node['target']} {node['failureSummary']}"
            for violation in result["violations"]
            for node in violation["nodes"]
        ]

    return run


@pytest.fixture(scope="session")
def samples() -> Path:
    """Small papers committed for tests."""
    return ROOT / "tests" / "samples" / "papers"
