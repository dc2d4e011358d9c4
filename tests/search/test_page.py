"""The search page and its preview, asked as people ask them."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client
from django.urls import reverse

from groupware.audit.models import Entry
from groupware.organization.models import Staff
from tests.search.conftest import KIND, Library

ClientAs = Callable[[Staff], Client]
PAGE = "/search/"


def _html(client: Client, address: str = PAGE, **parameters: str | int) -> str:
    response = client.get(address, parameters)
    assert response.status_code == 200
    return response.content.decode()


def test_nobody_is_sent_to_sign_in(client: Client, db: None) -> None:
    assert client.get(PAGE).status_code == 302


def test_without_words_it_says_how(library: Library, clerk: Staff, client_as: ClientAs) -> None:
    assert "探し方" in _html(client_as(clerk))


def test_hits_are_shown_with_marks(library: Library, clerk: Staff, client_as: ClientAs) -> None:
    library.add(
        "表紙",
        "夜間断水の対象は 86 戸である。<b>",
        title="配水管布設替工事",
        owner_section_id=7,
        section_label="上下水道部 工務課",
        fiscal_year=1987,
    )
    html = _html(client_as(clerk), q="夜間断水")
    assert "「夜間断水」" in html
    assert "<mark>夜間断水</mark>の対象は 86 戸である。&lt;b&gt;" in html
    assert "あなたが見られるものだけを数えています" in html
    assert "上下水道部 工務課・昭和62年度" in html


def test_the_tag_of_faint_pages(library: Library, clerk: Staff, client_as: ClientAs) -> None:
    library.add("断水", is_scan=True, confidence=80.0)
    assert "読み取り精度 低" in _html(client_as(clerk), q="断水")


def test_filters_live_in_the_address(library: Library, clerk: Staff, client_as: ClientAs) -> None:
    library.add(
        "断水", title="甲", owner_section_id=7, section_label="上下水道部 工務課", fiscal_year=2025
    )
    library.add(
        "断水", title="乙", owner_section_id=8, section_label="市民部 市民課", fiscal_year=1990
    )
    html = _html(client_as(clerk), q="断水", department="市民部")
    assert ">乙<" in html
    assert ">甲<" not in html
    assert "所属: 市民部" in html
    assert 'value="上下水道部"' in html  # still offered, with its own count
    html = _html(client_as(clerk), q="断水", era="reiwa")
    assert ">甲<" in html
    assert ">乙<" not in html


def test_a_choice_can_be_taken_back(library: Library, clerk: Staff, client_as: ClientAs) -> None:
    library.add("断水", owner_section_id=8, section_label="市民部 市民課")
    client = client_as(clerk)
    html = _html(client, q="断水", department="市民部", author="佐藤", period="令和7年度")
    assert f"{reverse('search:search')}?q=%E6%96%AD%E6%B0%B4&amp;period=" in html
    assert "条件をすべて外す" in html


def test_a_period_that_is_none_is_said(library: Library, clerk: Staff, client_as: ClientAs) -> None:
    library.add("断水")
    assert "期間として読めません" in _html(client_as(clerk), q="断水", period="きのう")


def test_no_hits_offer_what_would_be_found(
    library: Library, clerk: Staff, client_as: ClientAs
) -> None:
    library.add("夜間断水の対象")
    html = _html(client_as(clerk), q="夜間断水補償")
    assert "「夜間断水補償」の当たりはありません" in html
    assert "「夜間断水」で探す" in html


def test_hidden_and_unknown_give_the_same_page(
    library: Library, clerk: Staff, client_as: ClientAs
) -> None:
    library.add("夜間断水", scope=library.scope("u999999"), title="秘密の件名")
    client = client_as(clerk)
    hidden = _html(client, q="夜間断水").replace("夜間断水", "＊")
    unknown = _html(client, q="夜間通水").replace("夜間通水", "＊")
    assert "秘密の件名" not in hidden
    assert _without_tokens(hidden) == _without_tokens(unknown)


def _without_tokens(html: str) -> list[str]:
    """The lines that say something (nonces, tokens and encoded words differ between any two)."""
    return [
        line
        for line in html.splitlines()
        if "nonce" not in line and "csrf" not in line and "%E" not in line
    ]


def test_preview(library: Library, clerk: Staff, client_as: ClientAs) -> None:
    group = library.add("表紙", "夜間断水の対象", "夜間断水の時間", title="工事")
    address = reverse("search:preview", args=[KIND, group])
    html = _html(client_as(clerk), address, q="夜間断水", page=2)
    assert "<mark>夜間断水</mark>の対象" in html
    assert "2 / 3 ページ" in html
    assert "当たり 1 箇所" in html
    assert "page=3" in html


@pytest.mark.parametrize("case", ["hidden", "no page", "no group", "no kind"])
def test_no_preview_of_what_may_not_be_seen(
    library: Library, clerk: Staff, client_as: ClientAs, case: str
) -> None:
    hidden = library.add("断水", scope=library.scope("u999999"))
    open_to_all = library.add("断水")
    kind, group, page = {
        "hidden": (KIND, hidden, 1),
        "no page": (KIND, open_to_all, 9),
        "no group": (KIND, library.everybody.uuid, 1),
        "no kind": ("nothing", open_to_all, 1),
    }[case]
    address = reverse("search:preview", args=[kind, group])
    assert client_as(clerk).get(address, {"q": "断水", "page": str(page)}).status_code == 404


def test_an_auditor_who_searches_is_recorded(
    library: Library, auditor: Staff, clerk: Staff, client_as: ClientAs
) -> None:
    library.add("断水")
    _html(client_as(clerk), q="断水")
    assert not Entry.objects.filter(action="search.performed").exists()
    _html(client_as(auditor), q="断水")
    assert Entry.objects.filter(action="search.performed").count() == 1


def test_queries_do_not_grow_with_the_hits(
    library: Library,
    clerk: Staff,
    client_as: ClientAs,
    django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    client = client_as(clerk)
    library.add("断水")
    _html(client, q="断水")
    library.add_many([f"断水 {number}" for number in range(40)])
    with django_assert_max_num_queries(30):
        _html(client, q="断水")


def test_any_address_has_an_answer(library: Library, clerk: Staff, client_as: ClientAs) -> None:
    library.add("断水")
    client = client_as(clerk)
    for address in (
        "?q=%00%ED%A0%80",
        "?q=a&page=-1",
        "?q=a&page=999999",
        "?year=x&year=2025&era=none&kind=%22",
        "?q=%E6%96%AD%E6%B0%B4&section=1&order=odd&literal=1",
        "?period=%E4%BB%A4%E5%92%8C7%E5%B9%B4",
    ):
        assert client.get(PAGE + address).status_code == 200
