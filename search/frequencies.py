"""How common words are: one table, refreshed nightly, the same for both engines; used for ranking,
never shown.
"""

from collections.abc import Iterable

from django.db import transaction

from search.engines.base import Engine, Frequencies
from search.models import DocumentFrequency, Statistics

_LONGEST = 64
_BATCH = 5_000


def count(engine: Engine) -> int:
    """Count again; returns the number of tokens kept."""
    rows, words, title, grams = engine.means()
    kept = [
        DocumentFrequency(column=column, term=term, rows=holding)
        for column, term, holding in engine.frequencies()
        if len(term) <= _LONGEST
    ]
    with transaction.atomic():
        DocumentFrequency.objects.all().delete()
        DocumentFrequency.objects.bulk_create(kept, batch_size=_BATCH)
        Statistics.objects.update_or_create(
            pk=1,
            defaults={"rows": rows, "mean_words": words, "mean_title": title, "mean_grams": grams},
        )
    return len(kept)


def of(words: Iterable[str] = (), grams: Iterable[str] = ()) -> Frequencies:
    """The frequencies of some words and bigrams (three queries)."""
    statistics = Statistics.objects.filter(pk=1).first() or Statistics()
    found: dict[tuple[str, str], int] = {}
    for column, terms in (("w", set(words)), ("g", set(grams))):
        if terms:  # both parts of the index named: it is not scanned
            holding = DocumentFrequency.objects.filter(column=column, term__in=terms)
            found |= {(column, term): rows for term, rows in holding.values_list("term", "rows")}
    return Frequencies(
        statistics.rows, statistics.mean_words, statistics.mean_title, statistics.mean_grams, found
    )
