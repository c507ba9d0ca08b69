"""One glyph as the network sees it: the same code for training, evaluation and serving.

A change here that alters any pixel changes `VERSION`; weights are refused by a reader of another version.
The frame is MNIST's (LeCun et al. 1998): the glyph scaled into 20×20 pixels, its centre of mass in the middle of 28×28.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

VERSION = 1
SIDE = 28
BOX = 20
MIN_CONTRAST = 16  # grey levels between paper and ink; below it nothing is called ink
_WORK_SIDE = 96  # larger glyphs are first reduced to this: the network sees 20 pixels, more cost time and add noise
_THIN_STROKE = 1.6  # strokes thinner than this in the 20-pixel box fade away, so they are thickened first

_BRIGHTEST = 7  # so many pixels may be brighter than full ink

Grey = NDArray[np.uint8]

cv2.setNumThreads(1)  # one thread per process: as many worker processes run as there are cores


def normalise(glyph: Grey) -> Grey | None:
    """Bring one glyph into the network's frame.

    `glyph` is (height, width) uint8 of any size, light ink on dark ground, tight or with margin, of any contrast.
    Returns (28, 28) uint8, ink 255 on ground 0, or None where there is no ink to be seen.
    """
    ink = _stretch(_reduce(glyph))
    if ink is None:
        return None
    box = _ink_box(ink)
    if box is None:
        return None
    x, y, w, h = box
    return _centre(_fit(_thicken(ink[y : y + h, x : x + w])))


def batch(frames: list[Grey]) -> NDArray[np.float32]:
    """Stack (28, 28) uint8 frames to the network's input (glyphs, 28, 28, 1) float32, ink 1 on ground 0."""
    if not frames:
        return np.zeros((0, SIDE, SIDE, 1), np.float32)
    return np.stack(frames).astype(np.float32)[..., None] / np.float32(255)


def _reduce(glyph: Grey) -> Grey:
    longest = max(glyph.shape)
    if longest <= _WORK_SIDE * 1.5:
        return glyph
    scale = _WORK_SIDE / longest
    size = max(1, round(glyph.shape[1] * scale)), max(1, round(glyph.shape[0] * scale))
    return np.asarray(cv2.resize(glyph, size, interpolation=cv2.INTER_AREA), np.uint8)


def _stretch(glyph: Grey) -> Grey | None:
    """Ground to 0 and ink to 255.  The ground is the darkest quarter's edge, so that noise on it is cut off."""
    if glyph.size == 0:
        return None
    counts = cv2.calcHist([glyph], [0], None, [256], [0, 256]).ravel().astype(np.int64)
    up_to = np.cumsum(counts)  # so many pixels are this dark or darker
    darkest = int(np.searchsorted(up_to, 1))
    high = int(np.searchsorted(up_to, glyph.size - min(glyph.size - 1, _BRIGHTEST)))
    if high - darkest < MIN_CONTRAST:
        high = int(np.searchsorted(up_to, glyph.size))
    ground = int(np.searchsorted(up_to, glyph.size // 4 + 1))
    if ground > high // 2 + darkest // 2:  # a bold glyph cut tight: most of the picture is ink
        ground = darkest
    if high - ground < MIN_CONTRAST:
        return None
    table = np.clip((np.arange(256) - ground) * (255.0 / (high - ground)), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(glyph, table), np.uint8)


def _ink_box(ink: Grey) -> tuple[int, int, int, int] | None:
    """Bounds of the ink without lone specks, which noise and paper leave around a glyph."""
    mask = np.asarray(ink > 80, np.uint8)
    count, _labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    if count < 2:
        return None
    areas = stats[1:, cv2.CC_STAT_AREA]
    kept = stats[1:][areas >= max(2, areas.max() * 0.04)]
    if len(kept) == 0:
        return None
    left, top = kept[:, cv2.CC_STAT_LEFT].min(), kept[:, cv2.CC_STAT_TOP].min()
    right = (kept[:, cv2.CC_STAT_LEFT] + kept[:, cv2.CC_STAT_WIDTH]).max()
    bottom = (kept[:, cv2.CC_STAT_TOP] + kept[:, cv2.CC_STAT_HEIGHT]).max()
    return int(left), int(top), int(right - left), int(bottom - top)


def _thicken(ink: Grey) -> Grey:
    longest = max(ink.shape)
    if longest <= BOX:
        return ink
    mask = np.asarray(ink > 96, np.uint8)
    perimeter = int(np.count_nonzero(mask) - np.count_nonzero(cv2.erode(mask, np.ones((3, 3), np.uint8))))
    stroke = 2.0 * np.count_nonzero(mask) / max(1, perimeter)
    missing = _THIN_STROKE * longest / BOX - stroke
    if missing < 0.5:
        return ink
    grow = round(missing) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (grow, grow))
    padded = cv2.copyMakeBorder(ink, grow, grow, grow, grow, cv2.BORDER_CONSTANT, value=0)
    return np.asarray(cv2.dilate(padded, kernel), np.uint8)


def _fit(ink: Grey) -> Grey:
    height, width = ink.shape
    scale = BOX / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(ink if scale == 1 else cv2.resize(ink, size, interpolation=method), np.uint8)


def _centre(ink: Grey) -> Grey:
    height, width = ink.shape
    moments = cv2.moments(ink)
    mass = moments["m00"] or 1.0
    left = round(SIDE / 2 - 0.5 - moments["m10"] / mass)
    top = round(SIDE / 2 - 0.5 - moments["m01"] / mass)
    left, top = min(max(left, 0), SIDE - width), min(max(top, 0), SIDE - height)
    frame = np.zeros((SIDE, SIDE), np.uint8)
    frame[top : top + height, left : left + width] = ink
    peak = int(ink.max())
    return np.asarray(cv2.convertScaleAbs(frame, alpha=255.0 / peak), np.uint8) if 0 < peak < 230 else frame
