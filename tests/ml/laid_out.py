"""Boxes of digits as they stand on pages: level, skewed, curved, in columns, tables and two sizes; with the truth."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from ml.page import Box

KINDS = ("level", "skewed", "curved", "columns", "table", "sizes", "fields")


@dataclass(frozen=True)
class LaidOut:
    """Boxes in no order, and the numbers of each line in reading order as indexes of them."""

    boxes: list[Box]
    lines: list[list[list[int]]]


def draw(kind: str, rng: Generator) -> LaidOut:
    """One page of a kind."""
    size = float(rng.uniform(20, 60))
    pitch = size * float(rng.uniform(1.5, 2.2))
    if kind == "columns":
        rows = _columns(size, pitch, rng)
    elif kind == "table":
        rows = _table(size, pitch, rng)
    elif kind == "fields":
        rows = [[(size, row * pitch * 1.3, int(rng.integers(5, 10)), size, float(rng.uniform(0.7, 1.4)))]
                for row in range(int(rng.integers(1, 4)))]  # fmt: skip
    else:
        rows = _paragraph(kind, size, pitch, rng)
    return _bent(kind, rows, size, rng)


Place = tuple[float, float, int, float, float]
"""Of a number: left, top, digits, their size, and the gap between them as a share of it (negative: any narrow one)."""


def _paragraph(kind: str, size: float, pitch: float, rng: Generator) -> list[list[Place]]:
    rows = []
    for row in range(int(rng.integers(1, 7))):
        left, line = size * float(rng.uniform(0.5, 2)), []
        for _ in range(int(rng.integers(1, 4))):
            count = int(rng.integers(1, 8))
            own = size * (float(rng.uniform(0.55, 0.75)) if kind == "sizes" and rng.random() < 0.4 else 1)
            line.append((left, row * pitch + (size - own), count, own, -1.0))
            left += count * own * 1.05 + size * float(rng.uniform(1.5, 3))
        rows.append(line)
    return rows


def _columns(size: float, pitch: float, rng: Generator) -> list[list[Place]]:
    """Two lists beside each other, not on the same lines; first all of the left one."""
    rows = []
    for column in range(2):
        shift = column * pitch * float(rng.uniform(0.35, 0.65))
        rows += [
            [(size + column * 14 * size, shift + row * pitch, int(rng.integers(3, 8)), size, -1.0)]
            for row in range(int(rng.integers(3, 8)))
        ]
    return rows


def _table(size: float, pitch: float, rng: Generator) -> list[list[Place]]:
    """Cells of the same lines, some of them empty, read line by line."""
    rows = []
    columns = int(rng.integers(2, 5))
    for row in range(int(rng.integers(3, 8))):
        filled = [at for at in range(columns) if rng.random() < 0.85] or [0]
        rows.append([(size + at * 6 * size, row * pitch, int(rng.integers(1, 4)), size, -1.0) for at in filled])
    return rows


def _bent(kind: str, rows: list[list[Place]], size: float, rng: Generator) -> LaidOut:
    slope = float(np.tan(np.radians(rng.uniform(-10, 10)))) if kind == "skewed" else float(rng.normal(0, 0.02))
    far = max(left + count * own for row in rows for left, _, count, own, _ in row)
    sag = size * float(rng.uniform(-0.8, 0.8)) if kind == "curved" else 0.0
    boxes: list[Box] = []
    lines = []
    for row in rows:
        numbers = []
        for left, top, count, own, gap in row:
            numbers.append(list(range(len(boxes), len(boxes) + count)))
            for _ in range(count):
                wide = own * float(rng.choice([0.2, 0.5, 0.6, 0.7, 0.8], p=[0.12, 0.2, 0.3, 0.25, 0.13]))
                high = own * float(rng.uniform(0.85, 1.1))
                x = left / far
                down = top + own - high + slope * left + 4 * sag * x * (1 - x) + own * float(rng.normal(0, 0.06))
                boxes.append((round(left), round(down + 1000), max(3, round(wide)), round(high)))
                left += wide + own * (gap if gap > 0 else float(rng.uniform(0.02, 0.35)))
        lines.append(numbers)
    order = rng.permutation(len(boxes))
    place = {int(old): new for new, old in enumerate(order)}
    return LaidOut([boxes[at] for at in order], [[[place[at] for at in n] for n in line] for line in lines])
