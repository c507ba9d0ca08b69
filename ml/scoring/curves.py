"""Curves that tell more than one figure: what an answer costs as the limit moves."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.scoring.metrics import auroc

Scores = NDArray[np.float64]
Hits = NDArray[np.bool_]
POINTS = 60  # kept of a curve; enough for a figure


def roc(scores: Scores, positive: Hits) -> dict[str, Any]:
    """False and true positive rate as the limit falls, and the `area` under them; both kinds must be there."""
    taken, hits = _steps(scores, positive)
    false = (taken - hits) / (len(scores) - positive.sum())
    true = hits / positive.sum()
    return {"area": auroc(scores, positive), **_thinned(false_positive=false, true_positive=true)}


def precision_recall(scores: Scores, positive: Hits) -> dict[str, Any]:
    """Recall and precision as the limit falls, and the average precision: the sum of precision × step in recall."""
    taken, hits = _steps(scores, positive)
    recall, precision = hits[1:] / positive.sum(), hits[1:] / taken[1:]
    average = float((np.diff(recall, prepend=0.0) * precision).sum())
    return {"average": average, **_thinned(recall=recall, precision=precision)}


def risk_coverage(confidence: Scores, right: Hits) -> dict[str, Any]:
    """Share of wrong answers (risk) among the surest share (coverage), and the `area` under it (Geifman 2017).

    Answers of equal confidence come in together.
    """
    taken, hits = _steps(confidence, right)
    coverage, risk = taken[1:] / len(right), 1 - hits[1:] / taken[1:]
    area = float((np.diff(coverage, prepend=0.0) * risk).sum())
    return {"area": area, **_thinned(coverage=coverage, risk=risk)}


def _steps(scores: Scores, positive: Hits) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many are taken, and how many of these are positive, after each distinct score from the highest down."""
    order = np.argsort(-scores, kind="stable")
    last = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    hits = np.cumsum(positive[order])[last]
    return np.append(0, last + 1), np.append(0, hits)


def _thinned(**columns: NDArray[np.float64]) -> dict[str, list[float]]:
    """At most `POINTS` of the points, spread along the curve as log odds draw it, so that its corners stay."""
    x, y = (np.log10((column + 1e-4) / (1 - column + 1e-4)) for column in columns.values())
    way = np.append(0.0, np.cumsum(np.hypot(np.diff(x), np.diff(y))))
    kept = np.unique(np.searchsorted(way, np.linspace(0, way[-1], POINTS)).clip(0, len(way) - 1))
    return {name: [round(float(value), 5) for value in column[kept]] for name, column in columns.items()}
