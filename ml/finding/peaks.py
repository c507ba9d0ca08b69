"""From the finder's cells to candidates: warm centres, their boxes and values, each digit once."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.finding.tone import STRIDE

Cells = NDArray[np.float32]
WIDTH, HEIGHT = 24.0, 32.0  # pixels of a digit whose logarithms are 0
_SURE_HEAT = 0.4
_MOST = 600  # candidates of one page
_MISSED = -3.0  # log odds of a candidate that the other look did not see
_ACROSS, _DOWN = 0.35, 0.5  # of a digit's sides: a centre nearer than both to a warmer one is the same digit


@dataclass(frozen=True, slots=True)
class Candidates:
    """`boxes` (n, 4) left, top, width, height in pixels of the picture searched, `heat` (n,) 0 to 1, `values` (n, 10).

    The values are logits.
    """

    boxes: NDArray[np.float64]
    heat: NDArray[np.float64]
    values: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.heat)

    @property
    def sure(self) -> NDArray[np.bool_]:
        """Which are so warm that their heights tell the scale."""
        return self.heat > _SURE_HEAT

    def chosen(self, which: NDArray[np.intp] | NDArray[np.bool_]) -> Candidates:
        """Some of them."""
        return Candidates(self.boxes[which], self.heat[which], self.values[which])

    def placed(self, left: float, top: float, scale: float) -> Candidates:
        """In pixels of a page of which this was a part: enlarged by `scale`, then moved."""
        moved = self.boxes * scale + np.array([left, top, 0, 0])
        return Candidates(moved, self.heat, self.values)


def together(parts: list[Candidates]) -> Candidates:
    """All of several."""
    if not parts:
        return Candidates(np.zeros((0, 4)), np.zeros(0), np.zeros((0, 10)))
    return Candidates(
        np.concatenate([part.boxes for part in parts]),
        np.concatenate([part.heat for part in parts]),
        np.concatenate([part.values for part in parts]),
    )


def peaks(cells: Cells, least: float) -> Candidates:
    """Cells (rows, columns, 15) that are warmer than `least` and than their neighbours."""
    heat = np.ascontiguousarray(cells[..., 0])
    floor = float(np.log(least / (1 - least)))
    highest = cv2.dilate(heat, np.ones((3, 3), np.uint8))
    rows, columns = np.nonzero((heat >= highest) & (heat > floor))
    if len(rows) > _MOST:
        kept = np.argsort(-heat[rows, columns], kind="stable")[:_MOST]
        rows, columns = rows[kept], columns[kept]
    chosen = cells[rows, columns].astype(np.float64)
    x, y = (columns + chosen[:, 1] + 0.5) * STRIDE, (rows + chosen[:, 2] + 0.5) * STRIDE
    wide, high = (side * np.exp(np.clip(log, -3, 3)) for side, log in ((WIDTH, chosen[:, 3]), (HEIGHT, chosen[:, 4])))
    boxes = np.stack([x - wide / 2, y - high / 2, wide, high], axis=1)
    return Candidates(boxes, 1 / (1 + np.exp(-chosen[:, 0])), chosen[:, 5:])


def once(found: Candidates, across: float = _ACROSS, down: float = _DOWN) -> Candidates:
    """Each digit once, the warmest first: by the distance of centres, not overlap, so that touching pairs survive."""
    order = np.argsort(-found.heat, kind="stable")
    boxes = found.boxes[order]
    x, y = boxes[:, 0] + boxes[:, 2] / 2, boxes[:, 1] + boxes[:, 3] / 2
    free = np.ones(len(order), bool)
    for at in range(len(order)):
        if free[at]:
            near = np.abs(x[at + 1 :] - x[at]) < across * np.minimum(boxes[at + 1 :, 2], boxes[at, 2]).clip(6)
            near &= np.abs(y[at + 1 :] - y[at]) < down * np.minimum(boxes[at + 1 :, 3], boxes[at, 3])
            free[at + 1 :] &= ~near
    return found.chosen(order[free])


def joined(found: Candidates, other: Candidates) -> Candidates:
    """The candidates of `found` with the mean of both looks' log odds and logits; what the other misses is cold."""
    near, at = _nearest(found, other)
    logits = np.log(found.heat / (1 - found.heat))
    theirs, values = np.full(len(found), _MISSED), found.values.copy()
    theirs[near] = np.log(other.heat / (1 - other.heat))[at[near]]
    values[near] = (values[near] + other.values[at[near]]) / 2
    return Candidates(found.boxes, 1 / (1 + np.exp(-(logits + theirs) / 2)), values)


def _nearest(found: Candidates, other: Candidates) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
    """For each of `found` whether one of `other` is the same digit, and which is nearest."""
    if not len(other):
        return np.zeros(len(found), bool), np.zeros(len(found), np.intp)
    ours, theirs = (one.boxes[:, :2] + one.boxes[:, 2:] / 2 for one in (found, other))
    sides = np.maximum(found.boxes[:, None, 2:], 8)
    off = (np.abs(ours[:, None] - theirs[None]) / sides).sum(axis=2)
    return off.min(axis=1) < _ACROSS, off.argmin(axis=1)
