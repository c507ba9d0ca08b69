"""Curves and figures, against scikit-learn's and against figures worked out by hand."""

import numpy as np
import pytest
from sklearn import metrics as reference

from ml.scoring import curves
from ml.scoring.metrics import confused_pairs, confusion, digit_or_not, per_digit, reliability, wilson
from ml.scoring.strings import by_length, character_error_rate, edit_distance


@pytest.fixture
def answers() -> tuple[np.ndarray, np.ndarray]:
    """Scores with ties, and what was right: the surer, the more often."""
    rng = np.random.default_rng(4)
    scores = np.round(rng.random(400), 2)
    return scores, rng.random(400) < scores


def test_roc_is_scikit_learns(answers: tuple[np.ndarray, np.ndarray]) -> None:
    scores, right = answers
    curve = curves.roc(scores, right)
    assert curve["area"] == pytest.approx(reference.roc_auc_score(right, scores))
    false, true, _ = reference.roc_curve(right, scores, drop_intermediate=False)
    points = list(zip(np.round(false, 5), np.round(true, 5), strict=True))
    assert all(point in points for point in zip(curve["false_positive"], curve["true_positive"], strict=True))
    assert (curve["true_positive"][0], curve["true_positive"][-1]) == (0, 1)


def test_average_precision_is_scikit_learns(answers: tuple[np.ndarray, np.ndarray]) -> None:
    scores, right = answers
    curve = curves.precision_recall(scores, right)
    assert curve["average"] == pytest.approx(reference.average_precision_score(right, scores))
    assert curve["recall"][-1] == 1


def test_risk_falls_as_the_unsure_are_left_out() -> None:
    curve = curves.risk_coverage(np.array([0.9, 0.8, 0.6, 0.6]), np.array([True, True, False, True]))
    assert (curve["coverage"], curve["risk"]) == ([0.25, 0.5, 1.0], [0.0, 0.0, 0.25])
    assert curve["area"] == pytest.approx(0.5 * 0.25)


def test_a_curve_keeps_few_points_and_its_ends() -> None:
    rng = np.random.default_rng(5)
    curve = curves.roc(rng.random(10_000), rng.random(10_000) < 0.5)
    assert 10 < len(curve["true_positive"]) <= curves.POINTS
    assert (curve["false_positive"][0], curve["false_positive"][-1]) == (0, 1)


def test_each_digit_against_the_rest_is_scikit_learns() -> None:
    rng = np.random.default_rng(6)
    labels = rng.integers(0, 11, 500)
    said = np.where(rng.random(500) < 0.8, labels, rng.integers(0, 11, 500))
    precision, recall, f1, n = reference.precision_recall_fscore_support(labels, said, labels=range(10))
    rows = per_digit(confusion(said, labels))
    assert [row["precision"] for row in rows] == pytest.approx(precision)
    assert [row["recall"] for row in rows] == pytest.approx(recall)
    assert [row["f1"] for row in rows] == pytest.approx(f1)
    assert [row["n"] for row in rows] == n.tolist()
    specificity = [reference.recall_score(labels != digit, said != digit) for digit in range(10)]
    assert [row["specificity"] for row in rows] == pytest.approx(specificity)


def test_digits_kept_and_others_turned_away() -> None:
    table = confusion(np.array([3, 10, 5, 10, 1]), np.array([3, 4, 6, 10, 10]))
    assert digit_or_not(table) == {"sensitivity": pytest.approx(2 / 3), "specificity": 0.5}
    assert digit_or_not(confusion(np.array([3]), np.array([3])))["specificity"] is None


def test_named_pairs_always_stand_and_the_worst_behind_them() -> None:
    table = confusion(np.array([7, 1, 0, 0, 6]), np.array([1, 7, 6, 6, 0]))
    pairs = confused_pairs(table)
    assert [pair["pair"] for pair in pairs] == ["1/7", "5/6", "3/8", "2/5", "2/7", "4/9", "0/6"]
    assert (pairs[0]["n"], pairs[-1]["n"], pairs[-1]["of"]) == (2, 3, 3)


def test_wilson_is_the_published_interval() -> None:
    # Newcombe 1998, table I: 81 of 263 and 0 of 20, method 3
    assert wilson(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0, 0.1611), abs=5e-5)
    assert wilson(0.0, 0) == (0.0, 1.0)


def test_bins_of_a_reliability_diagram_leave_out_the_empty_ones() -> None:
    cells = reliability(np.array([0.91, 0.92, 0.1]), np.array([True, False, False]))
    assert [cell["n"] for cell in cells] == [1, 2]
    assert (cells[1]["confidence"], cells[1]["right"]) == (pytest.approx(0.915), 0.5)


@pytest.mark.parametrize(
    ("one", "other", "edits"), [("", "", 0), ("123", "", 3), ("", "7", 1), ("123", "1234", 1), ("2250", "2520", 2)]
)
def test_edits_between_texts(one: str, other: str, edits: int) -> None:
    assert edit_distance(one, other) == edit_distance(other, one) == edits


def test_errors_are_counted_per_digit_of_the_truth() -> None:
    assert character_error_rate([("12 34", "1234"), ("5", "7")]) == pytest.approx(1 / 5)
    assert character_error_rate([("1", "1234567")]) == 6
    assert character_error_rate([("", "5")]) is None


def test_exact_readings_are_grouped_by_the_length_of_the_truth() -> None:
    rows = by_length([("12", "12"), ("34", "35"), ("123", "1 23")])
    assert [(row["length"], row["n"], row["exact"]) for row in rows] == [(2, 2, 0.5), (3, 1, 1.0)]
