"""Points, commas, minus signs and slashes between digits: marks that belong to a number and are no digits.

A mark is told by its size, its shape and its place relative to the digits beside it.  Where anything speaks against
it, there is none: a point that nobody wrote is worse than one that was not seen.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.page import Box
from ml.preprocessing import Grey

MOST = 300
_OWN = 0.5  # of a piece inside a digit's box: it is a part of the digit
_FAR = 1.0  # of the digits' height: further from all digits there are no marks
_DOT = 0.28  # of the digits' height: larger is no point
_ALIKE = 0.6  # of a point's size: dirt that is smaller, or larger by as much, says nothing against it
_LARGE = 1.2  # of the digits' height: what is larger is a frame, a line or the sheet
_SPECK = 0.05  # of the digits' height: smaller than this both ways is no mark


@dataclass(frozen=True, slots=True)
class Piece:
    """Ink that is no part of a digit: its box, its area in pixels of the same scale, and how it leans.

    `lean`: correlation of x and height above ground over its pixels; 1 for a straight line from bottom left to top
    right, -1 for one from top left, 0 for a round dot or a level line.
    """

    box: Box
    area: float
    lean: float


def loose(mask: Grey, digits: Sequence[Box], scale: float = 1.0) -> tuple[Piece, ...]:
    """Pieces near the digits of a picture but in none of their boxes, the largest 300 at most.

    `mask` (height, width) uint8, 0 or 1, and the boxes in pixels of the mask; pieces in pixels of a picture that is
    `scale` times smaller.
    """
    if not digits:
        return ()
    left, top, right, bottom = _region(digits, mask.shape)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask[top:bottom, left:right], connectivity=8)
    order = 1 + np.argsort(-stats[1:count, cv2.CC_STAT_AREA], kind="stable")[:MOST]
    boxes = np.array(digits)
    pieces = []
    for label in order:
        x, y, w, h, area = (int(value) for value in stats[label])
        if area >= 3 and _inside((x + left, y + top, w, h), boxes) < _OWN:
            own = labels[y : y + h, x : x + w] == label
            box = (
                round((x + left) / scale),
                round((y + top) / scale),
                max(1, round(w / scale)),
                max(1, round(h / scale)),
            )
            pieces.append(Piece(box, area / scale**2, _lean(own)))
    return tuple(pieces)


def stray(pieces: Sequence[Piece], digits: Sequence[Box], inside: int, scale: float = 1.0) -> float:
    """Of the ink in and near digits the share that is in none of them, 0 to 1, frames and whatever is larger aside.

    `digits`, `inside` (pixels of their ink) and `scale` as for `loose`.
    """
    if not digits:
        return 0.0
    largest = _LARGE * float(np.median([box[3] for box in digits])) / scale
    beside = scale**2 * sum(piece.area for piece in pieces if max(piece.box[2:]) <= largest)
    return beside / max(1.0, beside + inside)


def _region(digits: Sequence[Box], shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    far = int(_FAR * max(box[3] for box in digits)) + 2
    left, top = min(box[0] for box in digits) - far, min(box[1] for box in digits) - far
    right = max(box[0] + box[2] for box in digits) + far
    bottom = max(box[1] + box[3] for box in digits) + far
    return max(0, left), max(0, top), min(shape[1], right), min(shape[0], bottom)


def _inside(box: Box, digits: NDArray[np.int64]) -> float:
    """The largest share of a box that lies in one digit's box."""
    across = np.minimum(box[0] + box[2], digits[:, 0] + digits[:, 2]) - np.maximum(box[0], digits[:, 0])
    down = np.minimum(box[1] + box[3], digits[:, 1] + digits[:, 3]) - np.maximum(box[1], digits[:, 1])
    shared = np.clip(across, 0, None) * np.clip(down, 0, None)
    return float(shared.max()) / (box[2] * box[3])


