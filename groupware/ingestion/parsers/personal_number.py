"""Finding 個人番号 (My Number): twelve digits, the last a check digit, however they are spaced.

Check digit: 平成26年総務省令第85号 第5条. The number itself never leaves the sandbox; only how
many stand on which page.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

LENGTH = 12
MAX_GAP = 3  # characters between two digits of one number
INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")
HYPHENS = frozenset("-‐‑‒–—―−ー－ｰ─━~〜～・･._|｜│┃/／")


def check_digit(body: str) -> int:
    """Return the check digit of eleven digits (ASCII)."""
    total = 0
    for position, digit in enumerate(reversed(body), start=1):
        total += int(digit) * (position + 1 if position <= 6 else position - 5)
    rest = total % 11
    return 0 if rest <= 1 else 11 - rest


def is_valid(number: str) -> bool:
    """Whether twelve ASCII digits carry their check digit; one digit repeated does not count."""
    return (
        len(number) == LENGTH
        and len(set(number)) > 1
        and check_digit(number[:-1]) == int(number[-1])
    )


def count(text: str) -> int:
    """Return how many personal numbers stand in the text."""
    return sum(1 for chain in _chains(text) for _number in _numbers(chain))


def _chains(text: str) -> Iterator[list[str]]:
    """Yield groups of digits that are parted only by spaces or hyphens (at most MAX_GAP)."""
    chain: list[str] = []
    gap = MAX_GAP + 1
    for char in text:
        if char in INVISIBLE:
            continue
        digit = unicodedata.digit(char, None)
        if digit is not None:
            if chain and gap == 0:
                chain[-1] += str(digit)
            elif chain and gap <= MAX_GAP:
                chain.append(str(digit))
            else:
                if chain:
                    yield chain
                chain = [str(digit)]
            gap = 0
        elif char.isspace() or char in HYPHENS:
            gap += 1
        else:
            gap = MAX_GAP + 1
    if chain:
        yield chain


def _numbers(chain: list[str]) -> Iterator[str]:
    """Yield the valid numbers of a chain.

    Either one group of twelve, or the whole chain, or neighbours of one length (4-4-4, 3-3-3-3,
    single digits) that are not themselves part of a longer row of that length.
    """
    for group in chain:
        if is_valid(group):
            yield group
    if len(chain) == 1:
        return
    whole = "".join(chain)
    if len(whole) == LENGTH:
        if is_valid(whole) and not _years(chain):
            yield whole
        return
    start = 0
    while start < len(chain):
        end = start
        while end < len(chain) and len(chain[end]) == len(chain[start]):
            end += 1
        row = chain[start:end]
        joined = "".join(row)
        if len(row) > 1 and is_valid(joined) and not _years(row):
            yield joined
        start = end


def _years(groups: list[str]) -> bool:
    """Whether the groups are calendar years: the head of a statistical table."""
    return all(len(group) == 4 and group[:2] in ("19", "20") for group in groups)
