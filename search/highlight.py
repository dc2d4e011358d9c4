"""Where a query's words stand in a row's text, and the snippet that shows them. From our tokens,
not the engine's.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from search.analysis.clean import clean
from search.analysis.dates import dates, most_exact
from search.analysis.fold import Folded, fold, fold_text, runs
from search.analysis.words import query_words, words
from search.engines.base import Stored
from search.plan import Leaf
from search.results import Segment

SNIPPET = 90
_BEFORE = 24  # code points before the first hit, so that the eye finds its way
_NEARLY = 10  # a beginning as near as this is shown whole
_STOP = re.compile(r"[。\n！？!?]")
_SHORT_LINE = 25  # a heading or a cell, not a line of running text
_UNSHOWABLE = re.compile("[\ue000-\uf8ff\ufffd]")  # bullets of symbol fonts and the like
_COMMA = re.compile("、")
_WHITE = re.compile(r"\s+")
_JAPANESE = "\u3000-\u30ff\u3400-\u9fff\uff00-\uffef"
_BROKEN_LINE = re.compile(rf"(?<=[{_JAPANESE}])\s+(?=[{_JAPANESE}])")
_MOST = 400  # spans per text; a page of 「の」 is marked no further


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points of the original text, and which leaf it belongs to."""

    start: int
    end: int
    leaf: int


