"""The frame in a browser: keys, input methods, menus, language, narrow screens, paper."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Watch
from tests.e2e.site import Site

SignIn = Callable[..., Page]
Axe = Callable[[Page], list[str]]
WIDTHS = {"desktop": (1440, 900), "tablet": (820, 1180), "phone": (390, 844)}


def resize(page: Page, device: str) -> None:
    width, height = WIDTHS[device]
    page.set_viewport_size({"width": width, "height": height})


@pytest.mark.parametrize("device", WIDTHS)
@pytest.mark.parametrize(
    "path", ["/account/login/", "/style-guide/", "/style-guide/states/", "/accessibility/"]
)
def test_pages_for_everybody_have_no_fault(
    page: Page, site: Site, axe: Axe, path: str, device: str
) -> None:
    resize(page, device)
    page.goto(site.url + path)
    page.wait_for_load_state("networkidle")
    assert axe(page) == []


@pytest.mark.parametrize("device", WIDTHS)
def test_the_first_page_has_no_fault(sign_in: SignIn, axe: Axe, device: str) -> None:
    page = sign_in("clerk")
    resize(page, device)
    assert axe(page) == []
    page.get_by_role("button", name="自分のメニュー").click()
    assert axe(page) == []


def test_slash_goes_to_the_search_box_and_question_mark_lists_the_keys(sign_in: SignIn) -> None:
    page = sign_in("clerk")
    box = page.locator("#find-box")
    page.keyboard.press("/")
    expect(box).to_be_focused()
    page.keyboard.type("夜間/断水?")
    assert box.input_value() == "夜間/断水?"
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()


def test_a_half_written_word_is_nobodys_shortcut(sign_in: SignIn) -> None:
    page = sign_in("clerk")
    page.locator("#find-box").focus()
    typing = page.context.new_cdp_session(page)
    typing.send(
        "Input.imeSetComposition", {"text": "だんすい", "selectionStart": 4, "selectionEnd": 4}
    )
    page.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: '?', isComposing: true, bubbles: true}))"
    )
    expect(page.locator("#keys")).to_be_hidden()
    assert page.url.endswith("/")
    typing.send("Input.insertText", {"text": "断水"})
    assert page.locator("#find-box").input_value() == "断水"


def test_the_menu_by_keyboard(sign_in: SignIn) -> None:
    page = sign_in("clerk")
    button = page.get_by_role("button", name="自分のメニュー")
    button.focus()
    page.keyboard.press("ArrowDown")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#person-menu a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(button).to_be_focused()


def test_the_first_stop_skips_to_the_content(sign_in: SignIn) -> None:
    page = sign_in("clerk")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_english_and_back(sign_in: SignIn) -> None:
    page = sign_in("colleague")
    page.get_by_role("button", name="自分のメニュー").click()
    page.locator("#person-menu").get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_contain_text("Waiting for you")
    page.get_by_role("button", name="Your menu").click()
    page.locator("#person-menu").get_by_role("button", name="日本語").click()
    expect(page.locator("h1")).to_contain_text("あなたを待っているもの")


@pytest.mark.parametrize("width", [320, 390, 820])
def test_nothing_sticks_out_of_a_narrow_screen(sign_in: SignIn, site: Site, width: int) -> None:
    page = sign_in("clerk")
    page.set_viewport_size({"width": width, "height": 700})
    for path in ("/", "/account/sessions/", "/account/2fa/", "/style-guide/states/"):
        page.goto(site.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_places_below_768_are_five_at_most(sign_in: SignIn) -> None:
    page = sign_in("clerk")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator(".nav")).to_be_hidden()
    places = page.locator(".bot li")
    assert 2 <= places.count() <= 5
    page.get_by_role("button", name="その他").click()
    expect(page.locator("#others")).to_be_visible()
    assert page.locator("#others").get_by_role("button", name="サインアウト").is_visible()


def test_a_wrong_password_takes_the_focus_to_the_reason(page: Page, site: Site, axe: Axe) -> None:
    page.goto(f"{site.url}/account/login/")
    page.get_by_label("職員番号").fill("clerk")
    password = page.locator("#id_password")
    password.fill("wrong password")
    page.get_by_role("button", name="パスワードを表示する").click()
    expect(password).to_have_attribute("type", "text")
    page.get_by_role("button", name="サインイン", exact=True).click()
    expect(page.locator(".note.ng")).to_be_focused()
    assert page.locator("#id_login").input_value() == "clerk"
    assert axe(page) == []


def test_words_of_scripts_a_question_and_an_undo(sign_in: SignIn) -> None:
    page = sign_in("clerk")
    page.evaluate(
        "async () => { const {toast} = await import('web/toast');"
        " toast('決裁しました', {undo: () => { document.title = 'undone'; }}); }"
    )
    page.get_by_role("button", name="元に戻す").click()
    expect(page).to_have_title("undone")
    page.evaluate(
        "async () => { const {ask} = await import('web/ask');"
        " const answered = (yes) => { document.title = `answer ${yes}`; };"
        " ask('否決しますか', {yes: '否決する'}).then(answered); }"
    )
    expect(page.get_by_role("button", name="やめる")).to_be_focused()  # the safe answer
    page.keyboard.press("Enter")
    expect(page).to_have_title("answer false")


def test_htmx_runs_no_text_out_of_attributes(sign_in: SignIn, watch: Watch) -> None:
    page = sign_in("clerk")
    refused = page.evaluate(
        "async () => { const {default: htmx} = await import('htmx');"
        " const box = document.createElement('div'); document.body.append(box);"
        " box.innerHTML = '<b hx-on:click=\"window.ran = 1\">x</b>';"
        " try { htmx.process(box); box.firstChild.click(); } catch (error) { return 'refused'; }"
        " await new Promise((done) => setTimeout(done, 100)); return window.ran ?? 'not run'; }"
    )
    assert refused != 1 and page.evaluate("window.ran") is None
    # our own refusal, before the browser's policy would have had to refuse
    assert all("may not run scripts" in problem for problem in watch.problems)
    watch.problems.clear()


def test_reduced_motion_stops_what_turns(page: Page, site: Site) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{site.url}/style-guide/states/")
    duration = page.locator(".spin").evaluate("it => getComputedStyle(it).animationDuration")
    assert float(re.sub(r"[^\d.e-]", "", duration)) < 0.001


def test_paper_shows_the_sheet_alone(sign_in: SignIn) -> None:
    page = sign_in("clerk")
    page.emulate_media(media="print")
    for part in (".nav", ".bar", ".bot", "#toasts"):
        expect(page.locator(part)).to_be_hidden()
    assert "Mincho" in page.evaluate("getComputedStyle(document.body).fontFamily")
