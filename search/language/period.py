"""期間: values as a pair of dates: 令和7年, 令和7年度, 2024..2025, R7.4.1〜R7.9.30, 〜令和5年."""

import calendar
import re
from datetime import date

from search.analysis.clean import clean
from search.analysis.dates import DateMention, dates

_SPLIT = re.compile(r"\.\.|~|から|以降|以後|まで")
_YEAR_ONLY = re.compile(r"(?:1[89]|20)[0-9]{2}")


def _bounds(mention: DateMention) -> tuple[date, date]:
    """First and last day of a mention; a business year runs from 1 April to 31 March."""
    if mention.fiscal:
        return date(mention.year, 4, 1), date(mention.year + 1, 3, 31)
    if mention.month is None or not 1 <= mention.month <= 12:
        return date(mention.year, 1, 1), date(mention.year, 12, 31)
    last = calendar.monthrange(mention.year, mention.month)[1]
    if mention.day is None or not 1 <= mention.day <= last:
        return date(mention.year, mention.month, 1), date(mention.year, mention.month, last)
    day = date(mention.year, mention.month, mention.day)
    return day, day


def _one(text: str) -> tuple[date, date] | None:
    mentions = dates(text)
    if mentions:
        return _bounds(mentions[0])
    year = _YEAR_ONLY.search(text)
    if year:
        return date(int(year.group()), 1, 1), date(int(year.group()), 12, 31)
    return None


def parse_period(value: str) -> tuple[date | None, date | None] | None:
    """The period meant by ``value``, open ends as ``None``; ``None`` altogether when it is no
    period.
    """
    text = clean(value).text.strip()
    parts = _SPLIT.split(text, maxsplit=1)
    if len(parts) == 1:
        return _one(text)
    first, second = _one(parts[0]), _one(parts[1])
    if not first and not second:
        return None
    if first and not second and "まで" in text:
        return None, first[1]
    return (first[0] if first else None), (second[1] if second else None)
