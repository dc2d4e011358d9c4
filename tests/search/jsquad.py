"""JSQuAD as a relevance test: every paragraph a note, every question a search, gold its
paragraph.
"""

import json
import random
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from search.analysis import grams, words
from search.analysis.clean import clean
from search.analysis.fold import fold_text

FILE = Path(__file__).parents[1] / "samples" / "jsquad" / "valid.json"


@dataclass(frozen=True, slots=True)
class Paragraph:
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Recall at 10 and mean reciprocal rank (within 10)."""

    recall: float
    mrr: float


def load() -> tuple[list[Paragraph], list[tuple[str, int]]]:
    """Paragraphs, and (question, number of its paragraph)."""
    paragraphs: list[Paragraph] = []
    questions: list[tuple[str, int]] = []
    for article in json.loads(FILE.read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            title, _, text = paragraph["context"].partition(" [SEP] ")
            questions += [(qa["question"], len(paragraphs)) for qa in paragraph["qas"]]
            paragraphs.append(Paragraph(title, text))
    return paragraphs, questions


def sample(questions: Sequence[tuple[str, int]], size: int, seed: int) -> list[tuple[str, int]]:
    """A reproducible choice of questions."""
    chosen = list(questions)
    random.Random(seed).shuffle(chosen)
    return chosen[:size]


def judge(ask: Callable[[str], Sequence[int]], questions: Iterable[tuple[str, int]]) -> Figures:
    """Ask every question; `ask` answers with the ten best paragraphs."""
    hits = reciprocal = total = 0.0
    for question, gold in questions:
        ranked = list(ask(question))[:10]
        total += 1
        if gold in ranked:
            hits += 1
            reciprocal += 1 / (ranked.index(gold) + 1)
    return Figures(hits / total, reciprocal / total)


class Plain:
    """Plain FTS5 baselines: ORed Sudachi A words, ORed bigrams, and the sum of both with titles."""

    def __init__(self, paragraphs: Sequence[Paragraph]) -> None:
        self.database = sqlite3.connect(":memory:")
        for name in ("w", "g", "t"):
            self.database.execute(f"CREATE VIRTUAL TABLE {name} USING fts5(x, tokenize='ascii')")
        for number, paragraph in enumerate(paragraphs):
            text, title = clean(paragraph.text).text, clean(paragraph.title).text
            values = {"w": self.words(text), "g": self.grams(text), "t": self.words(title)}
            for name, tokens in values.items():
                self.database.execute(
                    f"INSERT INTO {name}(rowid, x) VALUES (?, ?)", (number, " ".join(tokens))
                )

    @staticmethod
    def words(text: str) -> list[str]:
        return words.tokens(text)

    @staticmethod
    def grams(text: str) -> list[str]:
        return [token for token in grams.bigrams(fold_text(text)) if len(token) == 2]

    def _scores(self, name: str, tokens: Iterable[str]) -> dict[int, float]:
        query = " OR ".join('"' + token.replace('"', '""') + '"' for token in dict.fromkeys(tokens))
        if not query:
            return {}
        return dict(
            self.database.execute(
                f"SELECT rowid, -bm25({name}) FROM {name} WHERE x MATCH ?", (query,)
            )
        )

    @staticmethod
    def _best(scores: dict[int, float]) -> list[int]:
        return sorted(scores, key=lambda number: -scores[number])[:10]

    def by_words(self, question: str) -> list[int]:
        return self._best(self._scores("w", self.words(clean(question).text)))

    def by_grams(self, question: str) -> list[int]:
        return self._best(self._scores("g", self.grams(clean(question).text)))

    def by_all(self, question: str) -> list[int]:
        text = clean(question).text
        total: dict[int, float] = {}
        for name, tokens in (
            ("w", self.words(text)),
            ("g", self.grams(text)),
            ("t", self.words(text)),
        ):
            for number, score in self._scores(name, tokens).items():
                total[number] = total.get(number, 0.0) + score
        return self._best(total)
