"""個人番号 are found however they are written, and longer numbers are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groupware.ingestion.parsers.personal_number import check_digit, count, is_valid
from tests.conftest import count as times

WIDTHS = ("0123456789", "０１２３４５６７８９")
SEPARATORS = ("", " ", "　", "-", "－", "ー", "‐", "  ", " - ", "・", "\n", "｜")

bodies = st.text("0123456789", min_size=11, max_size=11).filter(lambda body: len(set(body)) > 1)
EXAMPLES = times(300, 5000)


def number(body: str) -> str:
    """Complete eleven digits with their check digit."""
    return body + str(check_digit(body))


def test_known_check_digits() -> None:
    assert check_digit("12345678901") == 8  # the example of the ministry's leaflet
    assert is_valid("123456789018")
    assert not is_valid("123456789012")
    assert not is_valid("000000000000")


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    body=bodies,
    width=st.sampled_from(WIDTHS),
    groups=st.sampled_from([(12,), (4, 4, 4), (3, 3, 3, 3), (6, 6), (2,) * 6, (1,) * 12]),
    separator=st.sampled_from(SEPARATORS),
    before=st.sampled_from(
        ["", "個人番号：", "令和7年10月1日、", "番号は「", "第5号　氏名 見本花子 "]
    ),
    after=st.sampled_from(["", "です。", "」を確認", "\n次の行", "（本人）12月3日"]),
)
def test_found_in_any_width_and_spacing(  # noqa: PLR0917 - one argument for each freedom
    body: str, width: str, groups: tuple[int, ...], separator: str, before: str, after: str
) -> None:
    digits = number(body).translate(str.maketrans("0123456789", width))
    parts, start = [], 0
    for length in groups:
        parts.append(digits[start : start + length])
        start += length
    if len(groups) == 3 and all(
        part.translate(str.maketrans(width, "0123456789"))[:2] in ("19", "20") for part in parts
    ):
        return  # three calendar years in a row are a table's head
    assert count(before + separator.join(parts) + after) == 1


@settings(max_examples=EXAMPLES, deadline=None)
@given(body=bodies, extra=st.text("0123456789", min_size=1, max_size=4), front=st.booleans())
def test_not_found_inside_a_longer_run(body: str, extra: str, front: bool) -> None:
    digits = number(body)
    assert count(extra + digits if front else digits + extra) == 0


@settings(max_examples=EXAMPLES, deadline=None)
@given(body=bodies, shift=st.integers(1, 9))
def test_not_found_with_a_wrong_check_digit(body: str, shift: int) -> None:
    digits = number(body)
    assert count("番号 " + digits[:-1] + str((int(digits[-1]) + shift) % 10)) == 0


@pytest.mark.parametrize(
    "text",
    [
        "電話 0999-22-1111 FAX 0999-22-1139",
        "年度 2019 2020 2021",
        "カード 1234 5678 9018 3456",
        "法人番号 7000012050002",
        "4,521 3,230 1,240",
    ],
)
def test_everyday_numbers_are_left_alone(text: str) -> None:
    assert count(text) == 0


def test_a_number_beside_other_digits_and_invisible_marks() -> None:
    assert count("3 123456789018 4") == 1
    assert count("1234 5678 9018\n2. 次の項") == 1
    assert count("1234\u200b5678\u00ad9018") == 1
    assert count("①②③④ １２３４") == 0
