"""``g``: folded bigrams over every run of letters and digits, and the last character of each run
alone.

The lone last character is what makes 税* find 市民税, and it marks the end of a run: a phrase of
bigrams can therefore never match across two runs.
"""

from search.analysis.fold import runs


def bigrams(folded: str) -> list[str]:
    """The tokens of a folded text, in order."""
    tokens: list[str] = []
    for start, end in runs(folded):
        tokens.extend([folded[i : i + 2] for i in range(start, end - 1)])
        tokens.append(folded[end - 1])
    return tokens


def phrase(folded: str) -> tuple[list[str], bool]:
    """The tokens that find ``folded`` anywhere, and whether the last one is a prefix (税 → 税*).

    Inner runs must end where they end in the text; the last run may go on.
    """
    tokens: list[str] = []
    spans = runs(folded)
    for index, (start, end) in enumerate(spans):
        tokens.extend([folded[i : i + 2] for i in range(start, end - 1)])
        if index < len(spans) - 1:
            tokens.append(folded[end - 1])
        elif end - start == 1:
            return [*tokens, folded[end - 1]], True
    return tokens, False
