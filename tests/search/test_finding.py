"""What is found: spellings, two kanji, quotes, exclusions, filters, grouping, marks."""

import random
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groupware.organization.models import Staff
from search import actions, synonyms
from search.analysis.clean import clean
from search.models import Synonym
from search.results import Filters
from search.selectors import search, suggestions
from tests.conftest import count
from tests.search import jsquad
from tests.search.conftest import Library, found, marked

pytestmark = pytest.mark.postgres

VARIANTS = [
    ("long vowel dropped", "サーバーの更新", "サーバ"),
    ("long vowel added", "コンピュータの更新", "コンピューター"),
    ("ヴァ to バ", "ヴァイオリン教室", "バイオリン"),
    ("ティ to チ", "ティーム担任", "チーム"),
    ("ディ to デ", "ディジタル化", "デジタル"),
    ("half width", "ﾎﾟﾝﾌﾟ場の点検", "ポンプ"),
    ("full width", "ＬＧＷＡＮ接続", "lgwan"),
    ("hiragana for katakana", "ゴミの収集", "ごみ"),
    ("katakana for hiragana", "ごみの収集", "ゴミ"),
    ("middle dot left out", "マイナ・ポータル", "マイナポータル"),
    ("middle dot added", "マイナポータル", "マイナ・ポータル"),
    ("okurigana", "申込みの受付", "申し込み"),
    ("okurigana", "申し込みの受付", "申込"),
    ("okurigana", "引越しの手続き", "引っ越し"),
    ("kana or kanji", "子どもの医療費", "子供"),
    ("old kanji", "渡邊様からの照会", "渡辺"),
    ("old kanji", "髙﨑地区の説明会", "高崎"),
    ("old kanji", "國立公園", "国立"),
    ("era", "2019年5月の実績", "令和元年"),
    ("era", "令和元年の実績", "2019年"),
    ("era", "R1.5.7 起案", "令和元年5月7日"),
    ("era", "令和七年六月十六日", "2025/06/16"),
    ("fiscal year", "Ｒ７年度予算", "令和7年度"),
    ("article", "第十二条の規定", "第12条"),
    ("document number", "７総行第４２３号の通知", "総行第423号"),
    ("letter spaced", "均 等 割 付 の題", "均等割付"),
    ("broken line", "配水管布設替\n工事", "布設替工事"),
]


@pytest.mark.parametrize(("kind", "text", "query"), VARIANTS)
def test_variants(library: Library, clerk: Staff, kind: str, text: str, query: str) -> None:
    group = library.add(text)
    library.add("関係のない文書")
    assert found(clerk, query) == {group}, kind


def test_exact_spelling_comes_first(library: Library, clerk: Staff) -> None:
    library.add("サーバの更新。サーバの保守。サーバの廃棄。")
    exact = library.add("このたびの件につきまして、サーバーについて説明します。")
    assert search(clerk, "サーバー").hits[0].group == exact


@pytest.mark.parametrize("query", ["税", "決裁", "固定資産税", "資産税"])
def test_short_words_inside_long_ones(library: Library, clerk: Staff, query: str) -> None:
    group = library.add("固定資産税の決裁")
    assert found(clerk, query) == {group}


def test_single_kanji_at_the_end_of_a_run(library: Library, clerk: Staff) -> None:
    group = library.add("市民税。")
    assert found(clerk, "税") == {group}


def _kanji_words(texts: list[str], size: int, number: int, seed: int) -> list[str]:
    """Pieces of kanji of `size`, drawn from the texts."""
    chance = random.Random(seed)
    pieces: list[str] = []
    while len(pieces) < number:
        text = chance.choice(texts)
        start = chance.randrange(max(1, len(text) - size))
        piece = text[start : start + size]
        if len(piece) == size and all("\u4e00" <= c <= "\u9fff" for c in piece):
            pieces.append(piece)
    return pieces


