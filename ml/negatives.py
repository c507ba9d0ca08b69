"""Glyphs that are no digits: scribbles, letters, marks, bits of digits and digits that touch."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml import fonts
from ml.fonts import Part
from ml.preprocessing import Grey, normalise
from ml.stroke_letters import written

LETTERS = fonts.LATIN  # without the look-alikes of digits
FONTS = (0, 1, 2, 3, 4, 6, 7)  # the faces that OpenCV carries
_SIDE = 72

Digits = NDArray[np.uint8]


def negatives(
    count: int, digits: Digits, letters: Digits, rng: Generator, foreign: Digits | None = None, part: Part = "train"
) -> Digits:
    """`count` frames (28, 28) uint8 that are no digit.

    `digits` (n, 28, 28) are cut up and glued together, `letters` (m, 28, 28) are real written letters and `foreign`
    digits of other scripts; `part` says whose printed faces are used.
    """
    kinds: tuple[tuple[float, Callable[[], Grey]], ...] = (
        (0.20, lambda: _one_of(letters, rng)),
        (0.08, lambda: _one_of(letters if foreign is None else foreign, rng)),
        (0.12, lambda: written(rng)),
        (0.18, lambda: fonts.not_a_digit(rng, part)),
        (0.04, lambda: printed(_letter(rng), rng)),
        (0.06, lambda: sign(rng)),
        (0.09, lambda: scribble(rng)),
        (0.13, lambda: glued(digits, rng)),
        (0.02, lambda: piece(digits, rng)),  # few: a 5 without its bar is a piece of a 5, and a 5
        (0.08, lambda: mark(rng)),
    )
    shares = np.array([share for share, _ in kinds])
    frames: list[Grey] = []
    while len(frames) < count:
        frame = normalise(kinds[rng.choice(len(kinds), p=shares / shares.sum())][1]())
        if frame is not None:
            frames.append(frame)
    return np.stack(frames)


def _one_of(frames: Digits, rng: Generator) -> Grey:
    """One of these, or a letter written by strokes where there are none."""
    return np.asarray(frames[rng.integers(len(frames))] if len(frames) else written(rng), np.uint8)


def printed(text: str, rng: Generator) -> Grey:
    """A printed sign in one of OpenCV's faces, (72, 72) uint8."""
    canvas = np.zeros((_SIDE, _SIDE), np.uint8)
    face, thickness = int(rng.choice(FONTS)), int(rng.integers(1, 6))
    italic = 16 if rng.random() < 0.3 else 0
    cv2.putText(canvas, text, (16, 54), face | italic, float(rng.uniform(1.1, 1.8)), 255, thickness, cv2.LINE_AA)
    return canvas


def scribble(rng: Generator) -> Grey:
    """Loose curves, as of somebody trying a pen, (72, 72) uint8."""
    canvas = np.zeros((_SIDE, _SIDE), np.uint8)
    for _ in range(int(rng.integers(1, 4))):
        points = rng.uniform(6, _SIDE - 6, (int(rng.integers(4, 12)), 2))
        curve = np.stack([_smooth(points[:, 0]), _smooth(points[:, 1])], axis=1)
        cv2.polylines(canvas, [np.round(curve).astype(np.int32)], False, 255, int(rng.integers(1, 6)), cv2.LINE_AA)
    return canvas


def sign(rng: Generator) -> Grey:
    """An invented character of four or five joined strokes, (72, 72) uint8; fewer might well be a digit."""
    canvas = np.zeros((_SIDE, _SIDE), np.uint8)
    places = np.array([(x, y) for x in (14, 36, 58) for y in (12, 36, 60)]) + rng.normal(0, 4, (9, 2))
    thickness = int(rng.integers(2, 6))
    route = rng.permutation(9)[: int(rng.integers(5, 7))]
    for at, to in itertools.pairwise(route):
        start = at if rng.random() < 0.7 else route[0]
        bend = (places[start] + places[to]) / 2 + (rng.normal(0, 10, 2) if rng.random() < 0.4 else 0)
        share = np.linspace(0, 1, 12)[:, None]
        curve = (1 - share) ** 2 * places[start] + 2 * share * (1 - share) * bend + share**2 * places[to]
        cv2.polylines(canvas, [np.round(curve).astype(np.int32)], False, 255, thickness, cv2.LINE_AA)
    return canvas


