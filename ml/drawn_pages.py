"""Pages drawn from single digits, with truth: what finding and grouping are checked on without a photograph."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.preprocessing import Grey


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """`grey` (height, width) uint8 and the `lines` of text that stand on it."""

    grey: Grey
    lines: tuple[str, ...]


def draw(frames: NDArray[np.uint8], labels: NDArray[np.uint8], rng: Generator) -> DrawnPage:
    """One to four lines of numbers in digits of one size, on paper of uneven light, some ruled, some inverted."""
    size = int(np.exp(rng.uniform(np.log(22), np.log(110))))
    count = int(rng.choice([1, 1, 2, 3, 4]))
    groups = [[int(rng.integers(1, 7)) for _ in range(int(rng.choice([1, 1, 2])))] for _ in range(count)]
    longest = max(sum(lengths) + 2 * len(lengths) for lengths in groups)
    height, width = int(size * (1.7 * count + 1.5)), int(size * (1.0 * longest + 2))
    ink = np.zeros((height, width), np.float32)
    lines = []
    for row, lengths in enumerate(groups):
        texts, left = [], int(size * rng.uniform(0.4, 0.9))
        for length in lengths:
            text, left = _write(ink, frames, labels, length, size, left, int(size * (0.6 + 1.7 * row)), rng)
            texts.append(text)
            left += int(size * rng.uniform(1.5, 2.0))
        lines.append(" ".join(texts))
    return DrawnPage(_photograph(ink, size, rng), tuple(lines))


def _write(
    ink: NDArray[np.float32],
    frames: NDArray[np.uint8],
    labels: NDArray[np.uint8],
    length: int,
    size: int,
    left: int,
    top: int,
    rng: Generator,
) -> tuple[str, int]:
    """Write one number from `left` on; returns its text and where it ends."""
    text = ""
    for at in rng.integers(len(frames), size=length):
        columns = np.flatnonzero(frames[at].max(axis=0) > 80)
        glyph = frames[at][4:24, max(0, columns[0] - 1) : columns[-1] + 2]
        scale = size * rng.uniform(0.85, 1.1) / 20
        glyph = cv2.resize(glyph, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        y = max(0, top + int(size * rng.normal(0, 0.06)))
        region = ink[y : y + glyph.shape[0], left : left + glyph.shape[1]]
        np.maximum(region, np.clip(glyph[: region.shape[0], : region.shape[1]] / 255.0, 0, 1), out=region)
        left += glyph.shape[1] + int(size * rng.uniform(0.1, 0.4))
        text += str(labels[at])
    return text, left


def _photograph(ink: NDArray[np.float32], size: int, rng: Generator) -> Grey:
    height, width = ink.shape
    paper = rng.uniform(120, 245)
    ramp = np.linspace(-1, 1, width)[None, :] * rng.normal(0, 0.12) + np.linspace(-1, 1, height)[:, None] * rng.normal(
        0, 0.12
    )
    page = paper * (1 + ramp)
    if rng.random() < 0.3:
        for y in range(int(rng.integers(5, size)), height, int(size * 1.7)):
            page[y : y + max(1, size // 30)] *= 0.75
    page = page * (1 - ink * rng.uniform(0.5, 0.9))
    page = page + rng.normal(0, rng.uniform(0.5, 6), page.shape)
    page = cv2.GaussianBlur(page, (0, 0), rng.uniform(0.3, 0.4 + size / 60))
    grey = np.asarray(np.clip(page, 0, 255), np.uint8)
    return np.asarray(255 - grey if rng.random() < 0.25 else grey, np.uint8)