def test_two_kanji_are_always_found(library: Library, clerk: Staff) -> None:
    """Recall 1.00 on real text, whether or not the two kanji are a word."""
    texts = [clean(paragraph.text).text for paragraph in jsquad.load()[0][:250]]
    groups = library.add_many(texts)
    for piece in _kanji_words(texts, 2, count(60, 400), seed=11):
        wanted = {group for group, text in zip(groups, texts, strict=True) if piece in text}
        assert wanted <= found(clerk, piece), piece


def test_exact_phrases(library: Library, clerk: Staff) -> None:
    """A quoted passage of 6 to 14 characters: recall and precision 1.00."""
    texts = [paragraph.text for paragraph in jsquad.load()[0][:250]]
    cleaned = [clean(text).text for text in texts]
    groups = library.add_many(texts)
    chance = random.Random(12)
    for _ in range(count(60, 300)):
        text = chance.choice(cleaned)
        start = chance.randrange(len(text) - 14)
        phrase = text[start : start + chance.randint(6, 14)].strip()
        if any(sign in phrase for sign in '「」『』“”"\n'):
            continue
        wanted = {group for group, text in zip(groups, cleaned, strict=True) if phrase in text}
        assert found(clerk, f"「{phrase}」") == wanted, phrase
        assert found(clerk, phrase, literal=True) >= wanted or " " in phrase


def test_quotes_are_letter_by_letter(library: Library, clerk: Staff) -> None:
    long, short = library.add("サーバーの更新"), library.add("サーバの更新")
    assert found(clerk, "サーバー") == {long, short}
    assert found(clerk, "「サーバーの」") == {long}
    assert found(clerk, "「サーバの」") == {short}
    assert found(clerk, "サーバー", literal=True) == {long}


def test_and_or_not(library: Library, clerk: Staff) -> None:
    both = library.add("断水と給水")
    one = library.add("断水の周知")
    other = library.add("給水車の手配")
    assert found(clerk, "断水 給水") == {both}
    assert found(clerk, "断水 OR 給水") == {both, one, other}
    assert found(clerk, "断水 -給水") == {one}
    assert found(clerk, "断水 -「給水」") == {one}
    assert found(clerk, "「断水の」 OR 「給水車」") == {one, other}
    assert found(clerk, "(断水 OR 給水) -周知") == {both, other}
    assert found(clerk, "-断水") == {other}
    assert found(clerk, "-「断水の」") == {both, other}


def test_not_holds_over_every_spelling(library: Library, clerk: Staff) -> None:
    library.add("サーバの更新")
    other = library.add("端末の更新")
    assert found(clerk, "更新 -サーバー") == {other}


def test_title_and_text_together(library: Library, clerk: Staff) -> None:
    group = library.add("対象は86戸である。", title="夜間断水のお知らせ")
    assert found(clerk, "夜間断水 86戸") == {group}
    assert found(clerk, "断水") == {group}


def test_questions_rank_by_content(library: Library, clerk: Staff) -> None:
    for number in range(60):
        library.add(f"庁舎の管理について、その{number}。必要な手続は総務課へ。")
    wanted = library.add("転出届には、本人確認書類と印鑑登録証が必要です。")
    results = search(clerk, "転出届を出すときに必要な書類は何ですか？")
    assert results.hits[0].group == wanted


def test_sentence_without_a_literal_hit(library: Library, clerk: Staff) -> None:
    group = library.add("転出届は市民課の窓口で受け付けます。")
    results = search(clerk, "転出届を窓口に出す")
    assert {hit.group for hit in results.hits} == {group}
    assert results.notes


def test_synonyms_are_said_and_can_be_left_out(library: Library, clerk: Staff) -> None:
    synonyms.load_table(Synonym.CITY, synonyms.CITY_TABLE)
    long, short = library.add("国民健康保険税の減免"), library.add("国保税の減免")
    library.add("介護保険料の減免")
    results = search(clerk, "国保税")
    assert {hit.group for hit in results.hits} == {long, short}
    assert results.spellings == ["国民健康保険税", "こくほ税"]
    assert results.hits[0].group == short
    assert found(clerk, "国保税", literal=True) == {short}
    assert found(clerk, "減免 -国保税") == found(clerk, "介護保険料")


