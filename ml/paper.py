"""What the paper looks like below the writing: its grey level everywhere, in uneven light."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.preprocessing import Grey

MIN_CONTRAST = 20  # grey levels; fainter marks are taken for paper
_SIDE = 112  # the paper is estimated on a picture of this size …
_WINDOW = 39  # … as the median within this many of its pixels: wider than any stroke, narrower than a shadow
_LARGE_GLYPH = 0.27  # of the picture: a taller glyph would fill half of the median's window

Field = NDArray[np.float32]


def paper_level(grey: Grey) -> Grey:
    """The paper's grey levels, (height, width) uint8 like `grey`."""
    height, width = grey.shape
    scale = min(1.0, _SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
    paper = np.asarray(np.clip(_paper(small), 0, 255), np.uint8)
    return np.asarray(cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def _paper(small: Grey) -> Field:
    """The paper's grey levels on the small picture.

    Small writing: the local median, which follows shadows.  A glyph as large as the median's window would be taken for
    paper; there the paper is what surrounds it, and a smooth surface below it.
    """
    surface = _surface(small)
    offset = np.abs(small - surface)
    written = np.asarray(offset > max(MIN_CONTRAST, 0.35 * float(np.percentile(offset, 99))), np.uint8)
    if _tallest(written) > _LARGE_GLYPH * max(small.shape):
        return _surrounding(small, written, surface)
    return surface + _median(small - surface)


def _median(offset: Field) -> Field:
    """The smoothed local median of what the surface leaves over."""
    levels = np.asarray(np.clip(offset + 128, 0, 255), np.uint8)
    reach = _WINDOW // 2
    border = cv2.BORDER_REFLECT_101 if min(levels.shape) > reach else cv2.BORDER_REPLICATE
    padded = cv2.copyMakeBorder(levels, reach, reach, reach, reach, border)
    median = cv2.medianBlur(padded, _WINDOW)[reach:-reach, reach:-reach].astype(np.float32) - 128
    return np.asarray(cv2.GaussianBlur(median, (0, 0), 3), np.float32)


def _surface(small: Grey) -> Field:
    """A quadratic surface through the paper, fitted again and again without what lies off it."""
    height, width = small.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], axis=-1).reshape(-1, 6)
    values = small.reshape(-1).astype(np.float64)
    step = max(1, len(values) // 2_000)
    some, some_values = terms[::step], values[::step]
    kept = np.abs(some_values - np.median(some_values)) <= max(8.0, 1.5 * float(np.std(some_values)))
    coefficients = np.zeros(6)
    for _ in range(4):
        chosen = some[kept]
        # a little ridge: a picture one pixel high or wide leaves terms without meaning
        coefficients = np.linalg.solve(chosen.T @ chosen + 1e-6 * np.eye(6), chosen.T @ some_values[kept])
        offset = np.abs(some_values - some @ coefficients)
        kept = offset <= max(4.0, 3.0 * float(np.median(offset)))
    return np.asarray((terms @ coefficients).reshape(height, width), np.float32)


def _tallest(written: Grey) -> int:
    """Height of the tallest mark that is no shadow from the picture's edge."""
    height, width = written.shape
    _, _, stats, _ = cv2.connectedComponentsWithStats(written, connectivity=8)
    inner = [
        int(stat[cv2.CC_STAT_HEIGHT])
        for stat in stats[1:]
        if stat[0] > 0 and stat[1] > 0 and stat[0] + stat[2] < width and stat[1] + stat[3] < height
    ]
    return max(inner, default=0)


def _surrounding(small: Grey, written: Grey, surface: Field) -> Field:
    """The mean of the unwritten neighbourhood, and the surface where there is little of it."""
    free = np.asarray(cv2.dilate(written, np.ones((5, 5), np.uint8)) == 0, np.float32)
    offset = (small.astype(np.float32) - surface) * free
    weight = cv2.GaussianBlur(free, (0, 0), 8)
    return np.asarray(surface + cv2.GaussianBlur(offset, (0, 0), 8) / (weight + 0.02), np.float32)
