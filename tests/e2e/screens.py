"""`make screens`: photographs every screen of the demo city into docs/screens, at 1440 × 900 and
820 × 1180 (and the portal at 390 × 844), each at most 150 KB.

`SCREENS_DATA_DIR=` uses a data folder where the demo's scans have been read already; otherwise
the demo is loaded into a temporary one and read first, which takes a quarter of an hour.
"""

import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import django
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.site import Site
from tests.operations.serving import ROOT

TARGET = ROOT / "docs" / "screens"
SIZES = {"desktop": (1440, 900), "tablet": (820, 1180), "phone": (390, 844)}
LIMIT = 150 * 1024
WORD = quote("夜間断水")


def _open_first_hit(page: Page) -> None:
    """From the results to the viewer, at the hit."""
    page.locator("main a[href*='/documents/']").first.click()
    page.wait_for_url("**/documents/**")
    page.locator(".v-scroll .hit.now").first.wait_for(timeout=20_000)


def _upload_some(page: Page) -> None:
    """A few files under way."""
    folder = ROOT / "tests" / "samples" / "papers"
    names = ["born.pdf", "word.docx", "fax.tif", "number.pdf"]
    page.locator("input[type=file]").set_input_files([str(folder / name) for name in names])
    page.wait_for_timeout(4000)


def _name_a_usual_folder(page: Page) -> None:
    """The data folder of whoever takes the pictures is nobody's business."""
    page.evaluate(
        """() => { for (const place of document.querySelectorAll("dd, code"))
            if (place.textContent.trim().startsWith("/")) place.textContent = "/srv/fuzukue" }"""
    )


@dataclass(frozen=True)
class Shot:
    """One screen: its file name, who looks, where, and what to do there first."""

    name: str
    login: str
    path: str
    before: Callable[[Page], None] | None = None
    sizes: tuple[str, ...] = ("desktop", "tablet")


SHOTS = (
    Shot("signin", "", "/account/login/"),
    Shot("portal", "clerk", "/", sizes=("desktop", "tablet", "phone")),
    Shot("search", "clerk", f"/search/?q={WORD}"),
    Shot("search-empty", "clerk", f"/search/?q={quote('夜間断水補償')}"),
    Shot("viewer", "clerk", f"/search/?q={WORD}", _open_first_hit),
    Shot("upload", "clerk", "/documents/upload/", _upload_some),
    Shot("library", "clerk", "/documents/"),
    Shot("notifications", "clerk", "/notifications/"),
    Shot("know", "clerk", "/know/"),
    Shot("sessions", "clerk", "/account/sessions/"),
    Shot("not-found", "clerk", "/nothing-here/"),
    Shot("held", "records", "/operations/held/"),
    Shot("audit", "auditor", "/operations/audit/"),
    Shot("status", "admin", "/operations/status/", _name_a_usual_folder),
    Shot("jobs", "admin", "/operations/jobs/"),
    Shot("states", "clerk", "/style-guide/states/"),
    Shot("components", "clerk", "/style-guide/"),
)


def sign_in(page: Page, url: str, login: str) -> None:
    """Through the form."""
    from groupware.operations.demo.city import PASSWORD  # needs Django set up

    page.goto(f"{url}/account/login/")
    page.get_by_label("職員番号").fill(login)
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="サインイン", exact=True).click()
    page.wait_for_url(f"{url}/")


def store(picture: bytes, path: Path) -> None:
    """Keep a picture as a palette PNG of at most 150 KB."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in (256, 192, 128, 96, 64, 48):
        # Maximum coverage keeps the few red and yellow pixels that carry the meaning.
        palette = image.quantize(
            colours, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
        )
        palette.save(path, optimize=True)
        if path.stat().st_size <= LIMIT:
            return
    raise AssertionError(f"{path.name} is over {LIMIT} bytes")


def photograph(browser: Browser, url: str, shots: tuple[Shot, ...] = SHOTS) -> None:
    """Take every shot at every size."""
    TARGET.mkdir(exist_ok=True)
    for size, (width, height) in SIZES.items():
        for login in dict.fromkeys(shot.login for shot in shots):
            context = browser.new_context(
                locale="ja-JP",
                timezone_id="Asia/Tokyo",
                viewport={"width": width, "height": height},
            )
            page = context.new_page()
            if login:
                sign_in(page, url, login)
            for shot in shots:
                if shot.login != login or size not in shot.sizes:
                    continue
                page.goto(f"{url}{shot.path}")
                page.wait_for_load_state("networkidle")
                if shot.before is not None:
                    shot.before(page)
                page.wait_for_timeout(600)
                store(page.screenshot(), TARGET / f"{shot.name}-{size}.png")
                print(f"{shot.name}-{size}.png")
            context.close()


def main() -> None:
    """Serve the demo, wait for its scans, take the pictures (or those named as arguments)."""
    chosen = tuple(shot for shot in SHOTS if not sys.argv[1:] or shot.name in sys.argv[1:])
    given = os.environ.get("SCREENS_DATA_DIR")
    folder = Path(given) if given else Path(tempfile.mkdtemp(prefix="screens-")) / "data"
    site = Site(folder)
    site.command("demo", "load", timeout=1800)
    site.start()
    try:
        if not given:
            deadline = time.monotonic() + 2400
            while time.monotonic() < deadline and "readable" not in _left(site):
                time.sleep(10)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
            )
            photograph(browser, site.url, chosen)
            browser.close()
    finally:
        site.stop()


def _left(site: Site) -> str:
    """ "readable" when no paper waits to be read any more."""
    code = (
        "from groupware.ingestion.models import Reading; "
        "print(Reading.objects.exclude(state__in=['done', 'held', 'failed']).count() or 'readable')"
    )
    return site.command("shell", "--no-imports", "-c", code)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "groupware.settings.test")
    django.setup()
    main()
