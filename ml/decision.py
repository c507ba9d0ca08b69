"""Digit or not: from the eleven chances of a glyph, and of its company on the page, to the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import calibration
from ml.page import Box
from ml.segmentation import Glyph

NOT_A_DIGIT = 10
PAGE_PRIOR = 1 / 11  # glyphs that are none among those that are found on pages
_WEIGHT = 0.25  # so many glyphs does the prior count for beside those of the page
_ELSEWHERE = 0.1  # so much does a glyph of another line count
_SAME_LINE = 0.4  # of the lower one's height in common
_ROUNDS = 4
PLAIN_GRAIN = 0.05  # as a share of the ink's contrast; this and the next were chosen on validation pages
_FEW, _SURE = 60, 0.97
_HIGHER = 1.5  # times the usual height
_STACKED, _NEAR = 0.3, 0.2  # of a width in common, of a height apart

Chances = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rule:
    """A glyph is none where the chance of that is above `glyph` (sent alone) or `page` (found in a picture).

    Both are chosen on validation glyphs and pages and stand in the card.
    """

    glyph: float = 0.5
    page: float = 0.5

    @classmethod
    def of_card(cls, card: dict[str, Any]) -> Rule:
        """The rule that the weights were shipped with."""
        limits = card.get("reject_above", {})
        return cls(**{name: float(limit) for name, limit in limits.items()})


def answers(chances: Chances, reject_above: float) -> NDArray[np.int64]:
    """(n, 11) chances → the likeliest digit of each, or 10 where "not a digit" is likelier than the limit."""
    return np.where(chances[:, NOT_A_DIGIT] > reject_above, NOT_A_DIGIT, chances[:, :NOT_A_DIGIT].argmax(axis=1))


def digits_on_page(
    chances: Chances, boxes: Sequence[Box], reject_above: float, prior: float | NDArray[np.float64] = calibration.PRIOR
) -> NDArray[np.bool_]:
    """Which of one picture's glyphs, with (n, 11) chances, are digits.

    `prior`: how rare no digit was, for all or for each, where the chances were calibrated; pages hold `PAGE_PRIOR`.

    The more of a glyph's company are none, the likelier it is none too, as a letter in a word that looks like a 5: the
    prior of the calibration gives way to that of pages and then, again and again, to that of its company (expectation
    maximisation, Saerens et al. 2002), in which the same line counts much more than the rest of the page.
    """
    alone = np.clip(chances[:, NOT_A_DIGIT], 1e-9, 1 - 1e-9)
    odds, company = alone / (1 - alone) * (1 - prior) / prior, _company(boxes)
    none = odds * PAGE_PRIOR / (1 - PAGE_PRIOR + odds * PAGE_PRIOR)
    for _ in range(_ROUNDS):
        share = (_WEIGHT * PAGE_PRIOR + company @ none) / (_WEIGHT + company.sum(axis=1))
        moved = odds * share / (1 - share)
        none = moved / (1 + moved)
    return np.asarray(none <= reject_above)


def may_be_plain(glyphs: Sequence[Glyph]) -> bool:
    """Whether what is on smooth paper is so clean that its ink alone may tell the digits.

    Nothing that is glued, nothing much higher than the rest, as frames are, and nothing so near above or below
    something else that both may be pieces of one digit.
    """
    if not 0 < len(glyphs) <= _FEW or any(glyph.wide for glyph in glyphs):
        return False
    sides = np.array([glyph.box for glyph in glyphs], np.float64)
    left, top, wide, high = sides.T
    across = np.minimum.outer(left + wide, left + wide) - np.maximum.outer(left, left)
    apart = np.maximum.outer(top, top) - np.minimum.outer(top + high, top + high)
    broken = (across > _STACKED * np.minimum.outer(wide, wide)) & (apart < _NEAR * np.median(high))
    np.fill_diagonal(broken, False)
    return not broken.any() and bool(high.max() <= _HIGHER * np.median(high))


def plain(chances: Chances) -> bool:
    """Whether all of such a picture's glyphs, (n, 11) chances, are surely digits, so that nobody need look again."""
    return len(chances) > 0 and bool((chances[:, :NOT_A_DIGIT].max(axis=1) >= _SURE).all())


def _company(boxes: Sequence[Box]) -> NDArray[np.float64]:
    """How much each of (n, n) glyphs counts for another: fully in its line, a little elsewhere, itself not at all."""
    sides = np.array(boxes, np.float64).reshape(-1, 4)
    top, high = sides[:, 1], sides[:, 3]
    shared = np.minimum.outer(top + high, top + high) - np.maximum.outer(top, top)
    weights = np.where(shared >= _SAME_LINE * np.minimum.outer(high, high), 1.0, _ELSEWHERE)
    np.fill_diagonal(weights, 0.0)
    return weights
