"""Handwriting drawn by code: strokes through a few points each, a pen that trembles, ruled paper.

Every seed is another hand; the same seed always draws the same picture.
"""

import random

from PIL import Image, ImageDraw

from ml.handwriting import STROKES, Point, curve, points

SUPERSAMPLING = 2
PAPER, INK, RULE = (247, 245, 238), (32, 44, 92), (205, 216, 230)


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


def _stroke(pen: ImageDraw.ImageDraw, path: list[Point], width: float) -> None:
    radius = width / 2 * SUPERSAMPLING
    for x, y in path:
        x, y = x * SUPERSAMPLING, y * SUPERSAMPLING
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=INK)
