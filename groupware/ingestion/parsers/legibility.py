"""Is this Japanese as people write it? The mojibake test, and a yardstick for OCR results."""

from __future__ import annotations

import functools
import unicodedata

COMMON_KANA = frozenset("のにはをたがでてとしるいれなもっすあらこ")
# A private encoding shown as Latin marks: the Official Gazette's digits come out as ™—›œ.
STRANGE_MARKS = frozenset("™—›œŠšŽžŸ‹„†‡‰ƒˆ˜¡¢£¤¥¦§¨©ª«¬®¯°±²³´µ¶·¸¹º»¼½¾¿")
USUAL_MARKS = frozenset(
    "。、・「」『』（）()［］[]〔〕【】〈〉《》ー―-~〜～:：;；/／.,，．!！?？%％&＆〇○◯●◎■□◆◇△▲▽▼"
    "※→←↑↓〒°′″+＋=＝×±<>＜＞@#＃*＊'\"“”‘’…‥＿_|｜\\￥¥々〆"
)


@functools.lru_cache(maxsize=1 << 15)
def kind(char: str) -> str:
    """Classify: kana, level1 and level2 (JIS X 0208), rare (other kanji), latin, mark, strange."""
    code = ord(char)
    category = unicodedata.category(char)
    if category in ("Co", "Cn", "Cs", "Cc") or code == 0xFFFD or char in STRANGE_MARKS:
        return "strange"
    if 0x3041 <= code <= 0x30FF or 0xFF66 <= code <= 0xFF9F:
        return "kana"
    if char in USUAL_MARKS:
        return "mark"
    if 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or code >= 0x20000:
        try:
            row = char.encode("euc_jp")[0] - 0xA0
        except UnicodeEncodeError:
            return "rare"
        return "level1" if 16 <= row <= 47 else "level2"
    folded = unicodedata.normalize("NFKC", char)
    if folded.isascii() and folded.isalnum():
        return "latin"
    return "mark" if 0x2460 <= code <= 0x24FF or 0x3200 <= code <= 0x33FF else "other"


def shares(text: str) -> dict[str, float]:
    """Return the share of each kind among the characters that are not white space."""
    counts: dict[str, int] = {}
    total = 0
    for char in text:
        if not char.isspace():
            total += 1
            found = kind(char)
            counts[found] = counts.get(found, 0) + 1
    return {name: count / total for name, count in counts.items()} if total else {}


def is_broken(text: str) -> bool:
    """Whether extracted text is mojibake: private use, odd symbols, or kanji without any kana.

    Short texts (below 20 characters) are judged only by private-use and undefined characters.
    """
    letters = [char for char in text if not char.isspace()]
    if not letters:
        return False
    found = shares(text)
    private = sum(unicodedata.category(c) in ("Co", "Cn", "Cs") or c == "�" for c in letters)
    if private / len(letters) > 0.05:
        return True
    if len(letters) < 20:
        return False
    if found.get("strange", 0) > 0.08 or found.get("strange", 0) + found.get("other", 0) > 0.3:
        return True
    kanji = found.get("level1", 0) + found.get("level2", 0) + found.get("rare", 0)
    kana = sum(char in COMMON_KANA for char in letters) / len(letters)
    uncommon = found.get("level2", 0) + found.get("rare", 0)
    return len(letters) >= 80 and kanji > 0.5 and kana < 0.01 and uncommon > 0.25 * kanji


def likeness(text: str) -> float:
    """Return 0..1: how much the characters are those of Japanese office prose (1 when empty)."""
    found = shares(text)
    if not found:
        return 1.0
    good = found.get("kana", 0) + found.get("level1", 0) + found.get("latin", 0)
    return min(1.0, good + 0.5 * found.get("level2", 0) + min(found.get("mark", 0), 0.2))