def test_hits_are_grouped_with_their_best_pages(library: Library, clerk: Staff) -> None:
    group = library.add("表紙", "断水の周知。断水の時間。", "別紙", "断水", title="工事")
    results = search(clerk, "断水")
    assert results.total == 1
    (hit,) = results.hits
    assert hit.group == group
    assert {page.unit for page in hit.pages} == {2, 4}
    assert hit.units_hit == 2
    assert hit.url == f"/notes/{group}/?page={hit.page}"


def test_a_hit_in_the_title_alone_shows_the_first_page(library: Library, clerk: Staff) -> None:
    library.add("表紙", "本文", title="夜間断水のお知らせ")
    (hit,) = search(clerk, "夜間断水").hits
    assert [page.unit for page in hit.pages] == [1]
    assert [s.text for s in hit.title_segments if s.marked] == ["夜間断水"]


def test_marks_and_boxes(library: Library, clerk: Staff) -> None:
    text = "なお、断水を伴うため周知する。夜間・昼の断水ではない。夜間断水の対象は 86 戸である。"
    library.add(text)
    (hit,) = search(clerk, "夜間断水").hits
    assert "[夜間断水]の対象は" in marked(hit)
    start = text.index("夜間断水")
    assert hit.pages[0].spans == [(start, start + 4)]
    assert [(box.x, box.w) for box in hit.pages[0].boxes] == [(start, 4)]


@pytest.mark.parametrize(
    ("text", "query", "mark"),
    [
        ("ﾎﾟﾝﾌﾟ場を見る", "ポンプ", "ﾎﾟﾝﾌﾟ"),
        ("均 等 割 付の題", "均等割付", "均 等 割 付"),
        ("サーバーの更新", "サーバ", "サーバー"),
        ("申込みの受付", "申し込み", "申込み"),
        ("2019年5月の実績", "令和元年5月", "2019年5月"),
    ],
)
def test_marks_of_variants(
    library: Library, clerk: Staff, text: str, query: str, mark: str
) -> None:
    library.add(text)
    (hit,) = search(clerk, query).hits
    assert [s.text for s in hit.pages[0].snippet if s.marked] == [mark]


def test_snippet_is_short_and_cut_at_a_stop(library: Library, clerk: Staff) -> None:
    library.add("前の文である。" * 30 + "ここで夜間断水を行う。" + "後の文である。" * 30)
    (hit,) = search(clerk, "夜間断水").hits
    snippet = "".join(segment.text for segment in hit.pages[0].snippet)
    assert "夜間断水" in snippet
    assert len(snippet) <= 100
    assert snippet.startswith("…") and snippet.endswith("。…")


def test_facets_are_exact_and_add_up(library: Library, clerk: Staff) -> None:
    facts: list[dict[str, Any]] = [
        {"owner_section_id": 1, "section_label": "工務課", "fiscal_year": 2025},
        {"owner_section_id": 1, "section_label": "工務課", "fiscal_year": 2024},
        {"owner_section_id": 2, "section_label": "業務課", "fiscal_year": 2024},
    ]
    for number, fact in enumerate(facts):
        library.add("断水", "断水", title=f"{number}", **fact)
    results = search(clerk, "断水")
    assert [(v.label, v.count) for v in results.facets["section"]] == [("工務課", 2), ("業務課", 1)]
    assert [(v.value, v.count) for v in results.facets["era"]] == [("reiwa", 3)]
    assert [(v.value, v.count) for v in results.facets["year"]] == [("2025", 1), ("2024", 2)]
    assert [(v.value, v.count) for v in results.facets["kind"]] == [("note", 3)]
    chosen = search(clerk, "断水", filters=Filters(sections=(1,), years=(2024,)))
    assert chosen.total == 1
    assert {v.value: v.count for v in chosen.facets["section"]} == {"1": 1, "2": 1}
    assert {v.value: v.count for v in chosen.facets["year"]} == {"2025": 1, "2024": 1}
    assert found(clerk, "断水 部署:業務課") == found(clerk, "断水", filters=Filters(sections=(2,)))
    assert found(clerk, "断水 種別:メモ") == found(clerk, "断水")
    assert found(clerk, "断水 種別:会議録") == set()


