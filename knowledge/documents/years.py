"""年度: the Japanese fiscal year, 1 April to 31 March, as of Asia/Tokyo."""

from datetime import date

from groupware.organization.calendar import business_date

FIRST_MONTH = 4


def fiscal_year(on: date | None = None) -> int:
    """The 年度 of a business date; of today when None."""
    day = business_date(on)
    return day.year if day.month >= FIRST_MONTH else day.year - 1
