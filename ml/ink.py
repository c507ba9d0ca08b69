"""Where on a picture there is ink: paper evened out, polarity found, ruled lines taken away."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.preprocessing import Grey

MIN_CONTRAST = 20.0  # grey levels; fainter marks are taken for paper
_PAPER_SIDE = 112  # the paper is estimated on a picture of this size …
_PAPER_WINDOW = 39  # … as the median within this many of its pixels: wider than any stroke, narrower than a shadow
_LINE_SPAN = 0.8  # a ruled line crosses at least this share of the picture


@dataclass(frozen=True, slots=True)
class Ink:
    """`level`: (height, width) uint8, 0 paper to 255 full ink; `mask`: uint8 0 or 1, what counts as ink."""

    level: Grey
    mask: Grey


def find_ink(grey: Grey) -> Ink | None:
    """The ink of a grey picture (height, width) uint8, dark on light or light on dark; None for an empty page."""
    departure = _departure(grey)
    noise = _noise(departure)
    floor = max(MIN_CONTRAST, 5.0 * noise)
    values = departure[departure > floor]
    if values.size < max(8, grey.size // 40_000):
        return None
    strong = float(np.percentile(values, 90))
    threshold = float(np.clip(_otsu(values), max(floor, 0.25 * strong), max(floor, 0.55 * strong)))
    mask = np.asarray(departure > threshold, np.uint8)
    level = np.asarray(np.clip(departure * (255.0 / max(strong, 1.0)), 0, 255), np.uint8)
    return Ink(level, remove_lines(mask))


def _departure(grey: Grey) -> NDArray[np.float32]:
    """How far each pixel lies from the paper, in grey levels, positive for ink of whichever polarity there is."""
    height, width = grey.shape
    scale = min(1.0, _PAPER_SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
    reach = _PAPER_WINDOW // 2
    padded = cv2.copyMakeBorder(
        small,
        reach,
        reach,
        reach,
        reach,
        cv2.BORDER_REFLECT_101 if min(size[0], size[1]) > reach else cv2.BORDER_REPLICATE,
    )
    paper = cv2.medianBlur(padded, _PAPER_WINDOW)[reach:-reach, reach:-reach]
    paper = cv2.resize(cv2.GaussianBlur(paper, (0, 0), 3), (width, height), interpolation=cv2.INTER_LINEAR)
    darker = paper.astype(np.float32) - cv2.GaussianBlur(grey, (3, 3), 0)
    dark, light = (
        np.clip(darker, MIN_CONTRAST, None) - MIN_CONTRAST,
        np.clip(-darker, MIN_CONTRAST, None) - MIN_CONTRAST,
    )
    return np.asarray(darker if float(dark.sum()) >= float(light.sum()) else -darker, np.float32)


def _noise(departure: NDArray[np.float32]) -> float:
    """The paper's grain as a standard deviation, from the median absolute deviation of every third pixel."""
    sample = departure[::3, ::3]
    return 1.4826 * float(np.median(np.abs(sample - np.median(sample))))


def _otsu(values: NDArray[np.float32]) -> float:
    """Otsu's threshold (1979) of positive values."""
    scaled = np.asarray(np.clip(values, 0, 255), np.uint8).reshape(1, -1)
    return float(cv2.threshold(scaled, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[0])


def remove_lines(mask: Grey) -> Grey:
    """The mask without thin lines that run across the picture; strokes that they crossed are joined again."""
    upright = _remove_horizontal(mask)
    return np.ascontiguousarray(_remove_horizontal(np.ascontiguousarray(upright.T)).T)


def _remove_horizontal(mask: Grey) -> Grey:
    height, width = mask.shape
    thickest = max(3, height // 60)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (max(25, width // 16), 1))
    runs = cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel)
    if not runs.any():
        return mask
    joined = cv2.dilate(runs, cv2.getStructuringElement(cv2.MORPH_RECT, (width // 20 * 2 + 1, 3)))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    lines = np.zeros(count, bool)
    for at in range(1, count):
        span, area = stats[at, cv2.CC_STAT_WIDTH], int(runs[labels == at].sum())
        lines[at] = span >= _LINE_SPAN * width and area <= thickest * 2 * span
    if not lines.any():
        return mask
    line = np.asarray(lines[labels] & (runs > 0), np.uint8)
    thick = cv2.dilate(line, np.ones((3, 1), np.uint8)) & mask
    without = mask & ~thick & 1
    reach = int(thick.sum(axis=0).max()) + 2
    bridged = cv2.morphologyEx(without, cv2.MORPH_CLOSE, np.ones((min(reach, thickest * 3), 3), np.uint8))
    return np.asarray(without | (bridged & thick), np.uint8)
