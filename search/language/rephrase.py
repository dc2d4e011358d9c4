"""Shorter searches of the same words, offered when nothing was found."""

from search.analysis.words import query_words
from search.language.nodes import And, Exact, Not, Or, Term
from search.language.parser import parse

_MOST = 6


def shorter(text: str) -> list[str]:
    """Searches that ask for less: without quotes and exclusions, one term fewer, parts of a
    compound.
    """
    node = parse(text).node
    candidates: list[str] = []
    match node:
        case And(children) | Or(children):
            terms = [child.text for child in children if isinstance(child, Term | Exact)]
            if any(isinstance(child, Exact | Not) for child in children):
                candidates.append(" ".join(terms))
            if len(terms) > 1:
                candidates += [
                    " ".join(terms[:at] + terms[at + 1 :]) for at in range(len(terms) - 1, -1, -1)
                ]
        case Exact(passage):
            candidates += [passage, *_parts(passage)]
        case Term(word):
            candidates += _parts(word)
    own = text.strip()
    return [text for text in dict.fromkeys(candidates) if text and text != own][:_MOST]


def _parts(text: str) -> list[str]:
    """A compound without its last words, then without its first ones, then its words together."""
    found = query_words(text)
    if len(found) < 2:
        return []
    parts = [text[found[0].start : found[last].end] for last in range(len(found) - 2, -1, -1)]
    parts += [text[found[first].start : found[-1].end] for first in range(1, len(found))]
    parts = [part for part in parts if len(part) > 1]
    return [" ".join(text[word.start : word.end] for word in found), *parts]
