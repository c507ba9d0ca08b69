"""A page's grey levels as the finder sees them: paper near 0 and ink near −1 (or 1, light on dark), of any exposure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.preprocessing import Grey

VERSION = 1
STRIDE = 4  # pixels a cell of the finder's answer
_LEAST, _MOST = 24.0, 128.0  # grey levels that make one unit: blank paper is not stretched to clutter


def toned(grey: Grey, jitter: tuple[float, float] = (0.0, 1.0)) -> NDArray[np.float32]:
    """(height, width) uint8 → float32 by one line through median and reach of the page's grey levels.

    `jitter` moves the middle and stretches the unit, in training.
    """
    return np.asarray(table(grey, jitter)[grey], np.float32)


def table(grey: Grey, jitter: tuple[float, float] = (0.0, 1.0)) -> NDArray[np.float32]:
    """What each of 256 grey levels of this page becomes."""
    step = max(1, round((grey.size / 40_000) ** 0.5))
    counts = np.cumsum(np.bincount(grey[::step, ::step].ravel(), minlength=256))
    low, middle, high = (int(np.searchsorted(counts, share * counts[-1])) for share in (0.02, 0.5, 0.98))
    unit = min(max(high - middle, middle - low, _LEAST), _MOST) * jitter[1]
    levels = (np.arange(256, dtype=np.float32) - middle) / np.float32(unit) + np.float32(jitter[0])
    return np.asarray(np.clip(levels, -2, 2), np.float32)