def test_period_and_author(library: Library, clerk: Staff) -> None:
    old = library.add("断水", made_on=date(1987, 9, 24), author="佐藤 恵子")
    new = library.add("断水", made_on=date(2025, 6, 16), author="田中 一郎")
    assert found(clerk, "断水 期間:令和7年度") == {new}
    assert found(clerk, "断水 期間:〜平成元年") == {old}
    assert found(clerk, "断水 作成者:佐藤") == {old}
    assert found(clerk, "期間:令和7年度") == {new}


def test_replacing_and_removing(library: Library, clerk: Staff) -> None:
    group = library.add("断水", "給水")
    row = library.rows[group][0]
    with transaction.atomic():
        actions.put([replace(row, text="通水")])
    assert found(clerk, "断水") == set()
    assert found(clerk, "通水") == found(clerk, "給水") == {group}
    with transaction.atomic():
        actions.remove(row.kind, group, [1])
    assert found(clerk, "通水") == set()
    assert found(clerk, "給水") == {group}


def test_a_rollback_takes_the_index_with_it(library: Library, clerk: Staff) -> None:
    class Undone(Exception):
        """Rolls back."""

    with pytest.raises(Undone), transaction.atomic():
        library.add("断水")
        raise Undone
    assert search(clerk, "断水").total == 0


def test_put_needs_a_transaction(library: Library) -> None:
    assert transaction.get_connection().in_atomic_block  # pytest's; the guard is asked directly
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transaction.get_connection(), "in_atomic_block", False)
        with pytest.raises(transaction.TransactionManagementError):
            actions.remove("note", next(iter([library.everybody.uuid])))


def test_suggestions_count_what_would_be_found(library: Library, clerk: Staff) -> None:
    library.add("夜間断水の対象")
    library.add("夜間の断水")
    assert search(clerk, "夜間断水補償").total == 0
    offered = dict(suggestions(clerk, "夜間断水補償", Filters()))
    assert offered["夜間断水"] == search(clerk, "夜間断水").total


def test_pages_of_results(library: Library, clerk: Staff) -> None:
    library.add_many([f"断水 {number}" for number in range(45)])
    pages = [search(clerk, "断水", page=number, per_page=20) for number in (1, 2, 3)]
    assert [len(page.hits) for page in pages] == [20, 20, 5]
    assert len({hit.group for page in pages for hit in page.hits}) == 45
    assert {page.total for page in pages} == {45}
    assert pages[0].pages == 3


WILD = st.text(max_size=80) | st.text(
    st.sampled_from("税断水サ 　-ー*^:{}+\"'「」()（）OR|NOTAND種別:期間：令和7年\x00\ud800%?_"),
    max_size=60,
)


@settings(
    max_examples=count(60, 1_000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(raw=WILD)
def test_no_text_breaks_a_search(library: Library, clerk: Staff, raw: str) -> None:
    if not library.rows:
        library.add('税 断水 "サーバー" (夜間) 令和7年 *', title="税")
    for literal in (False, True):
        results = search(clerk, raw, literal=literal)
        assert 0 <= results.total <= 1
    suggestions(clerk, raw, Filters())


@settings(
    max_examples=count(30, 300),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=st.text(min_size=1, max_size=80))
def test_any_text_can_be_stored_and_found(library: Library, clerk: Staff, text: str) -> None:
    with transaction.atomic():
        group = library.add(text, title=text)
        words = [word for word in clean(text).text.split() if word.isalnum()][:1]
        for word in words:
            assert group in found(clerk, word, literal=True)
        actions.remove("note", group)
