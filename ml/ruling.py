"""Ruled lines: found by their length, taken away, and the strokes that they crossed joined again."""

from __future__ import annotations

import cv2
import numpy as np

from ml.preprocessing import Grey

_SPAN = 0.8  # a ruled line crosses at least this share of the picture
_SHRINK = 4  # lines are looked for with so many columns taken as one


def remove_lines(mask: Grey) -> Grey:
    """A mask (height, width) uint8 of 0 and 1 without thin lines that run across the picture, either way.

    The same object where there are none.
    """
    upright = _remove_horizontal(mask)
    turned = cv2.transpose(upright)
    cleared = _remove_horizontal(np.asarray(turned, np.uint8))
    return upright if cleared is turned else np.asarray(cv2.transpose(cleared), np.uint8)


def _remove_horizontal(mask: Grey) -> Grey:
    height, width = mask.shape
    if width < 8 * _SHRINK or height < 8:
        return mask
    thickest = max(3, height // 60)
    lines = _lines(mask, thickest)
    if lines is None:
        return mask
    thick = cv2.dilate(lines, np.ones((3, 1), np.uint8)) & mask
    without = mask & (1 - thick)
    reach = int(thick.sum(axis=0).max()) + 2
    bridged = cv2.morphologyEx(without, cv2.MORPH_CLOSE, np.ones((min(reach, thickest * 3), 3), np.uint8))
    return np.asarray(without | (bridged & thick), np.uint8)


def _lines(mask: Grey, thickest: int) -> Grey | None:
    """The runs of ink that lie on lines, like `mask`; None where there are none.

    Runs of ink are joined along the row, so that gaps and a gentle slope do not end a line; what then spans the picture
    and is thin is a line.
    """
    height, width = mask.shape
    narrow = cv2.resize(mask * np.uint8(255), (width // _SHRINK, height), interpolation=cv2.INTER_AREA)
    solid = np.asarray(narrow > 190, np.uint8)
    run = max(25, width // 16) // _SHRINK
    runs = cv2.morphologyEx(solid, cv2.MORPH_OPEN, np.ones((1, run), np.uint8))
    if int(runs.any(axis=0).sum()) < 0.5 * width // _SHRINK:
        return None
    joined = cv2.dilate(runs, np.ones((3, width // 20 // _SHRINK * 2 + 1), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    areas = np.bincount(labels[runs > 0], minlength=count)
    spans = stats[:, cv2.CC_STAT_WIDTH]
    ruled = (spans * _SHRINK >= _SPAN * width) & (areas <= thickest * 2 * spans)
    ruled[0] = False
    if not ruled.any():
        return None
    found = np.asarray(ruled[labels] & (runs > 0), np.uint8)
    found = cv2.dilate(found, np.ones((1, 3), np.uint8))
    return np.asarray(cv2.resize(found, (width, height), interpolation=cv2.INTER_NEAREST) & mask, np.uint8)
