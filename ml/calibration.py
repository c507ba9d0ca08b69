"""Making confidences honest: fitted last, on pictures that training never saw.

One temperature for all answers (Guo et al. 2017), and one shift for "not a digit", because training sees far more of it
than readers do: a correction of the prior (Saerens et al. 2002), with one glyph in eleven that is no digit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Logits = NDArray[np.floating]
Labels = NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Calibration:
    """`shift` is added to the logit of "not a digit" (the last), then all are divided by `temperature`."""

    temperature: float
    shift: float = 0.0

    def probabilities(self, logits: Logits) -> NDArray[np.float64]:
        """(n, 11) logits → (n, 11) probabilities, each row adding up to 1."""
        moved = logits.astype(np.float64)
        moved[:, -1] += self.shift
        moved = moved / self.temperature
        raised = np.exp(moved - moved.max(axis=1, keepdims=True, initial=-np.inf))
        return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float64)


def fit(logits: Logits, labels: Labels) -> Calibration:
    """The calibration with the least mean negative log-likelihood over (n, 11) logits and their labels 0-10."""

    def best_temperature(shift: float) -> Calibration:
        log = _least(lambda value: _loss(Calibration(float(np.exp(value)), shift), logits, labels), -1.6, 1.6)
        return Calibration(float(np.exp(log)), shift)

    return best_temperature(_least(lambda shift: _loss(best_temperature(shift), logits, labels), -6.0, 6.0))


def _loss(calibration: Calibration, logits: Logits, labels: Labels) -> float:
    chances = calibration.probabilities(logits)[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(chances, 1e-12)).mean())


def _least(function: Callable[[float], float], low: float, high: float, rounds: int = 18) -> float:
    """Where a function with one valley is least, by thirds."""
    for _ in range(rounds):
        first, second = low + (high - low) / 3, high - (high - low) / 3
        if function(first) < function(second):
            high = second
        else:
            low = first
    return (low + high) / 2
