"""The main job in a real browser: a degraded scan goes in, a colleague's word is boxed on it, and
somebody who may not read it finds nothing."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Watch
from tests.e2e.site import Site

WORD = "夜間断水"  # stands once on the scan, and nowhere else in this city
READ_MS = 180_000


@pytest.fixture
def other(
    browser: Browser,
    browser_context_args: dict[str, object],
    watch: Watch,
) -> Callable[[], Page]:
    """Pages of further people, each in a browser context of their own, watched as well."""

    def open_context() -> Page:
        context = browser.new_context(**browser_context_args)  # type: ignore[arg-type]  # same keys
        watch.follow(context)
        return context.new_page()

    return open_context


def put_in(page: Page, site: Site, *files: Path) -> None:
    """Choose files on the upload screen."""
    page.goto(f"{site.url}/documents/upload/")
    page.locator("input[type=file]").set_input_files([str(file) for file in files])


def row_of(page: Page, name: str) -> str:
    """The selector of a file's row on the upload screen."""
    return f'li.import[data-name="{name}"]'


def test_a_scan_becomes_findable_and_only_for_those_who_may(
    site: Site,
    sign_in: Callable[..., Page],
    other: Callable[[], Page],
    samples: Path,
) -> None:
    stranger = sign_in("outsider", page=other())
    heard: list[str] = []
    stranger.on(
        "websocket", lambda socket: socket.on("framereceived", lambda data: heard.append(str(data)))
    )
    stranger.reload()

    clerk = sign_in("clerk")
    put_in(clerk, site, samples / "scan.pdf")
    row = clerk.locator(row_of(clerk, "scan.pdf"))
    expect(row).to_have_attribute("data-state", "done", timeout=READ_MS)
    document = row.get_attribute("data-document")
    address = f"{site.url}/documents/{document}/"

    head = sign_in("head", page=other())
    head.keyboard.press("/")
    head.keyboard.type(WORD)
    head.keyboard.press("Enter")
    head.wait_for_url("**/search/**")
    hit = head.get_by_role("link", name="scan").first
    expect(hit).to_be_visible()
    expect(head.locator("mark", has_text=WORD).first).to_be_visible()
    hit.click()
    head.wait_for_url(f"{address}**")
    box = head.locator(".v-scroll .hit.now").first
    expect(box).to_be_in_viewport()

    stranger.goto(f"{site.url}/search/?q={quote(WORD)}")
    expect(stranger.get_by_text("当たりはありません")).to_be_visible()
    assert "scan" not in stranger.locator("main").inner_text()
    missing = "00000000-0000-4000-8000-000000000000"
    for tail in ("", "pages/1/image/", "pages/1/thumb/", "pages/1/text/", "download/", "hits/"):
        hidden = stranger.request.get(f"{address}{tail}")
        absent = stranger.request.get(f"{site.url}/documents/{missing}/{tail}")
        assert hidden.status == absent.status == 404, tail
        assert _without_reference(hidden.text()) == _without_reference(absent.text()), tail
    assert not [frame for frame in heard if "file-progress" in frame]


def _without_reference(body: str) -> str:
    """An error page without what differs at every request: reference numbers, nonces, tokens."""
    import re

    body = re.sub(r'(nonce|content|value)="[^"]*"', "", body)
    body = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", body)
    body = re.sub(r'"x-csrftoken": "[^"]*"', "", body)
    return re.sub(r"K\d-\d{4}-[0-9A-Za-z-]+|[A-Z0-9]{1,4}-\d{4}-\w+", "", body)


def test_progress_survives_a_closed_tab(
    site: Site, sign_in: Callable[..., Page], samples: Path
) -> None:
    page = sign_in("colleague")
    put_in(page, site, samples / "fax.tif")
    row = page.locator(row_of(page, "fax.tif"))
    expect(row).to_be_visible()
    expect(row).not_to_have_attribute("data-state", "sending", timeout=30_000)
    page.close()
    again = sign_in_again = page.context.new_page()
    sign_in_again.goto(f"{site.url}/documents/upload/")
    row = again.locator(row_of(again, "fax.tif"))
    expect(row).to_have_attribute("data-state", "done", timeout=READ_MS)


def test_a_personal_number_holds_the_file_until_it_is_released(
    site: Site,
    sign_in: Callable[..., Page],
    other: Callable[[], Page],
    samples: Path,
) -> None:
    clerk = sign_in("clerk")
    put_in(clerk, site, samples / "number.pdf")
    row = clerk.locator(row_of(clerk, "number.pdf"))
    expect(row).to_have_attribute("data-state", "held", timeout=READ_MS)
    expect(row).to_contain_text("個人番号")
    head = sign_in("head", page=other())
    address = f"{site.url}/documents/{row.get_attribute('data-document')}/"
    assert head.request.get(address).status == 404

    records = sign_in("records", page=other())
    records.goto(f"{site.url}/operations/held/")
    expect(records.locator("main")).to_contain_text("number")


def test_refused_files_say_why(
    site: Site, sign_in: Callable[..., Page], samples: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "空.pdf"
    empty.write_bytes(b"")
    strange = tmp_path / "様式.pdf"
    strange.write_bytes(b"MZ" + bytes(2000))
    page = sign_in("clerk")
    put_in(page, site, empty, strange)
    for name in ("空.pdf", "様式.pdf"):
        row = page.locator(row_of(page, name))
        expect(row).to_have_attribute("data-state", "failed", timeout=60_000)
        assert len(row.inner_text().splitlines()) >= 3, "a cause and a remedy"
