"""Japanese dates, written and read."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from groupware.web import wareki


@pytest.mark.parametrize(
    ("day", "full", "table"),
    [
        (date(2026, 11, 24), "令和8年11月24日（火）", "R8.11.24"),
        (date(2019, 4, 30), "平成31年4月30日（火）", "H31.4.30"),
        (date(2019, 5, 1), "令和元年5月1日（水）", "R1.5.1"),
        (date(1989, 1, 7), "昭和64年1月7日（土）", "S64.1.7"),
        (date(1989, 1, 8), "平成元年1月8日（日）", "H1.1.8"),
        (date(1926, 12, 25), "昭和元年12月25日（土）", "S1.12.25"),
        (date(1912, 7, 29), "明治45年7月29日（月）", "M45.7.29"),
        (date(1872, 12, 31), "1872年12月31日（火）", "1872-12-31"),
    ],
)
def test_a_day_is_written_in_its_era(day: date, full: str, table: str) -> None:
    assert wareki.long_date(day) == full
    assert wareki.table_date(day) == table


def test_an_instant_belongs_to_the_day_in_japan() -> None:
    assert wareki.long_date(datetime(2019, 4, 30, 15, 0, tzinfo=UTC)).startswith("令和元年5月1日")


def test_lists_leave_out_this_year() -> None:
    today = date(2026, 11, 24)
    assert wareki.list_date(date(2026, 11, 3), today) == "11月3日"
    assert wareki.list_date(date(2025, 11, 3), today) == "R7.11.3"


def test_moments_near_now() -> None:
    now = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # noon in Japan
    assert wareki.moment_text(datetime(2026, 11, 24, 0, 12, tzinfo=UTC), now) == "今日 9:12"
    assert wareki.moment_text(datetime(2026, 11, 23, 8, 8, tzinfo=UTC), now) == "昨日 17:08"
    assert wareki.moment_text(datetime(2026, 11, 20, 8, 8, tzinfo=UTC), now) == "11月20日"


def test_the_end_of_an_absence() -> None:
    now = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    assert wareki.end_text(datetime(2026, 11, 24, 6, 0, tzinfo=UTC), now) == "15:00"
    assert wareki.end_text(datetime(2026, 11, 25, 15, 0, tzinfo=UTC), now) == "25日"
    assert wareki.end_text(datetime(2026, 12, 1, 6, 0, tzinfo=UTC), now) == "12月1日"


@pytest.mark.parametrize(
    ("day", "year", "text"),
    [
        (date(2026, 3, 31), 2025, "令和7年度"),
        (date(2026, 4, 1), 2026, "令和8年度"),
        (date(2019, 4, 1), 2019, "令和元年度"),
        (date(2019, 3, 31), 2018, "平成30年度"),
        (date(1989, 4, 1), 1989, "平成元年度"),
    ],
)
def test_fiscal_years_begin_in_april(day: date, year: int, text: str) -> None:
    assert wareki.fiscal_year(day) == year
    assert wareki.fiscal_year_text(year) == text


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("令和8年12月25日", date(2026, 12, 25)),
        ("令和８年１２月２５日（金）", date(2026, 12, 25)),
        ("R8.12.25", date(2026, 12, 25)),
        ("r8/12/25", date(2026, 12, 25)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("平成31.4.30", date(2019, 4, 30)),
        ("2026-12-25", date(2026, 12, 25)),
        ("20261225", date(2026, 12, 25)),
        ("12/25", date(2026, 12, 25)),
        ("1225", date(2026, 12, 25)),
        ("12月25日", date(2026, 12, 25)),
        ("0110", date(2027, 1, 10)),  # past by more than half a year: the next one
    ],
)
def test_what_people_type_is_read(typed: str, day: date) -> None:
    assert wareki.read_date(typed, today=date(2026, 11, 24)) == day


@pytest.mark.parametrize(
    "typed", ["", "いつか", "令和8年13月1日", "平成32年1月1日", "R8.11.31", "99"]
)
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        wareki.read_date(typed, today=date(2026, 11, 24))


@pytest.mark.parametrize(
    "day", [date(1873, 1, 1), date(1989, 1, 7), date(2019, 5, 1), date(2026, 2, 28)]
)
def test_what_is_shown_can_be_typed(day: date) -> None:
    assert wareki.read_date(wareki.long_date(day)) == day
    assert wareki.read_date(wareki.table_date(day)) == day


def test_english_writes_western_dates() -> None:
    with translation.override("en"):
        assert wareki.long_date(date(2026, 11, 24)) == "Tue 24 November 2026"
        assert wareki.fiscal_year_text(2026) == "FY2026"
