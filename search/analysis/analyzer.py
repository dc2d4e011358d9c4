"""A row's text as the tokens that both engines store. The one place where analysis is versioned.

``VERSION`` is stored with each row; a row of another version is rebuilt (``manage.py search
drift``).
"""

from dataclasses import dataclass

from search.analysis import dates, grams, numbers, words
from search.analysis.clean import clean
from search.analysis.fold import fold, fold_text

#: Raise it when any module of this package gives other tokens for the same text.
VERSION = 1


@dataclass(frozen=True, slots=True)
class Tokens:
    """Space-separated tokens per column of the index, and the clean text that phrases are verified
    in.
    """

    t: str
    w: str
    g: str
    d: str
    n: str
    clean: str
    clean_title: str


def analyze(title: str, text: str) -> Tokens:
    """Analyse a title (with heading) and a page's text. Never fails, whatever the text is."""
    cleaned, cleaned_title = clean(text), clean(title)
    title_words = words.tokens(cleaned_title.text)
    title_grams = grams.bigrams(fold_text(cleaned_title.text))
    both = f"{cleaned_title.text}\n{cleaned.text}"
    return Tokens(
        t=" ".join([*title_words, "_", *title_grams]),
        w=" ".join(words.tokens(cleaned.text)),
        g=" ".join(grams.bigrams(fold(cleaned).text)),
        d=" ".join(token for mention in dates.dates(both) for token in mention.tokens),
        n=" ".join(numbers.numbers(both)),
        clean=cleaned.text,
        clean_title=cleaned_title.text,
    )
