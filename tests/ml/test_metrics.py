"""Scores, against figures worked out by hand."""

import numpy as np
import pytest

from ml.scoring.metrics import auroc, calibration_error, score


def chances(*answers: tuple[int, float]) -> np.ndarray:
    """Rows with the given answer at the given probability, the rest spread evenly."""
    table = np.zeros((len(answers), 11))
    for row, (answer, sure) in zip(table, answers, strict=True):
        row[:] = (1 - sure) / 10
        row[answer] = sure
    return table


def test_a_rejected_digit_counts_as_wrong() -> None:
    scores = score(chances((3, 0.9), (10, 0.9), (5, 0.9), (5, 0.9)), np.array([3, 4, 5, 6]), 0.5)
    assert (scores.accuracy, scores.rejected) == (0.5, 0.25)


def test_confusion_has_labels_in_rows_and_not_a_digit_last() -> None:
    table = score(chances((3, 0.9), (10, 0.9), (7, 0.9)), np.array([3, 4, 10]), 0.5).confusion
    assert len(table) == 11
    assert all(len(row) == 11 for row in table)
    assert (table[3][3], table[4][10], table[10][7]) == (1, 1, 1)
    assert sum(map(sum, table)) == 3


def test_false_accepts_and_auroc_need_glyphs_that_are_no_digits() -> None:
    only_digits = score(chances((3, 0.9)), np.array([3]), 0.5)
    assert (only_digits.false_accepts, only_digits.auroc) == (None, None)
    both = score(chances((3, 0.9), (10, 0.8), (1, 0.6)), np.array([3, 10, 10]), 0.5)
    assert (both.false_accepts, both.auroc) == (0.5, 1.0)


def test_no_digits_at_all_leave_accuracy_open() -> None:
    scores = score(chances((10, 0.9)), np.array([10]), 0.5)
    assert (scores.accuracy, scores.rejected, scores.ece, scores.false_accepts) == (None, None, None, 0.0)


def test_calibration_error_is_the_gap_between_saying_and_being_right() -> None:
    sure = chances(*[(1, 0.8)] * 10)
    labels = np.array([1] * 6 + [2] * 4)
    assert calibration_error(sure, labels) == pytest.approx(0.2)
    assert calibration_error(sure, np.array([1] * 8 + [2] * 2)) == pytest.approx(0.0)


def test_a_rejected_digit_takes_part_in_calibration_with_its_best_digit() -> None:
    table = np.zeros((1, 11))
    table[0, [4, 10]] = 0.3, 0.7
    assert calibration_error(table, np.array([4])) == pytest.approx(0.7)


def test_auroc_counts_ties_half() -> None:
    assert auroc(np.array([0.9, 0.5, 0.5, 0.1]), np.array([True, True, False, False])) == pytest.approx(0.875)
    assert auroc(np.array([0.5, 0.5]), np.array([True, False])) == pytest.approx(0.5)
