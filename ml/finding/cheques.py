"""Real strings on real paper: cheque amounts, bent, scaled and laid beside and below each other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator

from ml import datasets
from ml.finding import papers
from ml.finding.scene import Scene, Truth, homography, truth, warped
from ml.preprocessing import Grey


@dataclass(frozen=True, slots=True)
class Strip:
    """A real string: grey (height, width) uint8 and its digits (n, 5)."""

    grey: Grey
    digits: Truth
    text: str


def strips(folder: Path | None, part: datasets.Part) -> tuple[Strip, ...]:
    """The cheque amounts of one part; none where the set is not there."""
    if folder is None or not (folder / datasets.ORAND).is_dir():
        return ()
    entries = datasets.orand_truth(folder, part)
    return tuple(
        Strip(datasets.orand_picture(folder, one), np.array(one["boxes"], np.float32), one["text"]) for one in entries
    )


def mosaic(strips: tuple[Strip, ...], rng: Generator, height: int, width: int, strength: float) -> Scene:
    """Strings of one scale side by side, row below row, seen a little askew; `strength` 0 to 1 of every distortion."""
    scale = float(np.exp(np.clip(rng.normal(-0.02, 0.15 + 0.2 * strength), np.log(0.5), np.log(1.9))))
    margin = 24
    sheet = np.full((height + 2 * margin, width + 2 * margin), rng.uniform(120, 240), np.float32)
    sheet += papers.noise(rng, *sheet.shape) * np.float32(rng.uniform(0, 5))
    digits: list[tuple[float, float, float, float, float]] = []
    top, even = int(rng.integers(0, margin)), rng.random() < 0.5
    while top < height + margin:
        left, lowest = int(rng.integers(0, margin)), top + 8
        while left < width + margin:
            piece, found = _bent(strips[int(rng.integers(len(strips)))], rng, scale, strength, even)
            down = top + int(rng.integers(0, 8))
            region = sheet[down : down + piece.shape[0], left : left + piece.shape[1]]
            region[:] = piece[: region.shape[0], : region.shape[1]]
            digits += [(x + left, y + down, w, h, value) for x, y, w, h, value in found.tolist()]
            left += piece.shape[1] + (int(rng.exponential(6)) if rng.random() < 0.4 else 0)
            lowest = max(lowest, down + piece.shape[0])
        top = lowest + (int(rng.exponential(8)) if rng.random() < 0.3 else 0)
    if rng.random() < 0.3 * strength:
        sheet *= papers.light(rng, *sheet.shape, 1.0)
    shift = np.array(
        [[1, 0, -float(rng.integers(0, 2 * margin))], [0, 1, -float(rng.integers(0, 2 * margin))], [0, 0, 1.0]]
    )
    scene = warped(sheet, truth(digits), shift @ homography(rng, *sheet.shape, strength), height, width)
    return Scene(papers.develop(scene.grey.astype(np.float32), rng, 0.7 * strength), scene.digits, scene.ignored)


def _bent(strip: Strip, rng: Generator, scale: float, strength: float, even: bool) -> tuple[np.ndarray, Truth]:
    """One string at a scale of its own, with its paper at one level where `even`."""
    own = scale * float(np.exp(rng.normal(0, 0.1 * strength)))
    across = own * float(np.exp(rng.normal(0, 0.1 * strength)))
    wide, high = max(8, round(strip.grey.shape[1] * across)), max(8, round(strip.grey.shape[0] * own))
    method = cv2.INTER_AREA if own < 0.8 else cv2.INTER_CUBIC if rng.random() < 0.5 else cv2.INTER_LINEAR
    piece = cv2.resize(strip.grey, (wide, high), interpolation=method).astype(np.float32)
    if rng.random() < 0.3 * strength:  # stronger or weaker ink on the same paper
        level = float(np.median(piece))
        piece = level + (piece - level) * np.float32(np.exp(rng.normal(0, 0.3)))
    if even:
        piece += np.float32(200 - np.median(piece))
    digits = strip.digits * np.array([across, own, across, own, 1], np.float32)
    if rng.random() < 0.35:  # only some of the digits: what is cut off says nothing about its neighbours
        piece, digits = _part(piece, digits, rng)
    return piece, digits


def _part(piece: np.ndarray, digits: Truth, rng: Generator) -> tuple[np.ndarray, Truth]:
    """The string from or up to a column between two digits."""
    if len(digits) < 3:
        return piece, digits
    at = int(rng.integers(1, len(digits)))
    order = digits[digits[:, 0].argsort()]
    column = int((order[at - 1, 0] + order[at - 1, 2] + order[at, 0]) / 2)
    crossing = (digits[:, 0] < column - 2) & (digits[:, 0] + digits[:, 2] > column + 2)
    if crossing.any() or not 8 < column < piece.shape[1] - 8:
        return piece, digits
    if rng.random() < 0.5:
        return piece[:, :column], digits[digits[:, 0] + digits[:, 2] / 2 < column]
    return piece[:, column:], digits[digits[:, 0] + digits[:, 2] / 2 >= column] - np.array(
        [column, 0, 0, 0, 0], np.float32
    )
