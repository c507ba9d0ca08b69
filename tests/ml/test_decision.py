"""Digit or not: alone, and in company."""

import numpy as np
import pytest

from ml.decision import PAGE_PRIOR, Rule, answers, digits_on_page, may_be_plain
from ml.page import Box
from ml.segmentation import Glyph

SURE_DIGIT, DOUBTFUL, SURE_NONE = 0.0001, 0.03, 0.99


def chances(*none: float) -> np.ndarray:
    """Fives, with these chances of being no digit."""
    table = np.zeros((len(none), 11))
    table[:, 10] = none
    table[:, 5] = 1 - table[:, 10]
    return table


def row(count: int, top: int = 0) -> list[tuple[int, int, int, int]]:
    return [(30 * at, top, 20, 30) for at in range(count)]


def test_a_glyph_alone_is_rejected_above_the_limit_only() -> None:
    assert answers(chances(0.6, 0.95), reject_above=0.9).tolist() == [5, 10]
    assert answers(chances(0.6, 0.95), reject_above=0.5).tolist() == [10, 10]


def test_a_lone_glyph_on_a_page_is_judged_by_itself() -> None:
    assert digits_on_page(chances(0.02), row(1), reject_above=0.25).tolist() == [True]
    assert digits_on_page(chances(0.3), row(1), reject_above=0.25).tolist() == [False]


@pytest.mark.parametrize(("neighbour", "is_digit"), [(SURE_DIGIT, True), (SURE_NONE, False)])
def test_a_doubtful_glyph_is_what_its_line_is(neighbour: float, is_digit: bool) -> None:
    assert digits_on_page(chances(DOUBTFUL, *[neighbour] * 4), row(5), reject_above=0.2)[0] == is_digit


def test_a_clear_digit_stays_one_among_letters() -> None:
    assert digits_on_page(chances(1e-5, *[SURE_NONE] * 6), row(7), reject_above=0.2).tolist() == [True] + [False] * 6


def test_lines_of_letters_leave_a_line_of_digits_alone() -> None:
    below = [box for line in range(1, 5) for box in row(4, top=60 * line)]
    digits = digits_on_page(chances(*[0.002] * 3, *[SURE_NONE] * 16), row(3) + below, reject_above=0.2)
    assert digits.tolist() == [True] * 3 + [False] * 16


def test_no_glyphs_no_digits() -> None:
    assert digits_on_page(np.zeros((0, 11)), [], reject_above=0.2).tolist() == []


def test_the_rule_is_read_from_the_card() -> None:
    assert Rule.of_card({"reject_above": {"glyph": 0.8, "page": 0.1}}) == Rule(0.8, 0.1)
    assert Rule.of_card({}) == Rule(0.5, 0.5)


def test_chances_that_know_how_rare_no_digit_is_on_pages_are_not_doubted_again() -> None:
    doubtful = chances(0.1)
    assert digits_on_page(doubtful, row(1), reject_above=0.4, prior=PAGE_PRIOR).tolist() == [True]
    assert digits_on_page(doubtful, row(1), reject_above=0.4).tolist() == [False]


def glyphs(*boxes: Box) -> list[Glyph]:
    return [Glyph(box, np.full((box[3], box[2]), 255, np.uint8)) for box in boxes]


def test_a_row_of_upright_glyphs_may_be_read_by_its_ink_alone() -> None:
    assert may_be_plain(glyphs((0, 0, 20, 30), (30, 2, 18, 28), (60, 0, 5, 30)))


@pytest.mark.parametrize(
    "other",
    [(30, 0, 60, 30), (40, -20, 5, 60), (2, 33, 16, 12)],
    ids=["glued digits", "a frame's side", "the lower half of a broken digit"],
)
def test_what_may_be_something_else_wants_a_second_look(other: Box) -> None:
    assert not may_be_plain(glyphs((0, 0, 20, 30), (100, 0, 20, 30), (130, 0, 20, 30), other))
