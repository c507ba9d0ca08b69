"""How far a number or a whole page can be trusted, more than the product of its digits' confidences tells.

That product knows nothing of a digit that was missed, cut in the wrong place or invented.  A logistic regression on
what the reader sees around the digits does (after Platt 1999); its few weights are fitted on validation pictures and
kept in the card.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.marks import Piece

Features = tuple[float, ...]

NUMBER = ("product", "cut", "beside", "spread", "stray ink", "grain", "length")
PAGE = ("product", "others", "stray ink", "grain", "length")
_SURE = 7.0  # log odds at which products stop to tell anything
_RIDGE = 1.0


def _plain(count: int) -> Features:
    return (0.0, 1.0, *[0.0] * (count - 1))


@dataclass(frozen=True, slots=True)
class Trust:
    """Weights of the log odds: a constant, then one for each of `NUMBER` and of `PAGE`.

    As made, the products count alone.
    """

    number: Features = field(default_factory=lambda: _plain(len(NUMBER)))
    page: Features = field(default_factory=lambda: _plain(len(PAGE)))

    @classmethod
    def of_card(cls, card: dict[str, Any]) -> Trust:
        """The weights in a card; the products alone where it has none."""
        return cls(tuple(card["trust"]["number"]), tuple(card["trust"]["page"])) if "trust" in card else cls()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Share of the ink near digits that is in none (`marks.stray`), and the paper's grain as a share of ink's contrast.

    `pieces`: that ink near the digits, in which marks are looked for.
    """

    stray: float = 0.0
    grain: float = 0.0
    pieces: tuple[Piece, ...] = ()


def number_features(product: float, cut: int, beside: int, heights: Sequence[int], around: Surroundings) -> Features:
    """In the order of `NUMBER`; `cut` digits were cut apart, `beside` glyphs beside it taken for none."""
    spread = float(np.std(np.log(heights))) if len(heights) > 1 else 0.0
    count = len(heights)
    return (log_odds(product), cut / count, min(beside, 4) / count, spread, around.stray, around.grain, math.log(count))


def page_features(product: float, others: int, count: int, around: Surroundings) -> Features:
    """In the order of `PAGE`; `product` of the numbers' confidences, `others` glyphs taken for none, `count` digits."""
    return (log_odds(product), math.log1p(others), around.stray, around.grain, math.log(max(1, count)))


def log_odds(chance: float) -> float:
    """Log odds of a chance, within ±7."""
    chance = min(max(chance, 1e-9), 1 - 1e-9)
    return max(-_SURE, min(_SURE, math.log(chance / (1 - chance))))


def confidence(weights: Features, features: Features) -> float:
    """The chance of being right, 0 to 1."""
    return 1 / (1 + math.exp(-weights[0] - sum(w * x for w, x in zip(weights[1:], features, strict=True))))


def fit(features: NDArray[np.float64], right: NDArray[np.bool_], rounds: int = 3_000) -> Features:
    """Weights for (n, k) features and whether each was right: a constant and k more.

    Maximum likelihood, held a little towards the product alone, so that few examples mislead little.  Each step uses a
    bound of the curvature (Böhning and Lindsay 1988): slower than Newton's, but it cannot overshoot.
    """
    inputs = np.column_stack([np.ones(len(features)), features])
    prior = np.array(_plain(features.shape[1]))
    hold = np.diag([0.01, *[_RIDGE] * features.shape[1]])
    step = np.linalg.inv(inputs.T @ inputs / 4 + hold)
    weights = prior.copy()
    for _ in range(rounds):
        chances = 1 / (1 + np.exp(-np.clip(inputs @ weights, -30, 30)))
        weights = weights + step @ (inputs.T @ (right - chances) - hold @ (weights - prior))
    return tuple(round(float(weight), 4) for weight in weights)
