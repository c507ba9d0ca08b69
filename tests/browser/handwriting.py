"""Handwriting drawn by code: strokes through a few points each, a pen that trembles, ruled paper.

Every seed is another hand; the same seed always draws the same picture.
"""

import random

from PIL import Image, ImageDraw

Point = tuple[float, float]
SUPERSAMPLING = 2
PAPER, INK, RULE = (247, 245, 238), (32, 44, 92), (205, 216, 230)

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


def sheet(*lines: str, seed: int = 1, size: int = 120) -> Image.Image:
    """Ruled paper with lines of handwritten digits about `size` pixels high; a space parts two numbers."""
    hand = random.Random(seed)
    width = max(int(max(map(len, lines)) * size * 0.95) + 2 * size, 4 * size)
    height = int(len(lines) * size * 1.7) + size
    paper = Image.new("RGB", (width * SUPERSAMPLING, height * SUPERSAMPLING), PAPER)
    pen = ImageDraw.Draw(paper)
    for row, line in enumerate(lines):
        top = size * (0.6 + 1.7 * row)
        rule = (top + 1.2 * size) * SUPERSAMPLING
        pen.line((0, rule, paper.width, rule), fill=RULE, width=3)
        _write(pen, hand, line, top, size)
    return paper.resize((width, height), Image.Resampling.LANCZOS)


def _write(pen: ImageDraw.ImageDraw, hand: random.Random, line: str, top: float, size: int) -> None:
    left = size * 0.75
    for sign in line:
        if sign == " ":
            left += size * 0.9
            continue
        tall = size * hand.uniform(0.92, 1.05)
        wide = tall * hand.uniform(0.5, 0.62)
        slant = hand.uniform(0.05, 0.25) * 0.6 * tall
        for stroke in STROKES[sign]:
            trembling = [(x + hand.gauss(0, 0.02), y + hand.gauss(0, 0.02)) for x, y in points(stroke)]
            path = [(left + x * wide + (1 - y) * slant, top + y * tall) for x, y in curve(trembling)]
            _stroke(pen, path, width=size * 0.07)
        left += wide + size * 0.28


def points(stroke: str) -> list[Point]:
    pairs = (point.split(",") for point in stroke.split())
    return [(int(x) / 100, int(y) / 100) for x, y in pairs]


def _stroke(pen: ImageDraw.ImageDraw, path: list[Point], width: float) -> None:
    radius = width / 2 * SUPERSAMPLING
    for x, y in path:
        x, y = x * SUPERSAMPLING, y * SUPERSAMPLING
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=INK)


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
