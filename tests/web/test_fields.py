"""Form fields of Japanese dates and of money."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from groupware.web import formats
from groupware.web.fields import MoneyField, WarekiDateField, WarekiDateInput


@pytest.mark.parametrize(
    ("typed", "yen"),
    [
        ("418000", 418000),
        ("４１８，０００円", 418000),
        ("¥1,000", 1000),
        ("0", 0),
        (" 28 600 円", 28600),
    ],
)
def test_money_as_people_write_it(typed: str, yen: int) -> None:
    assert MoneyField().clean(typed) == yen


@pytest.mark.parametrize(
    ("typed", "code"),
    [("418,00O", "letter"), ("たくさん", "invalid"), ("-5", "negative"), ("½", "invalid")],
)
def test_money_says_what_is_wrong(typed: str, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        MoneyField().clean(typed)
    assert caught.value.code == code


def test_empty_money_is_no_money() -> None:
    assert MoneyField(required=False).clean("") is None


def test_a_date_is_read_and_shown_in_wareki() -> None:
    field = WarekiDateField()
    assert field.clean("R8.12.25") == date(2026, 12, 25)
    assert WarekiDateInput().format_value(date(2026, 12, 25)) == "令和8年12月25日（金）"
    with pytest.raises(ValidationError):
        field.clean("R8.11.31")


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 KB"),
        (99_400, "99 KB"),
        (200_000, "0.2 MB"),
        (46_200_000, "46.2 MB"),
        (999_960_000, "1.0 GB"),
        (2_147_483_648, "2.1 GB"),
    ],
)
def test_sizes(size: int, text: str) -> None:
    assert formats.filesize(size) == text


def test_money_and_counts_in_words() -> None:
    assert formats.money(418000) == "418,000円"
    assert formats.count(1234) == "1,234 件"
