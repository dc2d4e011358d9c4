"""Japanese dates: 令和8年11月24日（火）, 11月24日, R8.11.24; 年度; and reading what people type.

Eras begin on the day of accession (元号法; 令和 by 政令 of 1 April 2019). Days before 1873-01-01,
when Japan took the Gregorian calendar, are written in western years.
"""

import re
import unicodedata
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import get_language

ERAS: tuple[tuple[date, str, str], ...] = (
    (date(2019, 5, 1), "令和", "R"),
    (date(1989, 1, 8), "平成", "H"),
    (date(1926, 12, 25), "昭和", "S"),
    (date(1912, 7, 30), "大正", "T"),
    (date(1873, 1, 1), "明治", "M"),
)
ERA_YEAR_ONE = {"令和": 2019, "平成": 1989, "昭和": 1926, "大正": 1912, "明治": 1868}
LETTERS = {letter: name for _start, name, letter in ERAS}
WEEKDAYS = "月火水木金土日"


def day_of(moment: date | datetime) -> date:
    """The business day (Asia/Tokyo) of an instant; a date stays itself."""
    if isinstance(moment, datetime):
        return timezone.localtime(moment).date() if timezone.is_aware(moment) else moment.date()
    return moment


def era_year(day: date) -> tuple[str, str, int]:
    """Era name, its letter and the year in it; ("", "", western year) before 1873."""
    for start, name, letter in ERAS:
        if day >= start:
            return name, letter, day.year - ERA_YEAR_ONE[name] + 1
    return "", "", day.year


def year_text(day: date) -> str:
    """令和8年, 令和元年."""
    name, _letter, year = era_year(day)
    return f"{name}{'元' if name and year == 1 else year}年"


def long_date(moment: date | datetime, *, weekday: bool = True) -> str:
    """令和8年11月24日（火）; in English Tue 24 November 2026."""
    day = day_of(moment)
    if not japanese():
        return f"{day:%a} {day.day} {day:%B %Y}" if weekday else f"{day.day} {day:%B %Y}"
    tail = f"（{WEEKDAYS[day.weekday()]}）" if weekday else ""
    return f"{year_text(day)}{day.month}月{day.day}日{tail}"


def list_date(moment: date | datetime, today: date | None = None) -> str:
    """11月24日; a day of another calendar year is R7.11.24."""
    day = day_of(moment)
    today = today or timezone.localdate()
    if day.year != today.year:
        return table_date(day)
    return f"{day.month}月{day.day}日" if japanese() else f"{day.day} {day:%b}"


def table_date(moment: date | datetime) -> str:
    """R8.11.24; in English 2026-11-24."""
    day = day_of(moment)
    name, letter, year = era_year(day)
    if not japanese() or not name:
        return day.isoformat()
    return f"{letter}{year}.{day.month}.{day.day}"


def moment_text(moment: datetime, now: datetime | None = None) -> str:
    """今日 9:12, 昨日 17:08, otherwise as in lists."""
    local = timezone.localtime(moment)
    today = timezone.localtime(now or timezone.now()).date()
    clock = f"{local.hour}:{local:%M}"
    if local.date() == today:
        return f"今日 {clock}" if japanese() else f"today {clock}"
    if local.date() == today - timedelta(days=1):
        return f"昨日 {clock}" if japanese() else f"yesterday {clock}"
    return list_date(local, today)


def end_text(moment: datetime, now: datetime | None = None) -> str:
    """When something ends: 15:00 today, 25日 in this month, 12月1日 later."""
    local = timezone.localtime(moment)
    if local.hour == 0 and local.minute == 0:  # midnight belongs to the day that it closes
        local -= timedelta(minutes=1)
        clock = ""
    else:
        clock = f"{local.hour}:{local:%M}"
    today = timezone.localtime(now or timezone.now()).date()
    if clock and local.date() == today:
        return clock
    if (local.year, local.month) == (today.year, today.month) and japanese():
        return f"{local.day}日"
    return list_date(local, today)


def fiscal_year(day: date) -> int:
    """The 年度 (April to March) that a day belongs to, as the western year of its April."""
    return day.year if day.month >= 4 else day.year - 1


def fiscal_year_text(year: int) -> str:
    """令和8年度; 2019 is 令和元年度 although its April was still 平成 (usual practice of offices:
    the era that the year is known by, 内閣官房 2019-04-01)."""
    if not japanese():
        return f"FY{year}"
    name, _letter, number = era_year(date(year, 5, 1) if year == 2019 else date(year, 4, 1))
    return f"{name}{'元' if name and number == 1 else number}年度"


_FULL = re.compile(
    r"(明治|大正|昭和|平成|令和|[MTSHR])(元|\d{1,2})[年.\-/](\d{1,2})[月.\-/](\d{1,2})日?"
)
_WESTERN = re.compile(r"(\d{4})[年.\-/](\d{1,2})[月.\-/](\d{1,2})日?")
_SHORT = re.compile(r"(\d{1,2})[月.\-/](\d{1,2})日?")


def read_date(text: str, today: date | None = None) -> date:
    """The day that a person typed: 令和8年12月25日, R8.12.25, 2026-12-25, 12/25, 1225, 20261225.

    A day without a year is the next one that has not passed by more than half a year.

    Raises:
        ValueError: when it is no date, or no day of that era.
    """
    today = today or timezone.localdate()
    plain = unicodedata.normalize("NFKC", text).upper()
    plain = re.sub(r"\([月火水木金土日]\)|\s", "", plain)
    if match := _FULL.fullmatch(plain):
        name = LETTERS.get(match[1], match[1])
        year = ERA_YEAR_ONE[name] + (1 if match[2] == "元" else int(match[2])) - 1
        day = date(year, int(match[3]), int(match[4]))
        if era_year(day)[0] != name:
            raise ValueError(f"no such day in {name}")
        return day
    if match := _WESTERN.fullmatch(plain):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if re.fullmatch(r"\d{8}", plain):
        return date(int(plain[:4]), int(plain[4:6]), int(plain[6:]))
    if match := _SHORT.fullmatch(plain) or re.fullmatch(r"(\d{2})(\d{2})", plain):
        day = date(today.year, int(match[1]), int(match[2]))
        return day.replace(year=day.year + 1) if (today - day).days > 183 else day
    raise ValueError(f"not a date: {text!r}")


def japanese() -> bool:
    """Whether the screen is in Japanese."""
    return (get_language() or "ja").startswith("ja")
