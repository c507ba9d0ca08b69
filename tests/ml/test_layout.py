"""Reading order and grouping."""

import numpy as np
import pytest

from ml.layout import around, beside, lines, numbers
from ml.page import Box
from tests.ml import laid_out


def row(lefts: list[int], top: int = 0, width: int = 20, height: int = 30) -> list[Box]:
    return [(left, top, width, height) for left in lefts]


def test_boxes_are_read_from_left_to_right_whatever_their_order() -> None:
    assert lines(row([60, 0, 30])) == [[1, 2, 0]]


def test_lines_are_read_from_the_top() -> None:
    assert lines(row([0, 30], top=100) + row([0, 30])) == [[2, 3], [0, 1]]


def test_a_sloping_line_stays_one_line() -> None:
    sloping = [(30 * at, 8 * at, 20, 30) for at in range(12)]
    assert lines(sloping) == [list(range(12))]


def test_low_digits_belong_to_the_line_they_stand_in() -> None:
    assert lines([(0, 0, 20, 40), (30, 15, 20, 25), (60, -4, 20, 40)]) == [[0, 1, 2]]


def test_a_wide_gap_begins_a_new_number() -> None:
    boxes = row([0, 25, 50, 130, 155])
    assert numbers(boxes, range(5)) == [[0, 1, 2], [3, 4]]


def test_evenly_wide_gaps_as_in_form_fields_are_one_number() -> None:
    assert numbers(row([0, 60, 120, 180, 240, 300]), range(6)) == [[0, 1, 2, 3, 4, 5]]


def test_narrow_ones_do_not_divide_a_number() -> None:
    boxes = [(0, 0, 20, 30), (35, 0, 4, 30), (52, 0, 4, 30), (70, 0, 20, 30)]
    assert numbers(boxes, range(4)) == [[0, 1, 2, 3]]


def test_one_digit_is_one_number() -> None:
    assert numbers(row([5]), [0]) == [[0]]


def test_nothing_gives_no_lines() -> None:
    assert lines([]) == []


def test_the_box_around_holds_all() -> None:
    assert around([(5, 9, 10, 10), (40, 2, 10, 30)]) == (5, 2, 45, 30)


def test_what_stands_near_in_the_same_line_is_beside_a_number() -> None:
    number = (100, 50, 80, 30)
    assert beside((185, 52, 20, 28), number)
    assert beside((130, 50, 10, 30), number)
    assert not beside((215, 50, 20, 30), number)
    assert not beside((120, 90, 20, 30), number)


def test_numbers_far_apart_on_a_sloping_page_are_in_one_line() -> None:
    slope = [(x, round(0.17 * x) + 60 * row, 20, 30) for row in range(3) for x in (0, 25, 50, 200, 225, 250)]
    assert lines(slope) == [[6 * row + at for at in range(6)] for row in range(3)]


def test_two_columns_are_read_one_after_the_other() -> None:
    left = [box for at in range(4) for box in row([0, 25, 50], top=60 * at)]
    right = [box for at in range(4) for box in row([300, 325, 350], top=60 * at + 30)]
    assert lines(left + right) == [[3 * at, 3 * at + 1, 3 * at + 2] for at in range(8)]


def test_the_cells_of_a_tables_row_are_one_line() -> None:
    table = [box for at in range(4) for box in row([0, 25, 300, 325], top=60 * at)]
    assert lines(table) == [[4 * at, 4 * at + 1, 4 * at + 2, 4 * at + 3] for at in range(4)]


def test_lone_digits_in_cells_are_several_numbers() -> None:
    assert numbers(row([0, 150, 300, 450, 600, 750]), range(6)) == [[0], [1], [2], [3], [4], [5]]


@pytest.mark.parametrize("kind", laid_out.KINDS)
def test_pages_of_every_kind_are_mostly_read_in_order(kind: str) -> None:
    chance = np.random.default_rng(30)
    pages = [laid_out.draw(kind, chance) for _ in range(60)]
    found = [[group for line in lines(page.boxes) for group in numbers(page.boxes, line)] for page in pages]
    right = [got == [number for line in page.lines for number in line] for got, page in zip(found, pages, strict=True)]
    assert sum(right) >= 0.8 * len(pages)
