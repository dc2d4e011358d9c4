"""From spans to boxes: partial words, lines, vertical columns, the edge of the page."""

from knowledge.documents.boxes import of_span

LINE = [[0, 10, 100, 200, 500, 30, 99, 0, "h"], [10, 14, 600, 200, 200, 30, 99, 0, "h"]]


def corners(words: list[list[object]], span: tuple[int, int]) -> list[tuple[float, ...]]:
    return [(box.x, box.y, box.w, box.h) for box in of_span(words, span)]


def test_a_part_of_a_word_is_cut_in_proportion() -> None:
    assert corners(LINE, (2, 4)) == [(198, 198, 104, 34)]


def test_words_of_one_line_are_one_box() -> None:
    assert corners(LINE, (8, 12)) == [(498, 198, 204, 34)]


def test_two_lines_are_two_boxes_in_reading_order() -> None:
    words = [*LINE, [14, 20, 100, 240, 300, 30, 99, 1, "h"]]
    assert corners(words, (12, 16)) == [(698, 198, 104, 34), (98, 238, 104, 34)]


def test_vertical_writing_has_tall_boxes() -> None:
    words = [[0, 10, 800, 100, 30, 500, 99, 0, "v"]]
    assert corners(words, (2, 6)) == [(798, 198, 34, 204)]


def test_nothing_leaves_the_page() -> None:
    assert corners([[0, 2, 0, 0, 1000, 1000, 99, 0, "h"]], (0, 2)) == [(0, 0, 1000, 1000)]


def test_a_span_beside_every_word_has_no_box() -> None:
    assert corners(LINE, (14, 18)) == []
    assert corners([], (0, 3)) == []
