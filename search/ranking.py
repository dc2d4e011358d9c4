"""The fine ranking, the same for both engines.

An engine's rough score picks the candidates; here they are scored again from their stored tokens:
BM25F of words (a title word counts as one of the text) + .3 synonyms + .3 bigrams + a boost for
every run of kanji or katakana of the query that stands in the text as it is. On pages that OCR read
with a confidence below .9 the bigrams count instead of the words.
Weights measured in docs/search.md.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from search.analysis.fold import fold_text
from search.analysis.grams import phrase
from search.engines.base import Frequencies, Stored
from search.plan import Leaf, Plan

K1, B = 1.2, 0.75
TITLE, SYNONYM, RUN = 1.0, 0.3, 0.2
GRAMS, TITLE_GRAMS = 0.3, 0.5
SURE = 90.0  # OCR confidence from which words can be trusted
EXACT, NORMALIZED, FOLDED = 3, 2, 1
MANY = 12  # tokens from which counting a whole field is cheaper than looking for each


@dataclass(frozen=True, slots=True)
class Ranked:
    """The score of one row: tier first (0 in questions), then points."""

    id: int
    tier: int
    points: float

    @property
    def key(self) -> tuple[int, float]:
        """What rows and groups are sorted by, descending."""
        return self.tier, self.points


def _idf(rows: int, holding: int) -> float:
    return math.log(1 + (rows - holding + 0.5) / (holding + 0.5)) if rows > holding else 0.1


class _Field:
    """A stored field, ready for counting tokens: searched as a string, or counted when many ask."""

    def __init__(self, tokens: str, *, many: bool) -> None:
        self.length = tokens.count(" ") + 1 if tokens else 0
        self._counts = Counter(tokens.split()) if many else None
        self._padded = "" if many else f" {tokens.replace(' ', '  ')} "

    def count(self, token: str) -> int:
        """How often the token stands here."""
        if self._counts is not None:
            return self._counts[token]
        return self._padded.count(f" {token} ")


def _bm25(
    text: _Field,
    title: _Field,
    wanted: Iterable[tuple[str, float]],
    mean: float,
    title_weight: float,
) -> float:
    """BM25F of ``wanted`` (token, weight): a token of the title counts ``title_weight`` times."""
    length = 1 - B + B * (text.length + title.length) / max(mean, 1.0)
    total = 0.0
    for token, weight in wanted:
        count = text.count(token) + title_weight * title.count(token)
        if count:
            total += weight * count * (K1 + 1) / (count + K1 * length)
    return total


class Ranking:
    """Scores rows for one plan."""

    def __init__(self, plan: Plan, frequencies: Frequencies, today: date) -> None:
        self.plan, self.frequencies, self.today = plan, frequencies, today
        self.rows = max(frequencies.rows, 2)
        self.words = [(word, self._weight("w", word)) for word in plan.words]
        self.synonyms = [(word, self._weight("w", word)) for word in plan.synonym_words]
        self.grams = [(gram, self._weight("g", gram)) for gram in plan.grams]
        self.runs = [(run, self._run_weight(run)) for run in plan.runs]

    def _weight(self, column: str, term: str) -> float:
        return _idf(self.rows, self.frequencies.terms.get((column, term), 1))

    def _run_weight(self, run: str) -> float:
        """log(1 + N/df) × length; the rarest bigram of a run bounds how many rows can hold it."""
        tokens, _ = phrase(run)
        known = [self.frequencies.terms.get(("g", token), 2) for token in tokens]
        holding = min(known, default=2)
        return RUN * math.log(1 + self.rows / max(holding, 1)) * min(len(run), 8)

    def score(self, stored: Stored, prior: float = 0.0) -> Ranked:
        """Score one row; ``prior`` comes from its kind."""
        title, _, title_grams = stored.t.partition(" _")
        sure = not stored.is_scan or stored.confidence >= SURE
        points = 0.0
        if not sure or self.plan.question:
            many = len(self.grams) > MANY
            points += (GRAMS if sure else 1.0) * _bm25(
                _Field(stored.g, many=many),
                _Field(title_grams.strip(), many=many),
                self.grams,
                self.frequencies.mean_grams,
                TITLE_GRAMS,
            )
        if sure:
            many, mean = len(self.words) + len(self.synonyms) > MANY, self.frequencies.mean_words
            tokens, titles = _Field(stored.w, many=many), _Field(title, many=many)
            points += _bm25(tokens, titles, self.words, mean, TITLE)
            if self.synonyms:
                points += SYNONYM * _bm25(tokens, titles, self.synonyms, mean, TITLE)
        folded = fold_text(stored.clean) if self.runs or not self.plan.question else ""
        points += sum(weight for run, weight in self.runs if run in folded)
        tier = 0 if self.plan.question else self._tier(stored, folded)
        return Ranked(stored.id, tier, points + prior + self._recency(stored.made_on))

    def _recency(self, made_on: str) -> float:
        """Up to .1 for what was made today, halved every five years."""
        if not made_on:
            return 0.0
        age = max((self.today - date.fromisoformat(made_on)).days, 0) / 365.25
        return float(0.1 * 0.5 ** (age / 5))

    def _tier(self, stored: Stored, folded: str) -> int:
        """Exact before normalized before folded; the weakest leaf decides."""
        return min((_leaf_tier(leaf, stored, folded) for leaf in self.plan.leaves), default=EXACT)


def _leaf_tier(leaf: Leaf, stored: Stored, folded: str) -> int:
    if leaf.text in stored.clean or leaf.text in stored.clean_title:
        return EXACT
    if leaf.words and f" {' '.join(leaf.words)} " in f" {stored.w} {stored.t} ":
        return NORMALIZED
    return FOLDED


def run_grams(folded: Iterable[str]) -> list[str]:
    """The bigrams whose frequencies bound those of the runs."""
    return [token for run in folded for token in phrase(run)[0]]
