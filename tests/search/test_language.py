"""The query language: what each sign means, and that every text has a meaning."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.language.nodes import And, Exact, Node, Not, Or, Term
from search.language.parser import MAX_LEAVES, parse
from search.language.period import parse_period
from search.language.rephrase import shorter


@pytest.mark.parametrize(
    ("raw", "node"),
    [
        ("断水", Term("断水")),
        ("断水　給水", And((Term("断水"), Term("給水")))),
        ("断水 AND 給水", And((Term("断水"), Term("給水")))),
        ("「夜間断水」", Exact("夜間断水")),
        ("“夜間断水”", Exact("夜間断水")),
        ('"night work"', Exact("night work")),
        ("断水 -給水", And((Term("断水"), Not(Term("給水"))))),
        ("断水 ー給水", And((Term("断水"), Not(Term("給水"))))),
        ("断水 NOT 給水", And((Term("断水"), Not(Term("給水"))))),
        ("断水 -「夜間 断水」", And((Term("断水"), Not(Exact("夜間断水"))))),
        ("断水 OR 給水", Or((Term("断水"), Term("給水")))),
        ("断水 または 給水 手配", And((Or((Term("断水"), Term("給水"))), Term("手配")))),
        ("(断水 OR 給水) 手配", And((Or((Term("断水"), Term("給水"))), Term("手配")))),
        ("工事の施行について(伺い)", Term("工事の施行について(伺い)")),
        ("「閉じない", Term("「閉じない")),
        ("「修飾子」を使う", Term("「修飾子」を使う")),
        ("A-B", Term("a-b")),
        ("- OR NOT ()", None),
        ("", None),
    ],
)
def test_signs(raw: str, node: Node | None) -> None:
    assert parse(raw).node == node


def test_filters_are_taken_out() -> None:
    query = parse("断水 種別:文書 部署：工務課,業務課 期間:令和5年度〜R7.9.30 作成者:佐藤")
    assert query.node == Term("断水")
    assert query.filters.kinds == ("文書",)
    assert query.filters.sections == ("工務課", "業務課")
    assert query.filters.authors == ("佐藤",)
    assert (query.filters.since, query.filters.until) == (date(2023, 4, 1), date(2025, 9, 30))


@pytest.mark.parametrize(
    ("value", "period"),
    [
        ("令和7年度", (date(2025, 4, 1), date(2026, 3, 31))),
        ("2024", (date(2024, 1, 1), date(2024, 12, 31))),
        ("2024..2025", (date(2024, 1, 1), date(2025, 12, 31))),
        ("令和7年6月", (date(2025, 6, 1), date(2025, 6, 30))),
        ("〜令和5年", (None, date(2023, 12, 31))),
        ("令和5年以降", (date(2023, 1, 1), None)),
        ("令和5年まで", (None, date(2023, 12, 31))),
        ("きのう", None),
    ],
)
def test_periods(value: str, period: tuple[date | None, date | None] | None) -> None:
    assert parse_period(value) == period


@pytest.mark.parametrize(
    ("raw", "question"),
    [
        ("断水", False),
        ("転出届に必要な書類は？", True),
        ("日本で梅雨がないのは北海道とどこか。", True),
        ("転入 届 必要 書類 持ち物", True),
        ("住民票の写しの交付", False),
        ("断水 OR 給水 OR 手配 OR 周知 OR 広報", False),
    ],
)
def test_questions(raw: str, question: bool) -> None:
    assert parse(raw).question is question


SIGNS = st.text(
    st.sampled_from('税断水 　-ー"「」『』“”()（）OR|NOTAND種別:期間：令和7年\x00\ud800'),
    max_size=60,
)


@settings(max_examples=300)
@given(st.text(max_size=200) | SIGNS)
def test_every_text_has_a_meaning(raw: str) -> None:
    for literal in (False, True):
        parse(raw, literal=literal)
    shorter(raw)


def test_long_queries_are_bounded() -> None:
    node = parse(" ".join(f"語{number}" for number in range(400))).node
    assert isinstance(node, And)
    assert len(node.children) <= MAX_LEAVES


def test_shorter_searches() -> None:
    assert "夜間断水" in shorter("夜間断水補償")
    assert shorter("断水 給水") == ["断水", "給水"]
