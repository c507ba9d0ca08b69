"""Two opinions of one digit made one: the finder's, who sees it among its neighbours, and the glyph classifier's.

A product of experts (Hinton 1999) for the value, each to the power of what its word is worth, and a logistic
regression for whether there is a digit at all.  The few weights are fitted on validation pictures (`ml.tuning`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.float64]
_NONE = 10
_SURE = 9.0  # log odds beyond which an opinion counts no more
_ROUGH = 0.1  # grain from which on the ink's outlines, and with them the classifier's opinion, are worth least
DIGIT = ("heat", "glyph", "finder's value", "glyph's value", "agreement", "rough", "heat if rough", "glyph if rough")


@dataclass(frozen=True, slots=True)
class Experts:
    """`value`: powers of the finder's and the classifier's chances; `digit`: a constant, then one of `DIGIT` each."""

    value: tuple[float, float] = (0.5, 0.5)
    digit: tuple[float, ...] = (0.0, 1.0, 0.3, *[0.0] * 6)

    @classmethod
    def of_card(cls, card: dict[str, Any]) -> Experts:
        """The weights in the finder's card."""
        kept = card.get("experts")
        return (
            cls((float(kept["value"][0]), float(kept["value"][1])), tuple(map(float, kept["digit"]))) if kept else cls()
        )

    def chances(self, heat: Table, values: Table, glyphs: Table, grain: Table) -> Table:
        """(n,) heat, (n, 10) logits of the finder, (n, 11) chances of the glyph classifier → (n, 11) chances.

        `grain` (n,): how rough the paper is (`Ink.grain`).
        """
        ours, theirs = log_softmax(values), _log_values(glyphs)
        ten = np.exp(log_softmax(self.value[0] * ours + self.value[1] * theirs))
        features = np.column_stack([np.ones(len(heat)), features_of(heat, values, glyphs, grain)])
        digit = 1 / (1 + np.exp(-np.clip(features @ np.array(self.digit), -20, 20)))
        return np.column_stack([ten * digit[:, None], 1 - digit])


def features_of(heat: Table, values: Table, glyphs: Table, grain: Table) -> Table:
    """(n, 8) in the order of `DIGIT`."""
    ours, theirs = np.exp(log_softmax(values)), np.exp(_log_values(glyphs))
    together = np.log(np.clip((ours * theirs).sum(axis=1), 1e-4, 1))
    warm, glyph = log_odds(heat), log_odds(1 - glyphs[:, _NONE])
    rough = np.clip(grain / _ROUGH, 0, 1)
    sure = (log_odds(ours.max(axis=1)), log_odds(theirs.max(axis=1)))
    return np.column_stack([warm, glyph, *sure, together, rough, warm * rough, glyph * rough])


def fit_value(values: Table, glyphs: Table, labels: NDArray[np.integer], rounds: int = 60) -> tuple[float, float]:
    """The two powers under which the right values are likeliest (Newton's method; the problem is convex)."""
    inputs = np.stack([log_softmax(values), _log_values(glyphs)], axis=2)  # (n, 10, 2)
    powers = np.array([0.5, 0.5])
    for _ in range(rounds):
        chances = np.exp(log_softmax(inputs @ powers))
        mean = np.einsum("nk,nki->ni", chances, inputs)
        slope = (mean - inputs[np.arange(len(labels)), labels]).sum(axis=0)
        spread = inputs - mean[:, None, :]
        curve = np.einsum("nk,nki,nkj->ij", chances, spread, spread) + 0.1 * np.eye(2)
        powers = np.clip(powers - np.linalg.solve(curve, slope), 0.0, 3.0)
    return round(float(powers[0]), 4), round(float(powers[1]), 4)


def log_softmax(logits: Table) -> Table:
    """Row by row."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)), np.float64)


def log_odds(chances: Table) -> Table:
    """Log odds of chances, within ±9."""
    kept = np.clip(chances, 1e-6, 1 - 1e-6)
    return np.asarray(np.clip(np.log(kept / (1 - kept)), -_SURE, _SURE), np.float64)


def _log_values(glyphs: Table) -> Table:
    """Logarithms of the ten chances among themselves; where all is "not a digit" they say nothing."""
    ten = glyphs[:, :_NONE] + 1e-5
    return np.asarray(np.log(ten / ten.sum(axis=1, keepdims=True)), np.float64)
