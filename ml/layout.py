"""Reading order: boxes to lines, lines to numbers."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence

import numpy as np

from ml.page import Box, around

__all__ = ["around", "beside", "lines", "numbers", "same_place"]

_OVERLAP = 0.4  # of the lower of two neighbours: as much height in common puts them on one line
_NEAR = 3.0  # of the digits' height: neighbours further apart tell little of the slope of their line
_ENOUGH = 3  # slopes that make a median
_GUTTER = 2.5  # of the digits' height: a wider empty stripe may divide columns …
_LINES = 3  # … between as many lines at least …
_ALIGNED = 0.33  # … unless lines on both sides stand as near to each other as this
_GAP = 0.9  # of the line's digit size: a wider gap begins a new number …
_MARKED_GAP = 1.8  # … or where a mark stands in it …
_RELATIVE_GAP = 2.2  # … unless all gaps of the line are wide, as in form fields

_WIDEST_GAP = 2.4  # … and none is wider than this, as between cells of a table


def lines(boxes: Sequence[Box]) -> list[list[int]]:
    """Indexes of `boxes`, line by line from the top, each from left to right.  Lines may slope.

    Where a clear gutter divides the page into columns whose lines do not go on beyond it, column by column.
    """
    if not boxes:
        return []
    every = list(range(len(boxes)))
    level, rows = _levelled(boxes, _rows(boxes, every))
    columns = _columns(level, every)
    return rows if len(columns) == 1 else [row for column in columns for row in _rows(level, column)]


def _levelled(boxes: Sequence[Box], rows: list[list[int]]) -> tuple[Sequence[Box], list[list[int]]]:
    """The boxes sheared so that lines are level, by the median slope from one box of a row to the next, and new rows.

    As they were, where that makes more rows: a curve has many slopes.
    """
    slopes = []
    for row in rows:
        for a, b in itertools.pairwise(row):
            across = boxes[b][0] - boxes[a][0]
            if 0 < across <= _NEAR * max(boxes[a][3], boxes[b][3]):
                slopes.append((_foot(boxes[b]) - _foot(boxes[a])) / across)
    if len(slopes) < _ENOUGH:
        return boxes, rows
    slope = float(np.median(slopes))
    level = [(x, round(y - slope * (x + w / 2)), w, h) for x, y, w, h in boxes]
    again = _rows(level, range(len(boxes)))
    return (level, again) if len(again) <= len(rows) else (boxes, rows)


def _foot(box: Box) -> int:
    return box[1] + box[3]


def _columns(boxes: Sequence[Box], chosen: list[int]) -> list[list[int]]:
    """The columns of a page from left to right; one, where no gutter runs through."""
    ordered = sorted(chosen, key=lambda at: boxes[at][0])
    wide = _GUTTER * float(np.median([boxes[at][3] for at in chosen]))
    end = boxes[ordered[0]][0]
    for place, at in enumerate(ordered):
        if boxes[at][0] - end > wide and _are_apart(boxes, ordered[:place], ordered[place:]):
            return [*_columns(boxes, ordered[:place]), *_columns(boxes, ordered[place:])]
        end = max(end, boxes[at][0] + boxes[at][2])
    return [chosen]


def _are_apart(boxes: Sequence[Box], left: list[int], right: list[int]) -> bool:
    """Whether both sides have several lines and those of the one do not go on in the other, as rows of a table do."""
    ends = [_middle(boxes, row[-1:]) for row in _rows(boxes, left)]
    begins = [_middle(boxes, row[:1]) for row in _rows(boxes, right)]
    fewer, more = sorted((ends, begins), key=len)
    if len(fewer) < _LINES:
        return False
    steps = [min(abs(y - other) for other in more) for y in fewer]
    return float(np.median(steps)) > _ALIGNED * float(np.median([boxes[at][3] for at in [*left, *right]]))


def _rows(boxes: Sequence[Box], chosen: Collection[int]) -> list[list[int]]:
    """Boxes that stand beside each other, from the top.

    A box joins the row with whose last two boxes it shares the most height, as a share of the lower one.
    """
    rows: list[list[int]] = []
    last = np.zeros((len(chosen), 2, 2))  # of each row the last two boxes' top and bottom
    for at in sorted(chosen, key=lambda at: boxes[at][0]):
        top, bottom = boxes[at][1], boxes[at][1] + boxes[at][3]
        tops, bottoms = last[: len(rows), :, 0], last[: len(rows), :, 1]
        lower = np.maximum(1, np.minimum(bottom - top, bottoms - tops))
        shares = ((np.minimum(bottom, bottoms) - np.maximum(top, tops)) / lower).max(axis=1)
        best = int(shares.argmax()) if rows else 0
        if not rows or shares[best] < _OVERLAP:
            last[len(rows)] = top, bottom
            rows.append([at])
        else:
            last[best] = last[best, 1], (top, bottom)
            rows[best].append(at)
    return sorted(rows, key=lambda row: _middle(boxes, row))


def _middle(boxes: Sequence[Box], row: Sequence[int]) -> float:
    return float(np.mean([boxes[at][1] + boxes[at][3] / 2 for at in row]))


def numbers(boxes: Sequence[Box], line: Sequence[int], marked: Collection[int] = ()) -> list[list[int]]:
    """One line's indexes, divided where the gap is wider than within a number.

    Behind those in `marked` stands a mark that belongs to the number: there the gap may be wider.
    """
    tall = float(np.percentile([max(boxes[at][2:]) for at in line], 75))
    gaps = [boxes[b][0] - (boxes[a][0] + boxes[a][2]) for a, b in itertools.pairwise(line)]
    usual = float(np.median([max(gap, 0) for gap in gaps])) if len(gaps) >= 4 else 0.0
    limit = max(_GAP * tall, min(_RELATIVE_GAP * usual, _WIDEST_GAP * tall))
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
