"""Letters written as strokes with an unsteady hand: glyphs that are no digits, without a font at hand."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.random import Generator

from ml.preprocessing import Grey

_SIDE = 72

# each letter's strokes as points on a grid of 5 × 7 (column and row, both from 0), without look-alikes of digits
LETTERS = {
    "A": "06 20 46, 14 34",
    "C": "41 30 10 01 05 16 36 45",
    "E": "40 00 06 46, 03 33",
    "F": "40 00 06, 03 33",
    "H": "00 06, 40 46, 03 43",
    "K": "00 06, 40 03 46",
    "L": "00 06 46",
    "M": "06 00 23 40 46",
    "N": "06 00 46 40",
    "P": "06 00 30 41 42 33 03",
    "R": "06 00 30 41 42 33 03, 23 46",
    "T": "00 40, 20 26",
    "U": "00 05 16 36 45 40",
    "V": "00 26 40",
    "W": "00 16 23 36 40",
    "X": "00 46, 40 06",
    "a": "42 46, 43 32 12 04 16 36 45",
    "d": "40 46, 43 32 12 04 16 36 45",
    "e": "04 44 43 32 12 04 16 46",
    "f": "40 30 21 26, 03 43",
    "h": "00 06, 03 22 43 46",
    "k": "00 06, 42 04 46",
    "m": "02 06, 03 12 23 26, 23 32 43 46",
    "n": "02 06, 03 12 32 43 46",
    "p": "02 06, 03 22 43 44 25 05",
    "r": "02 06, 03 12 32",
    "t": "20 25 36, 02 42",
    "u": "02 05 16 36 45, 42 46",
    "v": "02 26 42",
    "w": "02 16 23 36 42",
    "x": "02 46, 42 06",
    "Pi": "01 41, 11 16, 31 36",
    "Delta": "06 20 46 06",
    "Sigma": "40 00 23 06 46",
    "hash": "10 06, 40 36, 02 42, 04 44",
    "plus": "21 25, 03 43",
    "star": "20 26, 01 45, 41 05",
    "arrow": "03 43, 21 43 25",
    "percent": "40 06, 00 10 11 01 00, 35 45 46 36 35",
    "question": "01 10 30 41 42 23 24, 26 26",
}
_STROKES = {
    name: [[(int(point[0]), int(point[1])) for point in stroke.split()] for stroke in strokes.split(",")]
    for name, strokes in LETTERS.items()
}


def written(rng: Generator) -> Grey:
    """One letter, (72, 72) uint8, light on dark: points jittered, slanted, corners rounded by chance."""
    name = sorted(_STROKES)[int(rng.integers(len(_STROKES)))]
    canvas = np.zeros((_SIDE, _SIDE), np.uint8)
    width, slant, thickness = rng.uniform(6, 11), rng.normal(0, 0.15), int(rng.integers(2, 7))
    rounded = rng.random() < 0.6
    for stroke in _STROKES[name]:
        points = np.array(stroke, float) + rng.normal(0, 0.18, (len(stroke), 2))
        x = 14 + points[:, 0] * width - slant * (points[:, 1] - 3) * 8
        line = np.stack([x, 10 + points[:, 1] * 8], axis=1)
        line = _round(line) if rounded else line
        cv2.polylines(canvas, [np.round(line).astype(np.int32)], False, 255, thickness, cv2.LINE_AA)
    return canvas


def _round(line: np.ndarray, times: int = 2) -> np.ndarray:
    """Corners cut (Chaikin 1974); the ends stay."""
    for _ in range(times):
        first, second = line[:-1] * 0.75 + line[1:] * 0.25, line[:-1] * 0.25 + line[1:] * 0.75
        inner = np.stack([first, second], axis=1).reshape(-1, 2)
        line = np.concatenate([line[:1], inner, line[-1:]])
    return line
