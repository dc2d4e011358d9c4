"""``w``: words by Sudachi, split mode A, in their normalized form; particles, auxiliaries and
symbols dropped.

Sudachi's dictionary and tokenizer are loaded at the first use (0.2 s, 46 MB). A tokenizer is not
safe between threads, so every thread has its own on one dictionary.
"""

import re
import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sudachipy import Dictionary, SplitMode

from search.analysis.kanji import MODERN_TABLE

_DROPPED = frozenset({"助詞", "助動詞", "補助記号", "記号", "空白"})
#: Words that a question is made with, not about.
LIGHT = frozenset(
    [
        "為る", "居る", "有る", "成る", "言う", "出来る", "行う", "呼ぶ", "何", "何処", "何時",
        "誰", "何れ", "どれ", "どこ", "いつ", "どの", "どう", "如何", "幾つ", "幾ら", "何故",
        "此れ", "其れ", "此の", "其の", "事", "物", "為", "様", "よう", "こと", "もの",
        "ため", "無い", "良い", "所", "とき", "時", "場合", "方", "訳", "中", "等",
        "お", "御", "ご",
    ]
)  # fmt: skip
_CHUNK = 10_000  # Sudachi refuses more than 49,149 bytes
_BREAK = re.compile(r"[\n。]")
_NOT_TOKEN = re.compile(r"[\x00-\x2f\x3a-\x60\x7b-\x7f\s]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A content word: its token, its place in the clean text, its part of speech, its reading."""

    token: str
    start: int
    end: int
    part: str
    reading: str


class _Tokenizers:
    """One dictionary per process, one tokenizer per thread, both made at the first use."""

    def __init__(self) -> None:
        self._local = threading.local()
        self._lock = threading.Lock()
        self._dictionary: Any = None

    def mine(self) -> Any:
        """The calling thread's tokenizer."""
        tokenizer = getattr(self._local, "tokenizer", None)
        if tokenizer is None:
            with self._lock:
                if self._dictionary is None:
                    self._dictionary = Dictionary(dict="small")
            tokenizer = self._local.tokenizer = self._dictionary.create(SplitMode.A)
        return tokenizer


_tokenizers = _Tokenizers()


@lru_cache(maxsize=50_000)
def token_of(form: str) -> str:
    """A dictionary form as an index token: modern kanji, lower case, no ASCII punctuation or
    space.
    """
    return _NOT_TOKEN.sub("", form.lower().translate(MODERN_TABLE))


def _chunks(text: str) -> list[tuple[int, str]]:
    if len(text) <= _CHUNK:
        return [(0, text)]
    chunks: list[tuple[int, str]] = []
    start = 0
    while start < len(text):
        end = min(start + _CHUNK, len(text))
        if end < len(text):
            breaks = [match.end() for match in _BREAK.finditer(text, start + _CHUNK // 2, end)]
            end = breaks[-1] if breaks else end
        chunks.append((start, text[start:end]))
        start = end
    return chunks


def words(cleaned: str) -> list[Word]:
    """The content words of a clean text with their places."""
    found: list[Word] = []
    tokenizer = _tokenizers.mine()
    for offset, chunk in _chunks(cleaned):
        for morpheme in tokenizer.tokenize(chunk):
            part = morpheme.part_of_speech()[0]
            if part in _DROPPED:
                continue
            token = token_of(morpheme.normalized_form())
            if token:
                begin, end = morpheme.begin() + offset, morpheme.end() + offset
                found.append(Word(token, begin, end, part, morpheme.reading_form()))
    return found


def tokens(cleaned: str) -> list[str]:
    """Only the tokens: what is stored for a page."""
    found: list[str] = []
    tokenizer = _tokenizers.mine()
    for _, chunk in _chunks(cleaned):
        for morpheme in tokenizer.tokenize(chunk):
            if morpheme.part_of_speech()[0] not in _DROPPED:
                token = token_of(morpheme.normalized_form())
                if token:
                    found.append(token)
    return found


@lru_cache(maxsize=2_048)
def query_words(cleaned: str) -> tuple[Word, ...]:
    """:func:`words` for the short texts of queries, remembered."""
    return tuple(words(cleaned))


def is_light(word: Word) -> bool:
    """Whether a word says nothing about the subject of a question (何, する, こと)."""
    return word.token in LIGHT or word.part == "代名詞"


def is_sentence(cleaned: str) -> bool:
    """Whether particles or auxiliaries hold the words together (natural language, not a list of
    terms).
    """
    if not cleaned:
        return False
    parts = [m.part_of_speech()[0] for m in _tokenizers.mine().tokenize(cleaned[:_CHUNK])]
    return sum(part in ("助詞", "助動詞") for part in parts) >= 1 and len(parts) >= 4
