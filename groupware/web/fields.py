"""Form fields for Japanese dates and money."""

import unicodedata
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from groupware.web import wareki


class WarekiDateInput(forms.TextInput):
    """A text control that shows 令和8年12月25日（金）."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {"inputmode": "text", "autocomplete": "off", "class": "date", **(attrs or {})}
        )

    def format_value(self, value: Any) -> str | None:
        """A date in full, what was typed as it was."""
        return wareki.long_date(value) if isinstance(value, date) else super().format_value(value)


class WarekiDateField(forms.Field):
    """Takes 令和8年12月25日, R8.12.25, 2026-12-25, 12/25 and 1225."""

    widget = WarekiDateInput
    default_error_messages = {
        "invalid": _("日付として読めません。「R8.12.25」「1225」のように入れてください。"),
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", _("「R8.12.25」「1225」でも入ります"))
        super().__init__(**options)

    def to_python(self, value: Any) -> date | None:
        """The day.

        Raises:
            ValidationError: when it is no day.
        """
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return value
        try:
            return wareki.read_date(str(value))
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class MoneyField(forms.Field):
    """Whole yen; takes full-width digits, commas and 円, and says where a letter stands for a 0."""

    widget = forms.TextInput
    default_error_messages = {
        "letter": _("数字の 0 が、英字の O になっています"),
        "invalid": _("金額を数字で入れてください"),
        "negative": _("0 円から上の金額を入れてください"),
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "widget",
            forms.TextInput({"inputmode": "numeric", "class": "money", "autocomplete": "off"}),
        )
        super().__init__(**options)

    def to_python(self, value: Any) -> int | None:
        """The amount in yen.

        Raises:
            ValidationError: when it is no amount.
        """
        if value in self.empty_values:
            return None
        plain = unicodedata.normalize("NFKC", str(value)).replace(",", "").replace(" ", "")
        plain = plain.removeprefix("¥").removesuffix("円")
        if plain.isascii() and plain.lstrip("-").isdigit():
            yen = int(plain)
            if yen < 0:
                raise ValidationError(self.error_messages["negative"], code="negative")
            return yen
        looks = "letter" if plain.upper().replace("O", "0").isdigit() else "invalid"
        raise ValidationError(self.error_messages[looks], code=looks)
