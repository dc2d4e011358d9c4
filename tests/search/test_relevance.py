"""The judge: our search against plain baselines on JSQuAD, in the same run (docs/search.md)."""

import sys

import pytest

from groupware.organization.models import Staff
from search import frequencies
from search.engines.current import engine
from search.selectors import search
from tests.conftest import count
from tests.search import jsquad
from tests.search.conftest import Library

SEED = 20_261_124


@pytest.mark.django_db
def test_better_than_the_best_plain_baseline(library: Library, clerk: Staff) -> None:
    paragraphs, questions = jsquad.load()
    asked = jsquad.sample(questions, count(400, len(questions)), SEED)
    numbers = {}
    for number, paragraph in enumerate(paragraphs):
        numbers[library.add(paragraph.text, title=paragraph.title)] = number
    frequencies.count(engine())

    def ask(question: str) -> list[int]:
        return [numbers[hit.group] for hit in search(clerk, question, per_page=10).hits]

    plain = jsquad.Plain(paragraphs)
    baselines = [jsquad.judge(way, asked) for way in (plain.by_words, plain.by_grams, plain.by_all)]
    ours = jsquad.judge(ask, asked)
    # pytest shows it when the test fails, `make soak` always
    sys.stdout.write(
        f"seed {SEED}, {len(asked)} questions: ours {ours}, words, bigrams, all: {baselines}\n"
    )
    assert ours.recall >= max(each.recall for each in baselines) + 0.002
    assert ours.mrr >= max(each.mrr for each in baselines) + 0.008
