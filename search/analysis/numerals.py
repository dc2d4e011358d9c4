"""Kanji numerals (二〇二五, 十二, 百三) as integers."""

import re

_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "元": 1}
_UNITS = {"十": 10, "百": 100, "千": 1_000}
#: A number in arabic or kanji numerals, for use inside larger patterns.
NUMBER = r"(?:[0-9]{1,6}|[〇零一二三四五六七八九十百千]{1,9})"
_KANJI = re.compile(r"[〇零一二三四五六七八九十百千]+")


def to_int(text: str) -> int | None:
    """The value of an arabic or kanji numeral below 10,000; ``None`` when it is not one."""
    if text.isascii() and text.isdigit():
        return int(text)
    if text == "元":
        return 1
    if not _KANJI.fullmatch(text):
        return None
    if not any(c in _UNITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total, digit = 0, 0
    for character in text:
        if character in _UNITS:
            total += (digit or 1) * _UNITS[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    return total + digit
