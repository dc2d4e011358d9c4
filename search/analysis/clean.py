"""``clean``: the spelling in which texts are compared exactly, with a way back to the original.

NFKC, lower case, one kind of dash, variation selectors (IVS) dropped, letter-spaced Japanese
joined. Every code point of the clean text knows the code point of the original it came from.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import combining

_DASHES = frozenset("‐‑‒–—―−－﹣─━")
_WAVES = frozenset("〜～∼")
_CJK = r"\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_BETWEEN_CJK = re.compile(rf"(?<=[{_CJK}、。])(?=\s)[^\S\n]*\n?[^\S\n]*(?=[{_CJK}])")
#: What is clean as it stands; most Japanese text is, and is copied in one piece.
_PLAIN = re.compile("[\u3041-\u3096\u30a1-\u30fc、。「」々〇\u4e00-\u9fff0-9a-z \n]+")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
#: What belongs to the character before: sound marks that NFKC may join to it, choices of glyph.
_MARKS = frozenset("\u3099\u309a\uff9e\uff9f") | {
    chr(code) for code in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
}
_DIGIT_LONG_VOWEL = re.compile(r"(?<=[0-9])ー(?=[0-9])")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A clean text and, per code point, where its original begins and ends (in code points).

    ``offsets`` has one more at the end, ``ends`` one more in front.
    """

    text: str
    offsets: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open range of the original behind ``[start, end)`` of the clean text."""
        if start >= end:
            return self.offsets[start], self.offsets[start]
        return self.offsets[start], self.ends[end]


@lru_cache(maxsize=20_000)
def _segment(segment: str) -> str:
    """The clean form of one character with its marks; empty for what is only a choice of glyph."""
    segment = _SELECTORS.sub("", segment)
    if not segment:
        return ""
    first = segment[0]
    if first in _DASHES:
        return "-"
    if first in _WAVES:
        return "~"
    if first in "\r\v\f\x85\u2028\u2029":
        return "\n"
    category = unicodedata.category(first)
    if category in ("Cc", "Cf", "Cs") and first not in "\n\t":
        return ""
    return unicodedata.normalize("NFKC", segment).lower()


def clean(text: str) -> Cleaned:
    """Clean any text. Never fails; lone surrogates and control characters are dropped."""
    out: list[str] = []
    offsets: list[int] = []
    ends: list[int] = [0]
    position, length = 0, len(text)
    while position < length:
        plain = _PLAIN.match(text, position)
        end = plain.end() if plain else position
        if end < length and end > position and _is_mark(text[end]):
            end -= 1  # the last one has a mark and is no longer plain
        if end > position:
            out.append(text[position:end])
            offsets.extend(range(position, end))
            ends.extend(range(position + 1, end + 1))
            position = end
            continue
        end = position + 1
        while end < length and _is_mark(text[end]):
            end += 1
        piece = _segment(text[position:end])
        out.append(piece)
        offsets.extend([position] * len(piece))
        ends.extend([end] * len(piece))
        position = end
    joined = _DIGIT_LONG_VOWEL.sub("-", "".join(out))
    offsets.append(length)
    return _join_letter_spaced(joined, offsets, ends)


def _is_mark(character: str) -> bool:
    return character in _MARKS or combining(character) != 0


def _join_letter_spaced(text: str, offsets: list[int], ends: list[int]) -> Cleaned:
    """Take white space (at most one line break) out from between two CJK characters."""
    kept: list[str] = []
    kept_offsets: list[int] = []
    kept_ends: list[int] = [0]
    position = 0
    for match in _BETWEEN_CJK.finditer(text):
        start, end = match.span()
        if start == end:
            continue
        kept.append(text[position:start])
        kept_offsets.extend(offsets[position:start])
        kept_ends.extend(ends[position + 1 : start + 1])
        position = end
    kept.append(text[position:])
    kept_offsets.extend(offsets[position:])
    kept_ends.extend(ends[position + 1 :])
    return Cleaned("".join(kept), tuple(kept_offsets), tuple(kept_ends))
