"""``d``: dates in any notation as the same tokens.

令和7年6月16日, R7.6.16, 2025/06/16, 二〇二五年 give ``y2025 ym2025-06 d2025-06-16`` as far as they
go; 令和7年度 gives ``fy2025`` and, being a mention of the year, ``y2025``.
"""

import re
from dataclasses import dataclass

from search.analysis.numerals import NUMBER, to_int

#: First year of each era minus one, and its last year of the era (open for Reiwa).
ERAS = {
    "明治": (1867, 45), "大正": (1911, 15), "昭和": (1925, 64), "平成": (1988, 31), "令和": (2018,
    99), "m": (1867, 45), "t": (1911, 15), "s": (1925, 64), "h": (1988, 31), "r": (2018, 99),
    "㍾": (1867, 45), "㍽": (1911, 15), "㍼": (1925, 64), "㍻": (1988, 31), "㋿": (2018, 99),
}  # fmt: skip
_YEAR = rf"(?:{NUMBER}|元)"
_ERA_DATE = re.compile(
    rf"(?P<era>明治|大正|昭和|平成|令和)\s*(?P<year>{_YEAR})\s*"
    rf"(?:年(?P<fiscal>度)?(?:\s*(?P<month>{NUMBER})\s*月(?:\s*(?P<day>{NUMBER})\s*日)?)?"
    rf"|[./・](?P<month2>[0-9]{{1,2}})(?:[./・](?P<day2>[0-9]{{1,2}}))?)?"
)
_LETTER_DATE = re.compile(
    r"(?<![0-9a-z])(?P<era>[mtshr])(?P<year>[0-9]{1,2})"
    r"(?:年(?P<fiscal>度)?(?:(?P<month>[0-9]{1,2})月(?:(?P<day>[0-9]{1,2})日)?)?"
    r"|[./-](?P<month2>[0-9]{1,2})(?:[./-](?P<day2>[0-9]{1,2}))?)?(?![0-9a-z])"
)
_WESTERN_DATE = re.compile(
    r"(?<![0-9])(?P<year>(?:1[89]|20)[0-9]{2}|[一二][〇零一二三四五六七八九]{3})"
    rf"(?:年(?P<fiscal>度)?(?:(?P<month>{NUMBER})月(?:(?P<day>{NUMBER})日)?)?"
    r"|[./-](?P<month2>[0-9]{1,2})(?:[./-](?P<day2>[0-9]{1,2}))?)(?![0-9])"
)
_BARE_LETTERS = frozenset("hr")  # S3 and T1 alone are more often model numbers than dates


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a clean text: where it stands, its tokens, and the parts that were given."""

    start: int
    end: int
    tokens: tuple[str, ...]
    year: int
    month: int | None
    day: int | None
    fiscal: bool


def _mention(match: re.Match[str], first: int, limit: int) -> DateMention | None:
    group = match.groupdict()
    year_of_era = to_int(group["year"])
    if year_of_era is None or not 1 <= year_of_era <= limit:
        return None
    year = first + year_of_era
    month_text = group["month"] or group["month2"]
    day_text = group["day"] or group["day2"]
    month = to_int(month_text) if month_text else None
    day = to_int(day_text) if day_text else None
    fiscal = bool(group["fiscal"])
    tokens = [f"y{year:04d}"]
    if fiscal:
        tokens.append(f"fy{year:04d}")
        month = day = None
    if month is not None and 1 <= month <= 12:
        tokens.append(f"ym{year:04d}-{month:02d}")
        if day is not None and 1 <= day <= 31:
            tokens.append(f"d{year:04d}-{month:02d}-{day:02d}")
    return DateMention(match.start(), match.end(), tuple(tokens), year, month, day, fiscal)


def dates(cleaned: str) -> list[DateMention]:
    """Every date mentioned in a clean text, in order of place."""
    found: list[DateMention] = []
    for match in _ERA_DATE.finditer(cleaned):
        mention = _mention(match, *ERAS[match["era"]])
        if mention:
            found.append(mention)
    for match in _LETTER_DATE.finditer(cleaned):
        bare = match.end() == match.end("year")
        if bare and match["era"] not in _BARE_LETTERS:
            continue
        mention = _mention(match, *ERAS[match["era"]])
        if mention:
            found.append(mention)
    for match in _WESTERN_DATE.finditer(cleaned):
        mention = _mention(match, 0, 2_999)
        if mention:
            found.append(mention)
    return sorted(found, key=lambda mention: mention.start)


def most_exact(mention: DateMention) -> str:
    """The one token that stands for the mention in a query."""
    if mention.fiscal:
        return f"fy{mention.year:04d}"
    return mention.tokens[-1]
