"""Where on a picture there is ink: paper evened out, polarity found, threshold set, ruled lines taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.page import Box
from ml.paper import MIN_CONTRAST, paper_level
from ml.preprocessing import Grey
from ml.ruling import remove_lines

Counts = NDArray[np.float64]

_CLEAR, _ROUGH = 5.0, 1.5  # deviations of the paper's grain that ink lies above it


@dataclass(frozen=True, slots=True)
class Ink:
    """`level`: (height, width) uint8, 0 paper to 255 full ink; `mask`: uint8 0 or 1, what counts as ink.

    `whole`: the mask with ruled lines, which may have been the long strokes of one large digit.
    `grain`: how rough the paper is, as a share of the contrast between it and full ink.
    """

    level: Grey
    mask: Grey
    whole: Grey
    grain: float = 0.0

    @property
    def ruled(self) -> bool:
        """Whether lines were taken away."""
        return self.whole is not self.mask

    def inside(self, boxes: Sequence[Box]) -> int:
        """How many pixels of ink lie in these boxes."""
        return sum(cv2.countNonZero(self.mask[y : y + h, x : x + w]) for x, y, w, h in boxes)


def find_ink(grey: Grey, *, rough: bool = False) -> Ink | None:
    """The ink of a grey picture (height, width) uint8, dark on light or light on dark; None for an empty page.

    `rough`: on paper whose grain is nearly as strong as the ink too, with much of the grain: for a reader that looks
    at the picture itself as well.
    """
    departure, noise = _departure(grey)
    floor = int(max(MIN_CONTRAST, (_ROUGH if rough else _CLEAR) * noise))
    counts = _histogram(departure)
    counts[: floor + 1] = 0
    if counts.sum() < max(8, grey.size // 40_000):
        return None
    strong = int(np.searchsorted(np.cumsum(counts), 0.9 * counts.sum()))
    threshold = int(np.clip(0.85 * _otsu(counts), max(floor, 0.25 * strong), max(floor, 0.55 * strong)))
    mask = np.asarray(cv2.threshold(departure, threshold, 1, cv2.THRESH_BINARY)[1], np.uint8)
    level = np.asarray(cv2.convertScaleAbs(departure, alpha=255.0 / strong), np.uint8)
    return Ink(level, remove_lines(mask), mask, noise / strong)


def _departure(grey: Grey) -> tuple[Grey, float]:
    """How far each pixel lies from the paper in the direction of the ink, in grey levels, and the paper's grain.

    The direction is the one in which more lies beyond the least contrast.
    """
    paper, smooth = paper_level(grey), cv2.GaussianBlur(grey, (3, 3), 0)
    darker, lighter = cv2.subtract(paper, smooth), cv2.subtract(smooth, paper)
    chosen = darker if _beyond(darker) >= _beyond(lighter) else lighter
    step = max(1, round((grey.size / 10_000) ** 0.5))
    signed = darker[::step, ::step].astype(np.int16) - lighter[::step, ::step]
    return np.asarray(chosen, np.uint8), min(_deviation(signed), 3.0 * _grain(grey))


def _grain(grey: Grey) -> float:
    """How much neighbours differ, as a standard deviation: without what the light does over the page."""
    some = grey[:: max(1, grey.shape[0] // 16)].astype(np.int16)
    return _deviation(some[:, 1:] - some[:, :-1]) / 1.414 if grey.shape[1] > 1 else 0.0


def _deviation(values: NDArray[np.int16]) -> float:
    """The standard deviation that the median absolute deviation stands for."""
    return 1.4826 * float(np.median(np.abs(values - np.median(values))))


def _beyond(departure: Grey) -> float:
    """How much lies beyond the least contrast; of a large picture some rows tell."""
    rows = departure[:: max(1, departure.shape[0] // 300)]
    counts = _histogram(np.ascontiguousarray(rows))[MIN_CONTRAST:]
    return float(counts @ np.arange(len(counts)))


def _histogram(levels: Grey) -> Counts:
    return np.asarray(cv2.calcHist([levels], [0], None, [256], [0, 256]).ravel(), np.float64)


def _otsu(counts: Counts) -> float:
    """Otsu's threshold (1979) of 256 counts."""
    levels = np.arange(256)
    below = np.cumsum(counts)
    weighted = np.cumsum(counts * levels)
    above = below[-1] - below
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (weighted / below - (weighted[-1] - weighted) / above) ** 2
    return float(np.argmax(np.nan_to_num(between)))
