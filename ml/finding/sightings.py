"""Digits as the learned finder and the glyph classifier see them together, on one picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import calibration, splitting
from ml.classifier import Classifier
from ml.crops import crop
from ml.decision import NOT_A_DIGIT, PAGE_PRIOR, PLAIN_GRAIN, digits_on_page
from ml.finding.experts import Experts
from ml.finding.finder import Finder
from ml.finding.peaks import Candidates
from ml.finding.search import BEST, search
from ml.ink import Ink
from ml.page import Box
from ml.preprocessing import Grey
from ml.segmentation import Glyph, digit_height

_LIKELY = 0.5  # less likely no digit than this: ink there is accounted for

Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sightings:
    """Candidates on one picture: cut-outs with their boxes, what either expert says of each, and the paper's grain."""

    glyphs: list[Glyph]
    heat: Table
    values: Table
    opinions: Table
    grain: Table

    def chosen(self, which: NDArray[np.bool_]) -> Sightings:
        """Some of them."""
        glyphs = [glyph for glyph, is_chosen in zip(self.glyphs, which, strict=True) if is_chosen]
        return Sightings(glyphs, self.heat[which], self.values[which], self.opinions[which], self.grain[which])


class Spotter:
    """The finder with what its card says of joining its word with the glyph classifier's."""

    def __init__(self, finder: Finder, classifier: Classifier) -> None:
        self.finder, self._classifier = finder, classifier
        self.experts = Experts.of_card(finder.card)
        self.limit = float(finder.card.get("digit_above", 0.5))

    @classmethod
    def beside(cls, path: Path, classifier: Classifier, threads: int) -> Spotter | None:
        """With the finder that lies beside the classifier's weights at `path`; None where there is none."""
        weights = path.with_name("finder.tflite")
        return cls(Finder.load(weights, threads=threads), classifier) if weights.exists() else None

    @property
    def card(self) -> dict[str, Any]:
        """The finder's card."""
        return self.finder.card

    def look(self, grey: Grey, ink: Ink) -> Sightings:
        """Candidates on grey (height, width) uint8 with this `ink`."""
        found = self._search(grey, ink)
        boxes = _whole(found, grey.shape)
        cuts = [Glyph(box, crop(ink, box)) for box in boxes]
        opinions = splitting.probabilities(cuts, self._classifier)
        return Sightings(cuts, found.heat, found.values, opinions, np.full(len(cuts), ink.grain))

    def _search(self, grey: Grey, ink: Ink) -> Candidates:
        """Candidates at the scale that the ink tells; lines that were taken away may have been a large digit's."""
        found = search(self.finder, grey, digit_height(ink.mask) or BEST)
        tall = digit_height(ink.whole) if ink.ruled and not found.sure.any() else None
        return search(self.finder, grey, tall) if tall else found

    def chances(self, seen: Sightings) -> Table:
        """(n, 11) by both experts."""
        return self.experts.chances(seen.heat, seen.values, seen.opinions, seen.grain)

    def spot(self, grey: Grey, ink: Ink, glyphs: list[Glyph]) -> tuple[list[Glyph], Table, NDArray[np.bool_]]:
        """Candidates, on smooth paper the likely ones and the rest of the ink, with chances (n, 11); which are digits.

        `glyphs`: into what the ink falls by itself, where the paper is smooth.
        On smooth paper the rest is what the digits' company is: letters of a word tell that its S is no 5.
        """
        seen = self.look(grey, ink)
        chances = self.chances(seen)
        if ink.grain > PLAIN_GRAIN:
            return seen.glyphs, chances, chances[:, NOT_A_DIGIT] <= 1 - self.limit
        likely = chances[:, NOT_A_DIGIT] < _LIKELY
        seen, chances = seen.chosen(likely), chances[likely]
        rest = [glyph for glyph in glyphs if not any(_meet(glyph.box, digit.box) for digit in seen.glyphs)]
        everything = [*seen.glyphs, *rest]
        priors = np.repeat([PAGE_PRIOR, calibration.PRIOR], [len(seen.glyphs), len(rest)])
        chances = np.concatenate([chances, splitting.probabilities(rest, self._classifier)])
        taken = digits_on_page(chances, [glyph.box for glyph in everything], 1 - self.limit, priors)
        taken[len(seen.glyphs) :] = False
        chances[len(seen.glyphs) :] = np.eye(NOT_A_DIGIT + 1)[NOT_A_DIGIT]  # the finder looked there and saw none
        return everything, chances, taken


def _meet(one: Box, other: Box) -> bool:
    """Whether two boxes have anything in common."""
    across = min(one[0] + one[2], other[0] + other[2]) > max(one[0], other[0])
    return across and min(one[1] + one[3], other[1] + other[3]) > max(one[1], other[1])


def _whole(found: Candidates, shape: tuple[int, ...]) -> list[Box]:
    """Boxes in whole pixels inside the picture, at least one pixel large."""
    height, width = shape[:2]
    left = np.clip(np.floor(found.boxes[:, 0]), 0, width - 1).astype(int)
    top = np.clip(np.floor(found.boxes[:, 1]), 0, height - 1).astype(int)
    right = np.clip(np.ceil(found.boxes[:, 0] + found.boxes[:, 2]), left + 1, width).astype(int)
    bottom = np.clip(np.ceil(found.boxes[:, 1] + found.boxes[:, 3]), top + 1, height).astype(int)
    sides = np.stack([left, top, right - left, bottom - top], axis=1)
    return [(int(x), int(y), int(w), int(h)) for x, y, w, h in sides]
