"""Reading order: boxes to lines, lines to numbers."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence

import numpy as np

from ml.page import Box, around

__all__ = ["around", "beside", "lines", "numbers", "same_place"]

_OVERLAP = 0.4  # of the lower of two neighbours: as much height in common puts them on one line
_GAP = 0.9  # of the line's digit size: a wider gap begins a new number …
_MARKED_GAP = 1.8  # … or where a mark stands in it …
_RELATIVE_GAP = 2.2  # … unless all gaps of the line are wide, as in form fields


def lines(boxes: Sequence[Box]) -> list[list[int]]:
    """Indexes of `boxes`, line by line from the top, each from left to right.  Lines may slope."""
    rows: list[list[int]] = []
    for at in sorted(range(len(boxes)), key=lambda at: boxes[at][0]):
        best = max(rows, key=lambda row: _overlap(boxes, row, at), default=None)
        if best is None or _overlap(boxes, best, at) < _OVERLAP:
            rows.append([at])
        else:
            best.append(at)
    return sorted(rows, key=lambda row: float(np.mean([boxes[at][1] + boxes[at][3] / 2 for at in row])))


def _overlap(boxes: Sequence[Box], row: list[int], at: int) -> float:
    """Height that a box shares with the row's last boxes, as a share of the lower one; most of it counts."""
    _, top, _, high = boxes[at]
    shares = []
    for other in row[-2:]:
        _, other_top, _, other_high = boxes[other]
        shared = min(top + high, other_top + other_high) - max(top, other_top)
        shares.append(shared / max(1, min(high, other_high)))
    return max(shares)


def numbers(boxes: Sequence[Box], line: Sequence[int], marked: Collection[int] = ()) -> list[list[int]]:
    """One line's indexes, divided where the gap is wider than within a number.

    Behind those in `marked` stands a mark that belongs to the number: there the gap may be wider.
    """
    tall = float(np.percentile([max(boxes[at][2:]) for at in line], 75))
    gaps = [boxes[b][0] - (boxes[a][0] + boxes[a][2]) for a, b in itertools.pairwise(line)]
    usual = float(np.median([max(gap, 0) for gap in gaps])) if len(gaps) >= 4 else 0.0
    limit = max(_GAP * tall, _RELATIVE_GAP * usual)
    groups = [[line[0]]]
    for at, gap in zip(line[1:], gaps, strict=True):
        if gap > (max(limit, _MARKED_GAP * tall) if groups[-1][-1] in marked else limit):
            groups.append([at])
        else:
            groups[-1].append(at)
    return groups


def beside(box: Box, number: Box) -> bool:
    """Whether `box` stands in the line of a number's box, within it or so near that it would belong to it."""
    shared = min(box[1] + box[3], number[1] + number[3]) - max(box[1], number[1])
    gap = max(box[0], number[0]) - min(box[0] + box[2], number[0] + number[2])
    return shared >= _OVERLAP * min(box[3], number[3]) and gap <= _GAP * number[3]


def same_place(one: Box, other: Box) -> bool:
    """Whether two boxes share most of the place that they take together."""
    wide = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    high = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    shared = max(0, wide) * max(0, high)
    return 2 * shared > one[2] * one[3] + other[2] * other[3] - shared
