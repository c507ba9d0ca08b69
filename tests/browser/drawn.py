"""Drawings as a hand makes them: strokes of a pen on the paper of the page, by code; the same seed, the same strokes.

A share of them are no digits: scribbles, letters, strokes, a grid.
"""

import random

from ml.handwriting import STROKES, curve, points

Stroke = dict[str, object]
WIDTH, HEIGHT = 1000, 500
STEPS = 5  # points between two of a shape: as many as a pen tells of

# Points in percent of width and height, y downwards.
OTHERS: dict[str, list[str]] = {
    "A": ["10,100 50,0 90,100", "28,62 72,62"],
    "E": ["85,5 20,5 20,50 20,97 88,96", "20,50 75,50"],
    "M": ["8,100 15,0 50,70 85,0 92,100"],
    "W": ["5,0 28,100 50,40 72,100 95,0"],
    "H": ["15,0 15,100", "85,0 85,100", "15,50 85,50"],
    "#": ["30,0 22,100", "75,0 68,100", "5,32 95,30", "5,70 95,68"],
    "*": ["50,0 50,100", "5,20 95,80", "5,80 95,20"],
    "~": ["0,50 20,20 40,80 60,20 80,80 100,50"],
}


def drawing(seed: int) -> list[Stroke]:
    """Strokes: a width and points [x, y] each, in pixels of the paper."""
    hand = random.Random(seed)
    if seed % 10 == 9:
        return _written(hand, [hand.choice(sorted(OTHERS)) for _ in range(hand.randint(1, 3))], OTHERS)
    return _written(hand, [hand.choice("0123456789") for _ in range(hand.randint(1, 5))], STROKES)


def _written(hand: random.Random, signs: list[str], shapes: dict[str, list[str]]) -> list[Stroke]:
    """From left to right, as far as there is room."""
    size, pen = hand.choice([110, 160, 220, 270]), hand.choice([8, 12, 18, 24])
    left, top = hand.uniform(40, 90), hand.uniform(20, HEIGHT - 1.2 * size)
    found: list[Stroke] = []
    for sign in signs[: int((WIDTH - 100) / (1.1 * size))]:
        tall = size * hand.uniform(0.85, 1.12)
        wide = tall * hand.uniform(0.5, 0.65)
        slant = hand.uniform(-0.05, 0.25) * 0.6 * tall
        for shape in shapes[sign]:
            trembling = [(x + hand.gauss(0, 0.025), y + hand.gauss(0, 0.025)) for x, y in points(shape)]
            path = curve(trembling, STEPS)
            places = [[left + x * wide + (1 - y) * slant, top + y * tall] for x, y in path]
            found.append({"width": pen, "points": places})
        left += wide + size * hand.uniform(0.1, 0.4)
    return found
