"""What the finder is to answer for a scene, cell by cell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.finding.scene import Scene, Truth
from ml.finding.tone import STRIDE

CHANNELS = 8  # heat, weight of heat, value, weight of the rest, offset x and y in cells, log width and log height
WIDTH, HEIGHT = 24.0, 32.0  # pixels of a digit whose logarithms are 0
_SPREAD = 6.0  # a digit's side holds so many deviations of the heat around its centre
_NEAR = 0.4  # cells this warm tell place, size and value too, not the centre alone

Cells = NDArray[np.float32]


def encode(scene: Scene) -> Cells:
    """(height / 4, width / 4, 8) float32: heat as of Zhou et al. 2019, one Gaussian a digit, as wide as the digit."""
    rows, columns = scene.grey.shape[0] // STRIDE, scene.grey.shape[1] // STRIDE
    cells = np.zeros((rows, columns, CHANNELS), np.float32)
    cells[..., 1] = 1
    for left, top, wide, high, _ in scene.ignored.tolist():
        x, y = int(left / STRIDE), int(top / STRIDE)
        cells[y : int((top + high) / STRIDE) + 1, x : int((left + wide) / STRIDE) + 1, 1] = 0
    nearest = np.zeros((rows, columns), np.float32)
    for digit in scene.digits:
        _warm(cells, nearest, digit)
    return cells


def _warm(cells: Cells, nearest: Cells, digit: Truth) -> None:
    rows, columns = nearest.shape
    left, top, wide, high, value = digit.tolist()
    x, y = (left + wide / 2) / STRIDE - 0.5, (top + high / 2) / STRIDE - 0.5
    column, row = min(max(round(x), 0), columns - 1), min(max(round(y), 0), rows - 1)
    across, down = (min(max(side / STRIDE / _SPREAD, 0.5), 4.0) for side in (wide, high))
    x0, x1 = max(0, int(column - 3 * across)), min(columns, int(column + 3 * across) + 2)
    y0, y1 = max(0, int(row - 3 * down)), min(rows, int(row + 3 * down) + 2)
    window = np.s_[y0:y1, x0:x1]
    xs, ys = np.arange(x0, x1, dtype=np.float32), np.arange(y0, y1, dtype=np.float32)
    heat = np.outer(_bell(ys - row, down), _bell(xs - column, across))
    np.maximum(cells[window][..., 0], heat, out=cells[window][..., 0])
    cells[row, column, :2] = 1
    exact = np.outer(_bell(ys - y, down), _bell(xs - x, across))
    own = (exact > _NEAR) & (exact > nearest[window])
    own[row - y0, column - x0] = True
    nearest[window][own] = exact[own]
    cells[window][own, 2] = value
    cells[window][own, 3] = np.maximum(exact[own], _NEAR)
    cells[window][..., 4][own] = np.broadcast_to(x - xs[None, :], own.shape)[own]
    cells[window][..., 5][own] = np.broadcast_to(y - ys[:, None], own.shape)[own]
    cells[window][own, 6] = np.log(max(wide, 2) / WIDTH)
    cells[window][own, 7] = np.log(max(high, 2) / HEIGHT)


def _bell(distance: NDArray[np.float32], deviation: float) -> NDArray[np.float32]:
    return np.asarray(np.exp(-0.5 * np.square(distance / np.float32(deviation))), np.float32)
