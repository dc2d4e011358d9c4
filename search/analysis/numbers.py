"""``n``: document numbers as whole and parts, and numbered things (第十二条) with their arabic
twin.
"""

import re

from search.analysis.numerals import NUMBER, to_int

_LETTER = r"[0-9a-z\u3005-\u3007\u3041-\u30ff\u3400-\u9fff-]"
_DOCUMENT = re.compile(
    rf"(?P<prefix>{_LETTER}{{0,12}})第\s*(?P<number>{NUMBER})\s*号(?P<rest>の{NUMBER})?"
)
_CASE = re.compile(
    r"(?P<prefix>[\u3400-\u9fff]{1,6})-(?P<era>令|平|昭)(?P<year>[0-9]{1,2})-(?P<number>[0-9]{1,6})"
)
_COUNTED = re.compile(
    rf"第\s*(?P<number>{NUMBER})\s*(?P<unit>条|項|編|章|節|款|回|期|次|種|級|類|表|図|部|工区)"
)
_PREFIX_START = re.compile(r"[\u3041-\u3096、。は]+")


def _prefix(text: str) -> str:
    """The office sign before 第: what follows the last hiragana (…による７総行第423号 → 7総行)."""
    return _PREFIX_START.split(text)[-1]


def numbers(cleaned: str) -> list[str]:
    """The tokens of a clean text, in order; a thing counted twice is there twice."""
    found: list[str] = []
    for match in _DOCUMENT.finditer(cleaned):
        value = to_int(match["number"])
        if value is None:
            continue
        part = f"第{value}号"
        rest = to_int(match["rest"][1:]) if match["rest"] else None
        found.append(part)
        prefix = _prefix(match["prefix"]).replace("-", "")
        if prefix:
            found.append(prefix + part)
        if rest is not None:
            found.append(f"{part}の{rest}")
    for match in _CASE.finditer(cleaned):
        found.append(f"{match['prefix']}{match['era']}{int(match['year'])}-{int(match['number'])}")
    for match in _COUNTED.finditer(cleaned):
        value = to_int(match["number"])
        if value is not None:
            found.append(f"第{value}{match['unit']}")
    return found
