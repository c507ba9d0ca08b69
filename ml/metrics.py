"""Scores of a reader of single glyphs.  Every published figure is computed here."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.decision import NOT_A_DIGIT
from ml.decision import answers as decide

ECE_BINS = 15

Chances = NDArray[np.float64]
Labels = NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Scores:
    """What `ml.evaluate` reports, but for the time; None where the labels leave a figure without meaning."""

    n: int
    accuracy: float | None
    rejected: float | None
    ece: float | None
    confusion: list[list[int]]
    false_accepts: float | None
    auroc: float | None

    def as_dict(self) -> dict[str, Any]:
        """Field by field, for JSON."""
        return asdict(self)


def score(chances: Chances, labels: Labels, reject_above: float) -> Scores:
    """Score (n, 11) probabilities, the last for "not a digit", against (n,) labels 0-10.

    An answer is the likeliest digit, or "not a digit" where the chance of that is above `reject_above`; a digit that is
    answered so counts as wrong.
    """
    answers = decide(chances, reject_above)
    digits = labels != NOT_A_DIGIT
    others = ~digits
    return Scores(
        n=len(labels),
        accuracy=_share(answers[digits] == labels[digits]),
        rejected=_share(answers[digits] == NOT_A_DIGIT),
        ece=calibration_error(chances[digits], labels[digits]) if digits.any() else None,
        confusion=confusion(answers, labels),
        false_accepts=_share(answers[others] != NOT_A_DIGIT),
        auroc=auroc(1 - chances[:, NOT_A_DIGIT], digits) if digits.any() and others.any() else None,
    )


def confusion(answers: Labels, labels: Labels) -> list[list[int]]:
    """11 × 11 counts, row = label, column = answer, last = not a digit."""
    table = np.zeros((11, 11), np.int64)
    np.add.at(table, (labels, answers), 1)
    return [[int(count) for count in row] for row in table]


def calibration_error(chances: Chances, labels: Labels) -> float:
    """Expected calibration error of the best digit's confidence, 15 equal-width bins (Guo et al. 2017).

    Rejected glyphs take part with their best digit.
    """
    return gap(chances[:, :10].max(axis=1), chances[:, :10].argmax(axis=1) == labels)


def gap(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Mean difference, over 15 bins of what was said, between the confidence and the share that was right."""
    bins = np.minimum((confidence * ECE_BINS).astype(int), ECE_BINS - 1)
    error = 0.0
    for at in range(ECE_BINS):
        inside = bins == at
        if inside.any():
            error += inside.mean() * abs(confidence[inside].mean() - right[inside].mean())
    return float(error)


def auroc(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> float:
    """The chance that a positive scores above a negative, ties counting half (Mann and Whitney 1947)."""
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    positives = int(positive.sum())
    negatives = len(scores) - positives
    total = float(ranks[inverse][positive].sum())
    return (total - positives * (positives + 1) / 2) / (positives * negatives)


def _share(hits: NDArray[np.bool_]) -> float | None:
    return float(hits.mean()) if hits.size else None
