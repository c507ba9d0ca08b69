"""Digits cut out by their box."""

import numpy as np

from ml.crops import crop
from ml.ink import Ink


def inked(*strokes: tuple[slice, slice]) -> Ink:
    """A page of 60 × 80 with full ink in these places."""
    mask = np.zeros((60, 80), np.uint8)
    for rows, columns in strokes:
        mask[rows, columns] = 1
    return Ink(mask * np.uint8(255), mask, mask)


DIGIT = (slice(10, 50), slice(30, 36))


def test_a_crop_holds_the_box_with_a_small_margin() -> None:
    cut = crop(inked(DIGIT), (22, 10, 22, 40))
    assert cut.shape == (44, 26)
    assert cut[2:-2, 10:16].min() == 255


def test_a_neighbour_that_reaches_in_is_blotted_out_and_the_digit_stays() -> None:
    cut = crop(inked(DIGIT, (slice(10, 50), slice(41, 60))), (22, 10, 22, 40))
    assert cut[:, 18:].max() <= 8
    assert cut[2:-2, 10:16].min() == 255


def test_a_stroke_into_the_middle_of_the_box_stays() -> None:
    crossed = inked(DIGIT, (slice(28, 31), slice(30, 80)))
    assert crop(crossed, (22, 10, 22, 40))[20, -1] == 255


def test_a_detached_bar_inside_the_box_stays() -> None:
    barred = inked(DIGIT, (slice(11, 14), slice(38, 42)))
    assert crop(barred, (22, 10, 22, 40))[4, 19] == 255


def test_a_box_at_the_edge_is_cut_and_one_outside_is_empty() -> None:
    assert crop(inked(DIGIT), (-10, 40, 30, 40)).shape == (22, 22)
    assert crop(inked(DIGIT), (200, 200, 10, 10)).shape == (0, 0)


def test_in_a_box_within_ink_the_digit_is_what_the_ink_leaves_out() -> None:
    sheet = inked((slice(0, 60), slice(0, 80)))
    sheet.level[10:50, 30:36] = sheet.mask[10:50, 30:36] = 0
    cut = crop(sheet, (22, 10, 22, 40))
    assert cut[2:-2, 10:16].min() == 255
    assert cut[:, :8].max() == 0
