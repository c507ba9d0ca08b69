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
_LARGE_GLYPH = 0.27  # of the picture: a taller glyph would fill half of the median's window
_LINE_SPAN = 0.8  # a ruled line crosses at least this share of the picture

Field = NDArray[np.float32]


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
    paper = cv2.resize(_paper(small), (width, height), interpolation=cv2.INTER_LINEAR)
    darker = paper - cv2.GaussianBlur(grey, (3, 3), 0).astype(np.float32)
    dark, light = cv2.subtract(darker, MIN_CONTRAST), cv2.subtract(-darker, MIN_CONTRAST)
    more_dark = float(np.clip(dark, 0, None).sum()) >= float(np.clip(light, 0, None).sum())
    return np.asarray(darker if more_dark else -darker, np.float32)


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
    reach = _PAPER_WINDOW // 2
    border = cv2.BORDER_REFLECT_101 if min(small.shape) > reach else cv2.BORDER_REPLICATE
    padded = cv2.copyMakeBorder(small, reach, reach, reach, reach, border)
    median = cv2.medianBlur(padded, _PAPER_WINDOW)[reach:-reach, reach:-reach]
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
        solved = cv2.solve(some[kept], some_values[kept], flags=cv2.DECOMP_QR | cv2.DECOMP_NORMAL)[1]
        coefficients = solved[:, 0]
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
