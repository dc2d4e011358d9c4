"""From a parsed query to what engines understand, with what has to be verified afterwards.

A leaf is widened where it stands, so that AND, OR and NOT hold over every spelling of it (a NOT
that is OR-ed with bigrams is how others lost it: Paperless-ngx 14156).
"""

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from search import synonyms
from search.analysis import grams
from search.analysis.dates import dates, most_exact
from search.analysis.fold import fold_text, is_rigid, runs
from search.analysis.numbers import numbers
from search.analysis.words import is_light, query_words
from search.engines.base import (
    AllOf,
    AnyOf,
    Everything,
    Frequencies,
    Match,
    Nothing,
    Phrase,
    Stored,
    Without,
)
from search.language.nodes import And, Exact, Node, Not, Or, Query, Term, positive_leaves

#: Decides on a row what the engine could not: row id and what is stored of it.
Check = Callable[[int, Stored], bool]
#: The ids of the rows that match a tree under the viewer's rights.
Ids = Callable[[Match], frozenset[int]]

_RUN = re.compile(r"[\u3005-\u3007\u3400-\u9fff\uf900-\ufaff]{2,}|[ァ-ヶー]{3,}|[0-9a-z]{2,}")
_KEPT_WORDS = 2  # the rarest words of a question stay, however common they are
_FEW_ROWS = 50  # an index so small has no common words
_CANDIDATES = 2_000  # rows that a question may look at, however small the index


@dataclass(frozen=True, slots=True)
class Leaf:
    """What one term looks for: its clean text, folded text, words and other spellings."""

    text: str
    folded: str
    words: tuple[str, ...]
    spellings: tuple[str, ...] = ()
    exact: bool = False


@dataclass(slots=True)
class Plan:
    """A query ready to run. ``checks`` must all hold; ``words`` and ``runs`` are what ranking
    counts.
    """

    match: Match
    leaves: list[Leaf]
    checks: list[Check] = field(default_factory=list)
    question: bool = False
    words: tuple[str, ...] = ()
    synonym_words: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    grams: tuple[str, ...] = ()

    @property
    def spellings(self) -> list[str]:
        """The other spellings that were looked for, each once."""
        return list(dict.fromkeys(form for leaf in self.leaves for form in leaf.spellings))


def _gram_phrase(folded: str) -> Match:
    tokens, prefix = grams.phrase(folded)
    return Phrase("gt", tuple(tokens), prefix) if tokens else Nothing()


def _word_phrase(words: Iterable[str]) -> Match:
    tokens = tuple(words)
    return Phrase("wt", tokens) if tokens else Nothing()


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(word.token for word in query_words(text))


def _is_distinct(folded: str) -> bool:
    """Whether a form may be looked for inside longer words: バス or IT would find バスケット and
    city.
    """
    letters = sum(end - start for start, end in runs(folded))
    has_kanji = any("\u3400" <= character <= "\u9fff" for character in folded)
    return (has_kanji and letters >= 2) or letters >= 4


def leaf_match(leaf: Leaf) -> Match:
    """A leaf in every spelling: words, bigrams, the date or number it is, and its synonyms."""
    if leaf.exact:
        tokens, prefix = grams.phrase(leaf.folded)
        if prefix and len(tokens) > 1:  # a prefix in a phrase is slow, and the text is verified
            return Phrase("gt", tuple(tokens[:-1]))
        return _gram_phrase(leaf.folded)
    ways: list[Match] = [_word_phrase(leaf.words), _gram_phrase(leaf.folded)]
    mentions = dates(leaf.text)
    if len(mentions) == 1 and mentions[0].start == 0 and mentions[0].end >= len(leaf.text):
        ways.append(Phrase("d", (most_exact(mentions[0]),)))
    found = numbers(leaf.text)
    if found and re.fullmatch(
        r"[^は、。]*(?:号(?:の\d+)?|[0-9〇一二三四五六七八九十百千][^0-9]{1,2})", leaf.text
    ):
        ways.append(Phrase("n", (found[-1],)))
    for form in leaf.spellings:
        folded = fold_text(form)
        if _is_distinct(folded):
            ways.append(_gram_phrase(folded))
        ways.append(_word_phrase(_tokens(form)))
    unique = [way for way in dict.fromkeys(ways) if not isinstance(way, Nothing)]
    return unique[0] if len(unique) == 1 else AnyOf(tuple(unique)) if unique else Nothing()