def _lean(own: NDArray[np.bool_]) -> float:
    rows, columns = np.nonzero(own)
    if len(rows) < 2 or rows.std() == 0 or columns.std() == 0:
        return 0.0
    return -float(np.corrcoef(columns, rows)[0, 1])


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark behind digit `after` of a line (-1: before the first), and the piece it was seen in."""

    sign: str
    after: int
    piece: Piece


def of_line(line: Sequence[Box], pieces: Sequence[Piece]) -> list[Mark]:
    """The marks of one line of digits, from left to right: between two neighbours, or a minus before a number."""
    if not pieces:
        return []
    tall = float(np.median([box[3] for box in line]))
    near = [piece for piece in pieces if _beside(line, piece, tall)]
    found = []
    for after in range(-1, len(line) - 1):
        mark = _between(line, after, near, tall)
        if mark is not None:
            found.append(mark)
    return [] if _is_dirty(near, found, tall) else found


def _beside(line: Sequence[Box], piece: Piece, tall: float) -> bool:
    """Whether a piece is near the line and large enough to be meant."""
    x, y, w, h = piece.box
    if max(w, h) < _SPECK * tall or piece.area < 3:
        return False
    closest = min(line, key=lambda box: abs(box[0] + box[2] / 2 - x - w / 2))
    return closest[1] - 0.5 * tall < y + h / 2 < closest[1] + closest[3] + 0.5 * tall


def _between(line: Sequence[Box], after: int, pieces: Sequence[Piece], tall: float) -> Mark | None:
    """The one mark that stands right behind a digit; None where there is none, or more than one thing."""
    right = line[after + 1]
    left = line[after] if after >= 0 else (right[0] - round(1.1 * tall), right[1], 1, right[3])
    begin, end = left[0] + left[2] - 0.2 * tall, right[0] + 0.2 * tall
    base = (left[1] + left[3] + right[1] + right[3]) / 2
    here = [
        piece
        for piece in pieces
        if begin <= piece.box[0] + piece.box[2] / 2 <= end
        and -0.9 * tall <= piece.box[1] + piece.box[3] / 2 - base <= 0.5 * tall
    ]
    if len(here) != 1:
        return None
    sign = _sign(here[0], base, tall, end - begin)
    if sign is None or (after < 0 and sign != "-"):
        return None
    x, _, wide, _ = here[0].box
    if sign == "-" and right[0] - x - wide > tall:  # of what is further left
        return None
    return Mark(sign, after, here[0])


def _sign(piece: Piece, base: float, tall: float, room: float) -> str | None:
    """What a piece looks like beside digits `tall` pixels high that stand on `base`."""
    _, y, w, h = piece.box
    wide, high, foot, head = w / tall, h / tall, (y + h - base) / tall, (y - base) / tall
    full = piece.area / (w * h)
    if w > room:
        return None
    if 0.28 <= wide <= 0.9 and high <= 0.3 and w >= 1.7 * h and full >= 0.6 and head >= -0.85 and foot <= -0.2:
        return "-"
    if high >= 0.85 and 0.12 <= wide <= 0.9 and piece.lean >= 0.9 and full <= 0.55 and -0.2 <= foot <= 0.5:
        return "/"
    if max(wide, high) <= _DOT and min(wide, high) >= 0.04 and full >= 0.56 and -0.16 <= foot <= 0.2:
        round_enough = max(wide, high) <= 0.15 or (full >= 0.65 and abs(piece.lean) <= 0.35)
        return "." if round_enough and h <= 1.7 * w and head >= -0.3 else None
    if 0.14 <= high <= 0.55 and wide <= 0.35 and h >= 1.15 * w and head >= -0.28 and 0.1 <= foot <= 0.5:
        return "," if piece.lean > -0.3 else None
    return None


def slashes(boxes: Sequence[Box], values: Sequence[int]) -> list[int]:
    """Which digits of a line are the slashes of a date: they are read as 1, but stand higher and lean as no 1 does.

    Two there must be, so that day, month and year are left; of a lone stroke nobody can tell.
    """
    if len(boxes) < 6:
        return []
    tall = float(np.median([box[3] for box in boxes]))
    high = [at for at, box in enumerate(boxes) if values[at] == 1 and box[3] >= 1.1 * tall and box[2] >= 0.25 * box[3]]
    parts = [b - a - 1 for a, b in itertools.pairwise([-1, *high, len(boxes)])]
    if len(high) == 2 and set(parts[:2]) <= {1, 2} and parts[2] in {2, 4}:
        return high
    return []


def _is_dirty(pieces: Sequence[Piece], found: Sequence[Mark], tall: float) -> bool:
    """Whether pieces like the points lie about where none belongs: then those at the right places are none either."""
    points = [mark.piece for mark in found if max(mark.piece.box[2:]) <= _DOT * tall]
    if not points:
        return False
    sizes = [max(piece.box[2:]) for piece in points]
    alike = [piece for piece in pieces if _ALIKE * min(sizes) <= max(piece.box[2:]) <= max(sizes) / _ALIKE]
    return len(alike) - len(points) >= len(points)
