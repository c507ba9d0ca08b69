"""Digits written by a pen that is never quite the same twice: strokes, slant, pressure, from a seeded generator."""

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Ink = NDArray[np.float32]  # (height, width), 0 paper to 1 full ink
Path = list[tuple[float, float]]

# Pen paths in a box from (0, 0), top left, to (1, 1), bottom right; the curve goes through every point.
PATHS: dict[int, list[Path]] = {
    0: [[(0.55, 0.02), (0.15, 0.25), (0.1, 0.65), (0.4, 0.97), (0.8, 0.75), (0.85, 0.3), (0.5, 0.02)]],
    1: [[(0.3, 0.25), (0.55, 0.03), (0.55, 0.5), (0.52, 0.98)]],
    2: [[(0.15, 0.25), (0.4, 0.03), (0.78, 0.2), (0.65, 0.5), (0.15, 0.95), (0.5, 0.93), (0.88, 0.96)]],
    3: [[(0.15, 0.15), (0.5, 0.02), (0.78, 0.22), (0.42, 0.46), (0.82, 0.7), (0.5, 0.97), (0.12, 0.85)]],
    4: [[(0.4, 0.04), (0.25, 0.4), (0.12, 0.62), (0.5, 0.6), (0.9, 0.58)], [(0.68, 0.3), (0.65, 0.6), (0.62, 0.98)]],
    5: [[(0.8, 0.05), (0.28, 0.06), (0.22, 0.45), (0.6, 0.4), (0.83, 0.68), (0.5, 0.96), (0.14, 0.88)]],
    6: [[(0.7, 0.03), (0.28, 0.35), (0.14, 0.72), (0.45, 0.97), (0.8, 0.76), (0.52, 0.52), (0.18, 0.7)]],
    7: [[(0.12, 0.06), (0.5, 0.07), (0.86, 0.05), (0.58, 0.5), (0.4, 0.98)]],
    8: [
        [(0.75, 0.14), (0.42, 0.03), (0.22, 0.24), (0.52, 0.47), (0.8, 0.74)],
        [(0.8, 0.74), (0.48, 0.97), (0.18, 0.76), (0.5, 0.47), (0.78, 0.2), (0.6, 0.05)],
    ],
    9: [[(0.8, 0.2), (0.45, 0.03), (0.2, 0.28), (0.48, 0.5), (0.8, 0.25), (0.76, 0.6), (0.66, 0.98)]],
}
_FINE = 4  # drawn at this multiple and reduced, so that edges are soft
_STEPS = 12  # straight pieces between two points of a path


def digit(value: int, height: int, rng: Generator) -> Ink:
    """One digit, about `height` pixels high: (rows, columns), with a margin for the pen's width."""
    width = height * rng.uniform(0.55, 0.8)
    pen = height * rng.uniform(0.05, 0.11)
    slant, margin = rng.normal(0.08, 0.1), pen + 0.12 * height
    size = int(height + 2 * margin), int(width + 2 * margin)
    canvas = np.zeros((size[0] * _FINE, size[1] * _FINE), np.uint8)
    for path in PATHS[value]:
        points = np.array(path) + rng.normal(0, 0.025, (len(path), 2))
        points[:, 0] += slant * (0.5 - points[:, 1])
        _draw(canvas, (_smooth(points) * (width, height) + margin) * _FINE, pen * _FINE, rng)
    reduced = cv2.resize(canvas, size[::-1], interpolation=cv2.INTER_AREA)
    return np.asarray(reduced, np.float32) / np.float32(255)


def _smooth(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """A curve through the points (Catmull and Rom 1974)."""
    p = np.vstack([points[:1], points, points[-1:]])
    t = np.linspace(0, 1, _STEPS, endpoint=False)[:, None]
    pieces = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False)
    ]
    return np.vstack([*pieces, points[-1:]])


def _draw(canvas: NDArray[np.uint8], curve: NDArray[np.float64], pen: float, rng: Generator) -> None:
    """Ink along the curve, thicker and thinner as the pen is pressed."""
    along = np.linspace(0, 1, len(curve))
    pressure = 1 + 0.18 * np.sin(2 * np.pi * (rng.uniform(0.5, 1.5) * along + rng.uniform()))
    pixels = np.round(curve).astype(int).tolist()
    for start, end, pressed in zip(pixels, pixels[1:], pressure, strict=False):
        cv2.line(canvas, start, end, 255, max(1, round(pen * pressed)), cv2.LINE_AA)