def _exact_check(leaf: Leaf) -> Check:
    text = leaf.text

    def verify(_: int, stored: Stored) -> bool:
        return text in stored.clean or text in stored.clean_title

    return verify


class _Compiler:
    """One walk over the tree; ``ids`` is asked only where OR or NOT stand over a passage to be
    verified.
    """

    def __init__(self, spellings: dict[str, list[str]], ids: Ids) -> None:
        self.spellings = spellings
        self.ids = ids
        self.leaves: list[Leaf] = []

    def leaf(self, node: Term | Exact) -> Leaf:
        exact = isinstance(node, Exact)
        return Leaf(
            node.text,
            fold_text(node.text),
            () if exact else _tokens(node.text),
            () if exact else tuple(self.spellings.get(node.text, ())),
            exact,
        )

    def compile(self, node: Node) -> tuple[Match, Check | None]:
        match node:
            case Term() | Exact():
                leaf = self.leaf(node)
                single = len(runs(leaf.folded)) == 1 and leaf.text.isalnum()
                rigid = single and is_rigid(leaf.text)
                return leaf_match(leaf), _exact_check(leaf) if leaf.exact and not rigid else None
            case Not(child):
                match_, check = self.compile(child)
                if check is None:
                    return Without(Everything(), match_), None
                return Everything(), _negated(check)
            case Or(children):
                return self._any([self.compile(child) for child in children])
            case And(children):
                return self._all([self.compile(child) for child in children])

    def _all(self, parts: list[tuple[Match, Check | None]]) -> tuple[Match, Check | None]:
        wanted = [match for match, _ in parts if not isinstance(match, Without | Everything)]
        removed = [match.removed for match, _ in parts if isinstance(match, Without)]
        base: Match = (
            wanted[0] if len(wanted) == 1 else AllOf(tuple(wanted)) if wanted else Everything()
        )
        if removed:
            base = Without(base, removed[0] if len(removed) == 1 else AnyOf(tuple(removed)))
        checks = [check for _, check in parts if check]
        if not checks:
            return base, None
        return base, lambda row, stored: all(check(row, stored) for check in checks)

    def _any(self, parts: list[tuple[Match, Check | None]]) -> tuple[Match, Check | None]:
        base = AnyOf(tuple(match for match, _ in parts))
        if not any(check for _, check in parts):
            return base, None
        ways = [_either(self.ids(match), check) for match, check in parts]
        return base, lambda row, stored: any(way(row, stored) for way in ways)


def _negated(check: Check) -> Check:
    return lambda row, stored: not check(row, stored)


def _either(ids: frozenset[int], check: Check | None) -> Check:
    return lambda row, stored: row in ids and (check is None or check(row, stored))


def build(query: Query, ids: Ids, frequencies: Callable[[Iterable[str]], Frequencies]) -> Plan:
    """Plan a query. ``frequencies`` is asked for the words of a question."""
    if query.node is None:
        return Plan(Everything(), [])
    terms = [leaf.text for leaf in positive_leaves(query.node) if isinstance(leaf, Term)]
    if query.question:
        return _question(query, terms, ids, frequencies)
    everything = [leaf.text for leaf in _all_terms(query.node)]
    compiler = _Compiler(synonyms.expand(everything), ids)
    match, check = compiler.compile(query.node)
    leaves = [compiler.leaf(node) for node in positive_leaves(query.node)]
    words = [word for leaf in leaves for word in leaf.words]
    other = [word for leaf in leaves for form in leaf.spellings for word in _tokens(form)]
    return Plan(
        match,
        leaves,
        [check] if check else [],
        words=tuple(dict.fromkeys(words)),
        synonym_words=tuple(word for word in dict.fromkeys(other) if word not in words),
        runs=tuple(
            dict.fromkeys(fold_text(run) for leaf in leaves for run in _RUN.findall(leaf.text))
        ),
        grams=_bigrams(leaf.folded for leaf in leaves),
    )


def _bigrams(folded: Iterable[str]) -> tuple[str, ...]:
    tokens = (token for text in folded for token in grams.bigrams(text))
    return tuple(dict.fromkeys(token for token in tokens if len(token) == 2))


