"""``fold``: the loosest spelling. Two texts that a reader would call the same word fold to the
same.

Hiragana to katakana, long vowel mark and middle dot dropped in kana, ヴァ ティ ディ ファ … to
plain kana, small kana to large, old kanji to new. It works on clean text and keeps the offset map.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from search.analysis.clean import Cleaned
from search.analysis.kanji import MODERN_TABLE

_HIRAGANA = {code: chr(code + 0x60) for code in range(0x3041, 0x3097)}
_HIRAGANA |= {0x309D: "ヽ", 0x309E: "ヾ"}
_SMALL = str.maketrans("ァィゥェォッャュョヮヵヶヰヱヲヂヅ", "アイウエオツヤユヨワカケイエオジズ")
_PAIRS = {
    "ヴァ": "バ", "ヴィ": "ビ", "ヴェ": "ベ", "ヴォ": "ボ", "ヴュ": "ビユ", "ヴ": "ブ",
    "ティ": "チ", "テュ": "チユ", "ディ": "デ", "デュ": "ジユ", "トゥ": "ツ", "ドゥ": "ド",
    "ファ": "ハ", "フィ": "ヒ", "フェ": "ヘ", "フォ": "ホ", "フュ": "ヒユ",
    "シェ": "セ", "ジェ": "ゼ", "チェ": "チエ", "ツァ": "ツア",
    "ウィ": "ウイ", "ウェ": "ウエ", "ウォ": "ウオ",
}  # fmt: skip
_KANA_CHANGES = re.compile("|".join(_PAIRS) + "|(?<=[ァ-ヶー・])[ー・]|・(?=[ァ-ヶ])")
_TABLE: dict[int, str] = _HIRAGANA | MODERN_TABLE
_RUN = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; ``offsets`` lead to code points of the clean text (one more at the end)."""

    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open range of the clean text behind ``[start, end)``, long vowels included."""
        if start >= end:
            return self.offsets[start], self.offsets[start]
        return self.offsets[start], max(self.offsets[end - 1] + 1, self.offsets[end])


@lru_cache(maxsize=4_096)
def fold_text(text: str) -> str:
    """The folded form of a clean text without its map (for queries and comparisons)."""
    return _KANA_CHANGES.sub(_change, text.translate(_TABLE)).translate(_SMALL)


def _change(match: re.Match[str]) -> str:
    return _PAIRS.get(match.group(), "")


def fold(cleaned: Cleaned) -> Folded:
    """Fold a clean text, with the map."""
    text, offsets = _fold(cleaned.text)
    return Folded(text, tuple(offsets))


def _fold(text: str) -> tuple[str, list[int]]:
    katakana = text.translate(_TABLE)  # one to one, so offsets stay
    out: list[str] = []
    offsets: list[int] = []
    position = 0
    for match in _KANA_CHANGES.finditer(katakana):
        start, end = match.span()
        out.append(katakana[position:start])
        offsets.extend(range(position, start))
        replacement = _PAIRS.get(match.group(), "")
        out.append(replacement)
        offsets.extend(range(start, start + len(replacement)))
        position = end
    out.append(katakana[position:])
    offsets.extend(range(position, len(katakana) + 1))
    return "".join(out).translate(_SMALL), offsets


def runs(folded: str) -> list[tuple[int, int]]:
    """Where the unbroken runs of letters and digits stand in a folded text."""
    return [match.span() for match in _RUN.finditer(folded)]


def is_rigid(cleaned: str) -> bool:
    """Whether no other spelling folds to the same: then a phrase of bigrams is already an exact
    match.
    """
    return all("0" <= c <= "9" or (c not in _SOFT and not _is_kana(c)) for c in cleaned)


def _is_kana(character: str) -> bool:
    return "\u3041" <= character <= "\u30ff"


_SOFT = frozenset(chr(code) for code in MODERN_TABLE) | frozenset(MODERN_TABLE.values())
