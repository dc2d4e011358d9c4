"""Synonyms at query time, and the tables they come from.

Two sources in one table: Sudachi's synonym dictionary (npm ``sudachi-synonyms-dictionary``,
Apache-2.0) and the city's abbreviations and forms (``search/data/city_synonyms.tsv``, then edited
by the city).
"""

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from search.analysis.clean import clean
from search.analysis.fold import fold_text, runs
from search.analysis.words import query_words
from search.models import Synonym

MAX_FORMS = 12
MAX_LENGTH = 60
CITY_TABLE = Path(__file__).parent / "data" / "city_synonyms.tsv"
SUDACHI_TABLE = "node_modules/sudachi-synonyms-dictionary/sudachi-synonyms-dictionary.json"
_NEVER = 2  # expandControl: kept in the dictionary as a warning, never used
_LONGEST_SPAN = 6  # words of a compound that are looked up together


def key_of(form: str) -> str:
    """The folded letters and digits of a form: what forms are compared by."""
    folded = fold_text(clean(form).text)
    return "".join(folded[start:end] for start, end in runs(folded))


@dataclass(frozen=True, slots=True)
class _Form:
    form: str
    same_word: bool


def _lookup(keys: Iterable[str], on: date) -> dict[str, list[_Form]]:
    """Per key the other forms of its groups, forms of the same word first."""
    valid = (Q(valid_from=None) | Q(valid_from__lte=on)) & (
        Q(valid_until=None) | Q(valid_until__gte=on)
    )
    starts = list(
        Synonym.objects.filter(valid, key__in=set(keys), triggers=True).values_list(
            "key", "group", "word"
        )
    )
    if not starts:
        return {}
    members: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    groups = {group for _, group, _ in starts}
    for group, form, key, word in (
        Synonym.objects.filter(valid, group__in=groups)
        .order_by("id")
        .values_list("group", "form", "key", "word")
    ):
        members[group].append((form, key, word))
    found: dict[str, list[_Form]] = defaultdict(list)
    for key, group, word in starts:
        for form, other, other_word in members[group]:
            if other != key:
                found[key].append(_Form(form, other_word == word))
    for forms in found.values():
        forms.sort(key=lambda form: not form.same_word)
    return found


def expand(
    texts: Iterable[str], *, full: bool = False, on: date | None = None
) -> dict[str, list[str]]:
    """Other spellings of clean query texts, at most :data:`MAX_FORMS` each, in two queries.

    The whole text is looked up first, then parts of a compound (国保税 → 国民健康保険税). Without
    ``full`` only forms of the same word count (spellings, abbreviations, old names); with it,
    words of like meaning too.
    """
    spans: dict[str, list[tuple[int, int, str]]] = {text: _spans(text) for text in texts}
    keys = {key for found in spans.values() for _, _, key in found if key}
    table = _lookup(keys, on or timezone.localdate()) if keys else {}
    expanded: dict[str, list[str]] = {}
    for text, found in spans.items():
        forms: list[str] = []
        own = key_of(text)
        for start, end, key in found:
            whole = start == 0 and end == len(text)
            for form in table.get(key, []):
                if not form.same_word and not (full and whole):
                    continue
                spelling = text[:start] + clean(form.form).text + text[end:]
                if spelling not in forms and key_of(spelling) != own and len(forms) < MAX_FORMS:
                    forms.append(spelling)
        expanded[text] = forms
    return expanded


def _spans(text: str) -> list[tuple[int, int, str]]:
    """The whole text and every run of its words, longest first, each with its key."""
    if len(text) > MAX_LENGTH:
        return []
    spans = {(0, len(text))}
    found = query_words(text)
    for first in range(len(found)):
        for last in range(first, min(first + _LONGEST_SPAN, len(found))):
            start, end = found[first].start, found[last].end
            if end - start >= 2:
                spans.add((start, end))
    ordered = sorted(spans, key=lambda span: (span[0] - span[1], span[0]))
    return [(start, end, key_of(text[start:end])) for start, end in ordered]


def _sudachi_rows(path: Path) -> Iterator[Synonym]:
    groups: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    for group in groups:
        seen: set[str] = set()
        for item in group["items"]:
            form, control = item["midashi"], item.get("expandControl") or 0
            key = key_of(form)
            if control == _NEVER or not key or form in seen or len(form) > MAX_LENGTH:
                continue
            seen.add(form)
            yield Synonym(
                key=key, form=form, group=group["id"], word=item.get("vocabularyNumber") or 1,
                source=Synonym.SUDACHI, triggers=control == 0,
            )  # fmt: skip


def _city_rows(path: Path) -> Iterator[Synonym]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader((line for line in file if not line.startswith("#")), delimiter="\t")
        for number, forms in enumerate(rows, start=1):
            for form in dict.fromkeys(form for form in forms if form):
                # a form ending in < is found from the others but does not widen a search itself
                plain = form.rstrip("<")
                yield Synonym(
                    key=key_of(plain), form=plain, group=f"city{number}", triggers=plain == form
                )


def ensure_tables(folder: Path) -> dict[str, int]:
    """Fill what of the table is empty, from below ``folder``; number of forms per source filled."""
    filled: dict[str, int] = {}
    for source, path in ((Synonym.SUDACHI, folder / SUDACHI_TABLE), (Synonym.CITY, CITY_TABLE)):
        if path.exists() and not Synonym.objects.filter(source=source).exists():
            filled[source] = load_table(source, path)
    return filled


def load_table(source: str, path: Path) -> int:
    """Replace one source of the table by what a file says; returns the number of forms."""
    rows = list(_sudachi_rows(path) if source == Synonym.SUDACHI else _city_rows(path))
    with transaction.atomic():
        Synonym.objects.filter(source=source).delete()
        Synonym.objects.bulk_create(rows, batch_size=2_000)
    return len(rows)
