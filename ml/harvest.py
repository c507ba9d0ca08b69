"""Glyphs as the reader itself finds them on pages with known boxes: what it will meet, with the right answer."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ml import segmentation
from ml.ink import Ink, find_ink
from ml.page import Box
from ml.preprocessing import Grey, normalise

NOT_A_DIGIT = 10
_SAME = 0.6  # intersection over union from which a found glyph is the digit of a box
_ENLARGE_BELOW = 64


def harvest(grey: Grey, boxes: Sequence[Box], values: Sequence[int]) -> tuple[list[Grey], list[int]]:
    """Frames (28, 28) uint8 and labels 0-10 of what is found on a grey page (height, width) uint8.

    Glyphs over two or more boxes are "not a digit"; those that match no box are left out, for bits of strokes look
    like a 1.  Digits are taken a second time as their box cuts them out, with what intrudes from their neighbours.
    """
    enlarge = 2.0 if min(grey.shape) < _ENLARGE_BELOW else 1.0
    grey = np.asarray(cv2.resize(grey, None, fx=enlarge, fy=enlarge, interpolation=cv2.INTER_CUBIC), np.uint8)
    truth = np.array(boxes, np.float64).reshape(-1, 4) * enlarge
    ink = find_ink(grey)
    if ink is None or not len(truth):
        return [], []
    found = [(glyph.ink, _label(glyph.box, truth, values)) for glyph in segmentation.find_glyphs(ink)]
    pairs = [(glyph, label) for glyph, label in found if label is not None] + _windows(ink, truth, values)
    frames = [(normalise(glyph), label) for glyph, label in pairs]
    return [frame for frame, _ in frames if frame is not None], [label for frame, label in frames if frame is not None]


def _label(box: Box, truth: NDArray[np.float64], values: Sequence[int]) -> int | None:
    x, y, w, h = box
    wide = np.clip(np.minimum(truth[:, 0] + truth[:, 2], x + w) - np.maximum(truth[:, 0], x), 0, None)
    high = np.clip(np.minimum(truth[:, 1] + truth[:, 3], y + h) - np.maximum(truth[:, 1], y), 0, None)
    shared = wide * high
    areas = truth[:, 2] * truth[:, 3]
    overlap = shared / (areas + w * h - shared)
    if overlap.max() >= _SAME:
        return int(values[int(overlap.argmax())])
    return NOT_A_DIGIT if int((shared > 0.7 * areas).sum()) >= 2 else None


def _windows(ink: Ink, truth: NDArray[np.float64], values: Sequence[int]) -> list[tuple[Grey, int]]:
    windows = []
    for (x, y, w, h), value in zip(np.round(truth).astype(int).tolist(), values, strict=True):
        window = ink.level[max(0, y - 1) : y + h + 1, max(0, x - 1) : x + w + 1]
        if window.size:
            windows.append((window, int(value)))
    return windows
