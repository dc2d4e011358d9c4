"""Clean and folded texts, their maps back, dates and numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import dates, grams, numbers, words
from search.analysis.analyzer import analyze
from search.analysis.clean import clean
from search.analysis.fold import fold, fold_text
from search.analysis.kanji import MODERN

JAPANESE = st.text(
    st.sampled_from(
        "市民税断水ヴァティーサバ・ｶﾞ ゛か゚㈱１Aａ-ー。\n　髙﨑齋邊申込み\U000e0100令和七年〇"
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("ﾎﾟﾝﾌﾟ場", "ポンプ場"),
        ("ＬＧＷＡＮ", "lgwan"),
        ("均 等 割　付", "均等割付"),
        ("市民\n課", "市民課"),
        ("一行目\n\n二行目", "一行目\n\n二行目"),
        ("１ー２−３", "1-2-3"),
        ("葛\U000e0100城市", "葛城市"),
        ("a b", "a b"),
        ("㈱尾乃", "(株)尾乃"),
    ],
)
def test_clean(raw: str, expected: str) -> None:
    assert clean(raw).text == expected


@given(st.text(max_size=60) | JAPANESE)
def test_offsets_lead_back(raw: str) -> None:
    cleaned = clean(raw)
    assert len(cleaned.offsets) == len(cleaned.text) + 1
    assert list(cleaned.offsets) == sorted(cleaned.offsets)
    folded = fold(cleaned)
    assert len(folded.offsets) == len(folded.text) + 1
    assert list(folded.offsets) == sorted(folded.offsets)
    for position in range(len(folded.text)):
        start, end = cleaned.span(*folded.span(position, position + 1))
        assert 0 <= start < end <= len(raw)


@given(st.text(max_size=60) | JAPANESE)
def test_analysis_never_fails(raw: str) -> None:
    tokens = analyze(raw, raw)
    for column in (tokens.t, tokens.w, tokens.g, tokens.d, tokens.n):
        assert "\x00" not in column
        assert column == " ".join(column.split())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("サーバー", "サーバ"),
        ("ヴァイオリン", "バイオリン"),
        ("ティーム", "チーム"),
        ("ディジタル", "デジタル"),
        ("ごみ", "ゴミ"),
        ("ファックス", "ハックス"),
        ("サーバー・ルーム", "サーバルーム"),
        ("渡邊", "渡辺"),
        ("髙﨑", "高崎"),
        ("齋藤", "斉藤"),
        ("國廣", "国広"),
        ("ヰ", "イ"),
    ],
)
def test_fold_unites(one: str, other: str) -> None:
    assert fold_text(clean(one).text) == fold_text(clean(other).text)


def test_modern_kanji_are_not_chained() -> None:
    """A form in use never maps on, or two words would meet through a third."""
    assert not set(MODERN.values()) & set(MODERN)


def test_bigrams_end_a_run() -> None:
    assert grams.bigrams("市民税 課") == ["市民", "民税", "税", "課"]
    assert grams.phrase("市民") == (["市民"], False)
    assert grams.phrase("税") == (["税"], True)
    assert grams.phrase("市民 税") == (["市民", "民", "税"], True)


def test_words_are_normalized() -> None:
    for spelling in ("申込み", "申し込み", "申込"):
        assert words.tokens(spelling) == words.tokens("申し込み")
    assert words.tokens("断水の周知は") == ["断水", "周知"]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("令和7年6月16日", ["y2025", "ym2025-06", "d2025-06-16"]),
        ("令和七年六月十六日", ["y2025", "ym2025-06", "d2025-06-16"]),
        ("r7.6.16", ["y2025", "ym2025-06", "d2025-06-16"]),
        ("2025/06/16", ["y2025", "ym2025-06", "d2025-06-16"]),
        ("二〇二五年", ["y2025"]),
        ("令和7年度", ["y2025", "fy2025"]),
        ("令和元年", ["y2019"]),
        ("平成31年4月30日", ["y2019", "ym2019-04", "d2019-04-30"]),
        ("昭和62年9月", ["y1987", "ym1987-09"]),
        ("令和7年13月", ["y2025"]),
        ("s3", []),
        ("電話 0865-2025-1234", []),
    ],
)
def test_dates(text: str, tokens: list[str]) -> None:
    assert [token for mention in dates.dates(text) for token in mention.tokens] == tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("7総行第423号", ["第423号", "7総行第423号"]),
        ("尾水工第 112 号", ["第112号", "尾水工第112号"]),
        ("第十二条", ["第12条"]),
        ("市民-令8-0214", ["市民令8-214"]),
        ("百二十三", []),
    ],
)
def test_numbers(text: str, tokens: list[str]) -> None:
    assert numbers.numbers(text) == tokens