def in_titles(match: Match) -> Match:
    """The same tree, looked for in titles alone."""
    match match:
        case Phrase(columns, tokens, prefix):
            return Phrase("t", tokens, prefix) if "t" in columns else Nothing()
        case AnyOf(children):
            return AnyOf(tuple(in_titles(child) for child in children))
        case AllOf(children):
            return AllOf(tuple(in_titles(child) for child in children))
        case Without(base, removed):
            return Without(in_titles(base), removed)
        case _:
            return match


def _all_terms(node: Node) -> list[Term]:
    match node:
        case Term():
            return [node]
        case Not(child):
            return _all_terms(child)
        case And(children) | Or(children):
            return [term for child in children for term in _all_terms(child)]
        case _:
            return []


def common_above(rows: int) -> float:
    """The share of rows above which a word of a question is too common: 20 % at 2,000 rows, 4 % at
    100,000.
    """
    if rows <= 2_000:
        return 0.20
    return max(0.04, 0.20 - 0.16 * math.log(rows / 2_000) / math.log(50))


def _telling(words: list[str], counts: dict[str, int], rows: int) -> list[str]:
    """The words of a question that tell rows apart: not too common, and few rows in all.

    The rarest stay, however common they are; ranking counts the others too.
    """
    limit = max(1.0, common_above(rows) * rows) if rows >= _FEW_ROWS else math.inf
    budget = max(_CANDIDATES, rows // 10)
    kept: set[str] = set()
    for number, word in enumerate(sorted(words, key=lambda word: counts[word])):
        if number >= _KEPT_WORDS and (counts[word] > limit or counts[word] > budget):
            break
        kept.add(word)
        budget -= counts[word]
    return [word for word in words if word in kept]


def _question(
    query: Query, terms: list[str], ids: Ids, frequencies: Callable[[Iterable[str]], Frequencies]
) -> Plan:
    """Any content word of the terms finds a row; what is quoted or excluded still binds."""
    everything = [word for text in terms for word in query_words(text)]
    subject = [word for word in everything if not is_light(word)] or everything
    found = list(dict.fromkeys(word.token for word in subject))
    surfaces = {
        word.token: text[word.start : word.end] for text in terms for word in query_words(text)
    }
    table = frequencies(found)
    counts = {word: table.terms.get(("w", word), 1) for word in found}
    kept = _telling(found, counts, table.rows)
    expanded = synonyms.expand([surfaces[word] for word in kept], full=True)
    other = [
        token for word in kept for form in expanded[surfaces[word]] for token in _tokens(form)[:1]
    ]
    other = [token for token in dict.fromkeys(other) if token not in found]
    table = frequencies(other)
    rare = max(_CANDIDATES, table.rows // 50)
    other = [token for token in other if table.terms.get(("w", token), 1) <= rare]
    question_runs = list(
        dict.fromkeys(fold_text(run) for text in terms for run in _RUN.findall(text))
    )
    ways: list[Match] = [Phrase("wt", (word,)) for word in kept]
    ways += [Phrase("wt", (word,)) for word in other]
    ways += [_gram_phrase(run) for run in question_runs if len(run) >= 3]
    leaves = [Leaf(surfaces[word], fold_text(surfaces[word]), (word,)) for word in kept]
    binding = _binding(query.node)
    if not ways and not binding:
        return Plan(Nothing(), leaves, question=True)
    base: Match = AnyOf(tuple(ways)) if ways else Everything()
    checks: list[Check] = []
    if binding:
        compiler = _Compiler({}, ids)
        rest, check = compiler.compile(And(tuple(binding)))
        base = _both(base, rest)
        checks = [check] if check else []
        leaves += [compiler.leaf(node) for node in positive_leaves(And(tuple(binding)))]
    return Plan(
        base,
        leaves,
        checks,
        True,
        tuple(found),
        tuple(other),
        tuple(question_runs),
        _bigrams(fold_text(text) for text in terms),
    )


def _binding(node: Node | None) -> list[Node]:
    """Of a question's top level, what is quoted or excluded."""
    children = node.children if isinstance(node, And) else (node,) if node else ()
    return [child for child in children if isinstance(child, Exact | Not)]


def _both(base: Match, rest: Match) -> Match:
    match rest:
        case Everything():
            return base
        case Without(inner, removed):
            return Without(_both(base, inner), removed)
        case _:
            return rest if isinstance(base, Everything) else AllOf((base, rest))