def _occurrences(needle: str, text: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    position = text.find(needle) if needle else -1
    while position >= 0 and len(found) < _MOST:
        found.append((position, position + len(needle)))
        position = text.find(needle, position + len(needle))
    return found


def _in_folded(needle: str, folded: Folded) -> list[tuple[int, int]]:
    return [folded.span(start, end) for start, end in _occurrences(needle, folded.text)]


def _letters(text: str) -> int:
    return sum(end - start for start, end in runs(text))


def _date_spans(leaf: Leaf, cleaned: str) -> list[tuple[int, int]]:
    mentions = dates(leaf.text)
    if len(mentions) != 1 or mentions[0].start or mentions[0].end < len(leaf.text):
        return []
    wanted = most_exact(mentions[0])
    return [(mention.start, mention.end) for mention in dates(cleaned) if wanted in mention.tokens]


class _Finder:
    """Finds leaves in one text; the costly word splitting happens at most once, and only when the
    row's stored words say that it will find something.
    """

    def __init__(self, text: str, stored_words: str | None) -> None:
        self.cleaned = clean(text)
        self.folded = fold(self.cleaned)
        self.stored_words = stored_words
        self._words: list[tuple[str, int, int]] | None = None

    def find(self, leaf: Leaf) -> list[tuple[int, int]]:
        """Ranges of the clean text: as typed or folded, in other spellings; words if nothing
        else.
        """
        if leaf.exact:
            return _occurrences(leaf.text, self.cleaned.text)
        found = _in_folded(leaf.folded, self.folded)
        for form in leaf.spellings:
            folded = fold_text(form)
            if _letters(folded) >= 2:
                found += _in_folded(folded, self.folded)
        found += _date_spans(leaf, self.cleaned.text)
        if not found and leaf.words:
            found = self._by_words(leaf.words)
            for form in leaf.spellings if not found else ():
                found += self._by_words(tuple(word.token for word in query_words(form)))
        return found

    def _by_words(self, tokens: tuple[str, ...]) -> list[tuple[int, int]]:
        if self.stored_words is not None and not _has_words(tokens, self.stored_words):
            return []
        if self._words is None:
            self._words = [(word.token, word.start, word.end) for word in words(self.cleaned.text)]
        found: list[tuple[int, int]] = []
        width = len(tokens)
        for index in range(len(self._words) - width + 1 if width else 0):
            if tuple(word[0] for word in self._words[index : index + width]) == tokens:
                found.append((self._words[index][1], self._words[index + width - 1][2]))
        return found


def _has_words(tokens: Sequence[str], stored_words: str) -> bool:
    return f" {' '.join(tokens)} " in f" {stored_words} "


def find_spans(text: str, leaves: Sequence[Leaf], stored_words: str | None = None) -> list[Span]:
    """Every place where a leaf stands in ``text``, in order, never overlapping.

    ``stored_words`` are the words that the index keeps of the same text, where they are at hand.
    """
    if not text or not leaves:
        return []
    finder = _Finder(text, stored_words)
    found = [
        Span(*finder.cleaned.span(start, end), number)
        for number, leaf in enumerate(leaves)
        for start, end in finder.find(leaf)
    ]
    found.sort(key=lambda span: (span.start, -span.end))
    kept: list[Span] = []
    for span in found:
        if span.start >= span.end:
            continue
        if kept and span.start < kept[-1].end:
            if span.end > kept[-1].end:
                kept[-1] = Span(kept[-1].start, span.end, kept[-1].leaf)
            continue
        kept.append(span)
    return kept[:_MOST]


def stands_in(stored: Stored, leaves: Sequence[Leaf]) -> bool:
    """Whether any leaf stands in the text of a row (not only in its title)."""
    folded = fold_text(stored.clean)
    return any(_leaf_stands_in(leaf, stored, folded) for leaf in leaves)


def _leaf_stands_in(leaf: Leaf, stored: Stored, folded: str) -> bool:
    if leaf.exact:
        return leaf.text in stored.clean
    return (
        leaf.folded in folded
        or (bool(leaf.words) and _has_words(leaf.words, stored.w))
        or any(fold_text(form) in folded for form in leaf.spellings)
        or bool(_date_spans(leaf, stored.clean))
    )


def snippet(text: str, spans: Sequence[Span], length: int = SNIPPET) -> list[Segment]:
    """The stretch of about ``length`` code points with the most different leaves, cut at 。 or a
    line.
    """
    start = _best_start(spans, length)
    begin = _cut_before(text, start)
    end = _cut_after(text, begin, length, [span for span in spans if span.start >= begin])
    segments: list[Segment] = []
    position = begin
    if text[:begin].strip():
        segments.append(Segment("…"))
    for span in spans:
        if span.end <= position or span.start >= end:
            continue
        _append(segments, text[position : max(span.start, position)], False)
        _append(segments, text[max(span.start, position) : min(span.end, end)], True)
        position = min(span.end, end)
    _append(segments, text[position:end], False)
    if text[end:].strip():
        segments.append(Segment("…"))
    return segments


def marked(text: str, spans: Sequence[Span]) -> list[Segment]:
    """A whole short text (a title) with its marks."""
    segments: list[Segment] = []
    position = 0
    for span in spans:
        _append(segments, text[position : span.start], False)
        _append(segments, text[span.start : span.end], True)
        position = span.end
    _append(segments, text[position:], False)
    return segments


def _append(segments: list[Segment], text: str, is_marked: bool) -> None:
    flat = _WHITE.sub(" ", _BROKEN_LINE.sub(_joint, _UNSHOWABLE.sub("", text)))
    if flat:
        segments.append(Segment(flat, is_marked))


def _joint(gap: re.Match[str]) -> str:
    """Nothing where a long line was broken; a space after a short line and between spaced
    letters.
    """
    line = gap.string[gap.string.rfind("\n", 0, gap.start()) + 1 : gap.start()]
    return "" if "\n" in gap.group() and len(line) >= _SHORT_LINE else " "


def _best_start(spans: Sequence[Span], length: int) -> int:
    best, best_count, window = 0, (0, 0), length - _BEFORE
    for index, span in enumerate(spans):
        inside = [other for other in spans[index : index + 40] if other.end <= span.start + window]
        count = (len({other.leaf for other in inside}), len(inside))
        if count > best_count:
            best, best_count = span.start, count
    return best


def _cut_before(text: str, start: int) -> int:
    low = max(0, start - _BEFORE)
    stops = [match.end() for match in _STOP.finditer(text, low, start)]
    if stops and start - stops[0] >= 4:
        return stops[0]
    if low <= _NEARLY:
        return 0
    commas = [match.end() for match in _COMMA.finditer(text, low, start)]
    return commas[0] if commas else low


def _cut_after(text: str, begin: int, length: int, spans: Sequence[Span]) -> int:
    limit = min(len(text), begin + length)
    if limit == len(text):
        return limit
    for span in spans:
        if span.start < limit < span.end:
            limit = min(span.end, begin + 2 * length)
    last = next((span.end for span in reversed(spans) if span.end <= limit), begin)
    stops = [
        match.end() for match in _STOP.finditer(text, max(last, begin + length * 2 // 3), limit)
    ]
    return stops[-1] if stops else limit