def glued(digits: Digits, rng: Generator) -> Grey:
    """Two or three digits that touch side by side, or two halves of neighbours, (28, 84) uint8 or smaller."""
    count = 2 if rng.random() < 0.8 else 3
    canvas = np.zeros((36, 34 * count), np.uint8)
    right = 0
    for glyph in digits[rng.integers(len(digits), size=count)]:
        columns = np.flatnonzero(glyph.max(axis=0) > 80)
        tight = glyph[:, columns[0] : columns[-1] + 1]
        left = max(0, right - int(rng.integers(0, 4)))
        top = int(rng.integers(0, 8))
        region = canvas[top : top + 28, left : left + tight.shape[1]]
        np.maximum(region, tight, out=region)
        right = left + tight.shape[1]
    return canvas[:, :right]


def piece(digits: Digits, rng: Generator) -> Grey:
    """The upper or lower part of a digit; vertical cuts are left out, they leave what may pass for a 1."""
    glyph = digits[rng.integers(len(digits))]
    rows = np.flatnonzero(glyph.max(axis=1) > 80)
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    keep = max(4, int((bottom - top) * rng.uniform(0.3, 0.45)))
    part = np.zeros_like(glyph)
    cut = slice(top, top + keep) if rng.random() < 0.5 else slice(bottom - keep, bottom)
    part[cut] = glyph[cut]
    columns = np.flatnonzero(part.max(axis=0) > 80)
    narrow = len(columns) == 0 or columns[-1] - columns[0] < 0.6 * keep  # a short upright stroke is a 1
    return scribble(rng) if narrow else part


def mark(rng: Generator) -> Grey:
    """A tick, comma, dot, dash, equals sign, cross, ruled corner, grid or speckle, (72, 72) uint8."""
    canvas = np.zeros((_SIDE, _SIDE), np.uint8)
    x, y = (int(v) for v in rng.integers(26, 46, 2))
    size, thick = int(rng.integers(8, 24)), int(rng.integers(1, 7))
    polygons: dict[int, list[list[tuple[int, int]]]] = {
        0: [[(x - size // 2, y), (x, y + size // 2), (x + size, y - size)]],
        1: [[(x, y), (x + 3, y + 3), (x - size // 4, y + size // 2)]],
        2: [[(x - size, y), (x + size, y + int(rng.integers(-3, 4)))]],
        3: [[(x - size, y - 6), (x + size, y - 6)], [(x - size, y + 6), (x + size, y + 6)]],
        4: [[(x - size, y - size), (x + size, y + size)], [(x + size, y - size), (x - size, y + size)]],
        5: [[(x - size, y), (x + size, y)], [(x, y - size), (x, y + size)]],
        6: [[(x - size, y), (x + size, y)], [(x, y), (x, y + size)]],
        7: [
            [
                (x - size, y - size),
                (x + size, y - size),
                (x + size, y + size),
                (x - size, y + size),
                (x - size, y - size),
            ]
        ],
    }
    kind = int(rng.integers(0, 10))
    thick = max(thick, size // 3) if kind == 1 else thick  # a thin comma, brought to full height, is a 1
    for polygon in polygons.get(kind, []):
        cv2.polylines(canvas, [np.array(polygon, np.int32)], False, 255, thick, cv2.LINE_AA)
    if kind == 8:
        cv2.circle(canvas, (x, y), size // 2, 255, -1, cv2.LINE_AA)
    if kind == 9:
        canvas[:] = cv2.GaussianBlur(rng.integers(0, 256, canvas.shape, dtype=np.uint8), (0, 0), rng.uniform(0.6, 3))
    return canvas


def _letter(rng: Generator) -> str:
    return LETTERS[rng.integers(len(LETTERS))]


def _smooth(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """A curve through `values`, ten points for each (Catmull-Rom by way of repeated averaging)."""
    dense = np.repeat(values, 10)
    kernel = np.ones(10) / 10
    return np.convolve(np.convolve(dense, kernel, "valid"), kernel, "valid")
