"""Scores of a reader of single glyphs."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.decision import NOT_A_DIGIT
from ml.decision import answers as decide

ECE_BINS = 15
NAMED_PAIRS = ((1, 7), (5, 6), (3, 8), (2, 5), (2, 7), (4, 9))

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
    cells = reliability(confidence, right)
    total = sum(cell["n"] for cell in cells)
    return float(sum(cell["n"] / total * abs(cell["confidence"] - cell["right"]) for cell in cells))


def reliability(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> list[dict[str, Any]]:
    """The bins of a reliability diagram that are not empty: `n`, mean `confidence` and share that was `right`."""
    bins = np.minimum((confidence * ECE_BINS).astype(int), ECE_BINS - 1)
    inside = [bins == at for at in range(ECE_BINS)]
    return [
        {"n": int(cell.sum()), "confidence": float(confidence[cell].mean()), "right": float(right[cell].mean())}
        for cell in inside
        if cell.any()
    ]


def wilson(share: float, n: int, z: float = 1.959964) -> tuple[float, float]:
    """The 95 % interval of a share of `n` (Wilson 1927); (0, 1) of none."""
    if n == 0:
        return 0.0, 1.0
    middle, reach = share + z * z / (2 * n), z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, (middle - reach) / (1 + z * z / n)), min(1.0, (middle + reach) / (1 + z * z / n))


def per_digit(table: list[list[int]]) -> list[dict[str, Any]]:
    """Of each digit against all else, from 11 × 11 counts; None where there is nothing to divide by.

    `sensitivity` is another name of `recall`: the share of this digit that was read as it; `specificity` is the share
    of everything else that was not.
    """
    counts = np.asarray(table)
    return [_one_against_rest(counts, digit) for digit in range(NOT_A_DIGIT)]


def digit_or_not(table: list[list[int]]) -> dict[str, float | None]:
    """Is it a digit at all: `sensitivity` of digits, `specificity` of the rest, from 11 × 11 counts."""
    counts = np.asarray(table)
    digits, others = counts[:NOT_A_DIGIT], counts[NOT_A_DIGIT]
    return {
        "sensitivity": _ratio(digits[:, :NOT_A_DIGIT].sum(), digits.sum()),
        "specificity": _ratio(others[NOT_A_DIGIT], others.sum()),
    }


def confused_pairs(table: list[list[int]], worst: int = 6) -> list[dict[str, Any]]:
    """Digits taken for one another, both ways together: the pairs that are always named, then the `worst` others."""
    counts = np.asarray(table)[:NOT_A_DIGIT, :NOT_A_DIGIT]
    mixed = {(a, b): int(counts[a, b] + counts[b, a]) for a in range(10) for b in range(a + 1, 10)}
    others = sorted(mixed.keys() - set(NAMED_PAIRS), key=lambda pair: (-mixed[pair], pair))
    named = [*NAMED_PAIRS, *[pair for pair in others[:worst] if mixed[pair]]]
    return [{"pair": f"{a}/{b}", "n": mixed[a, b], "of": int(counts[[a, b]].sum())} for a, b in named]


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


def _ratio(part: float, whole: float) -> float | None:
    return float(part / whole) if whole else None


def _one_against_rest(counts: NDArray[np.integer], digit: int) -> dict[str, Any]:
    hits, asked, answered = counts[digit, digit], counts[digit].sum(), counts[:, digit].sum()
    rest = counts.sum() - asked
    return {
        "n": int(asked),
        "precision": _ratio(hits, answered),
        "recall": _ratio(hits, asked),
        "f1": _ratio(2 * hits, asked + answered),
        "sensitivity": _ratio(hits, asked),
        "specificity": _ratio(rest - (answered - hits), rest),
    }
