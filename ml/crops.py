"""A digit cut out of a picture's ink by its box, as training and serving both do it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.ink import Ink
from ml.page import Box
from ml.preprocessing import Grey

_MARGIN = 0.06  # of the box's longer side, on every side: boxes are not exact
_CORE = 0.18  # a stroke that nowhere comes further into the box than this share of it is a neighbour's
_WITHIN = 0.6  # of a window's rim that is ink: the box lies within something large, and the digit is not of its ink
_LEAST = 8  # grey levels of a crop's ground that may be left where a foreign stroke was


def crop(ink: Ink, box: Box) -> Grey:
    """The digit in `box` (x, y, width, height in pixels of `ink`), (height, width) uint8, light on dark.

    Cut to the box with a small margin; strokes that reach in from the rim, and ink beyond the box, are blotted out.
    Where the box lies within ink, as on a white sheet on a dark desk, the other polarity is the digit's.
    Empty (0, 0) where the box lies outside of the picture.  For `preprocessing.normalise`.
    """
    height, width = ink.mask.shape
    x, y, w, h = box
    margin = max(1, round(_MARGIN * max(w, h)))
    left, top = max(0, x - margin), max(0, y - margin)
    right, bottom = min(width, x + w + margin), min(height, y + h + margin)
    if right <= left or bottom <= top:
        return np.zeros((0, 0), np.uint8)
    mask, cut = ink.mask[top:bottom, left:right], ink.level[top:bottom, left:right].copy()
    if _rim(mask).mean() > _WITHIN:
        mask, cut = 1 - mask, 255 - cut
    foreign = _foreign(mask, (x - left, y - top, w, h))
    cut[foreign] = np.minimum(cut[foreign], _LEAST)
    return cut


def _rim(mask: Grey) -> Grey:
    return np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])


def _foreign(mask: Grey, box: Box) -> NDArray[np.bool_]:
    """Which pixels of a window belong to strokes that come in over its rim and stay near it, with their soft edge."""
    _count, labels, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(mask), connectivity=8)
    core = np.zeros(mask.shape, bool)
    x, y, w, h = box
    inset_x, inset_y = round(_CORE * w), round(_CORE * h)
    core[max(0, y + inset_y) : y + h - inset_y, max(0, x + inset_x) : x + w - inset_x] = True
    inside = set(np.unique(labels[core]).tolist())
    height, width = mask.shape
    strays = [
        label
        for label, (left, top, wide, high, _) in enumerate(stats.tolist())
        if label and label not in inside and (left == 0 or top == 0 or left + wide == width or top + high == height)
    ]
    own = np.asarray((labels > 0) & ~np.isin(labels, strays), np.uint8)
    soft = cv2.dilate(np.asarray(np.isin(labels, strays), np.uint8), np.ones((3, 3), np.uint8))
    return np.asarray((soft > 0) & (own == 0))
