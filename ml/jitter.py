"""Digits cut out of pictures by boxes that are a little wrong, as those of a finder are."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.crops import crop
from ml.ink import Ink, find_ink
from ml.page import Box
from ml.paper import paper_level
from ml.preprocessing import Grey, normalise

_JITTER = 0.08  # of the box's width and height, on each side
_ENLARGE_BELOW = 64


def jittered(
    grey: Grey, boxes: Sequence[Sequence[int]], values: Sequence[int], copies: int, rng: Generator
) -> tuple[list[Grey], list[int]]:
    """`copies` frames (28, 28) uint8 of every box [x, y, width, height] of a page (height, width), and their values.

    Each from one of three inks: as it is, as it is above the threshold alone, and the paper divided out.
    """
    scale = 2.0 if min(grey.shape) < _ENLARGE_BELOW else 1.0
    grey = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)
    ink = find_ink(grey)
    if ink is None:
        return [], []
    inks = (ink, ink, _thresholded(ink), _divided(grey, ink))
    frames: list[Grey] = []
    labels: list[int] = []
    for box, value in zip(boxes, values, strict=True):
        for _ in range(copies):
            frame = normalise(crop(inks[rng.integers(len(inks))], _moved(np.array(box) * scale, rng)))
            if frame is not None:
                frames.append(frame)
                labels.append(int(value))
    return frames, labels


def _moved(box: NDArray[np.float64], rng: Generator) -> Box:
    size = box[[2, 3, 2, 3]]
    left, top, right, bottom = np.round(
        np.array([box[0], box[1], box[0] + box[2], box[1] + box[3]]) + rng.uniform(-_JITTER, _JITTER, 4) * size
    ).astype(int)
    return int(left), int(top), max(1, int(right - left)), max(1, int(bottom - top))


def _thresholded(ink: Ink) -> Ink:
    soft = cv2.dilate(ink.mask, np.ones((3, 3), np.uint8))
    return Ink(np.asarray(ink.level * soft, np.uint8), ink.mask, ink.whole)


def _divided(grey: Grey, ink: Ink) -> Ink:
    """The share of the paper's light that the ink keeps back, its stronger half as full ink."""
    paper = np.maximum(paper_level(grey), 1).astype(np.float32)
    kept = np.clip(1 - grey / paper, 0, 1)
    strong = float(np.percentile(kept[ink.mask > 0], 80)) if ink.mask.any() else 1.0
    return Ink(np.asarray(np.clip(kept / max(strong, 0.02) * 255, 0, 255), np.uint8), ink.mask, ink.whole)
