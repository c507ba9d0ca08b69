"""Handwriting drawn by code: each digit is a few strokes through points, and every seed another hand.

For pictures that must be nobody's: the samples on the home page, the drawings in the guide, and tests.
"""

from __future__ import annotations

Point = tuple[float, float]

# Strokes of each digit: points in percent of its width and height, y downwards.
STROKES: dict[str, list[str]] = {
    "0": ["50,0 20,15 10,50 25,90 50,100 78,85 88,45 75,10 50,0"],
    "1": ["30,22 55,0 52,50 50,100"],
    "2": ["15,25 30,3 65,0 82,22 65,52 35,78 12,100 50,95 90,97"],
    "3": ["15,10 50,0 80,15 70,40 42,47 75,55 88,78 60,100 30,98 10,86"],
    "4": ["55,0 30,35 8,66 50,64 92,60", "72,32 66,65 62,100"],
    "5": ["82,2 30,4 24,42 55,38 85,55 80,85 50,100 12,92"],
    "6": ["70,0 38,25 16,62 25,93 55,100 82,82 75,58 45,53 20,70"],
    "7": ["10,6 50,3 90,0 62,45 40,100", "30,50 78,46"],
    "8": ["75,12 40,0 18,18 45,42 80,68 68,97 30,97 18,72 50,45 80,22 72,8"],
    "9": ["82,20 50,0 20,20 30,45 65,42 82,20 78,60 66,100"],
}


def points(stroke: str) -> list[Point]:
    """`"50,0 20,15"` → points in parts of the digit's width and height, from 0 to 1."""
    pairs = (point.split(",") for point in stroke.split())
    return [(int(x) / 100, int(y) / 100) for x, y in pairs]


def curve(points: list[Point], steps: int = 24) -> list[Point]:
    """A smooth curve through the points: Catmull and Rom's spline (1974), `steps` points between two of them."""
    around = [points[0], *points, points[-1]]
    path: list[Point] = []
    for before, start, end, after in zip(around, points, points[1:], around[3:], strict=False):
        for step in range(steps):
            x, y = (_spline(*values, step / steps) for values in zip(before, start, end, after, strict=True))
            path.append((x, y))
    return [*path, points[-1]]


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - 3 * c + d - a) * t**3)
