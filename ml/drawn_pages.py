"""Pages drawn from single digits, with truth: what finding and grouping are checked on without a photograph."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml import negatives
from ml.page import Box
from ml.preprocessing import BOX, Grey


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """`grey` (height, width) uint8, the `lines` of text on it, and each digit's box with its `values`."""

    grey: Grey
    lines: tuple[str, ...]
    boxes: tuple[Box, ...]
    values: tuple[int, ...]


def draw(frames: NDArray[np.uint8], labels: NDArray[np.uint8], rng: Generator, longest: int = 6) -> DrawnPage:
    """One to four lines of numbers in digits of one size, on paper of uneven light, some ruled, some inverted.

    `longest`: digits in the longest number; of one digit there is one number on the page.
    """
    size = int(np.exp(rng.uniform(np.log(22), np.log(110))))
    count = int(rng.choice([1, 1, 2, 3, 4])) if longest > 1 else 1
    most = [1, 1, 2] if longest > 1 else [1]
    groups = [[int(rng.integers(1, longest + 1)) for _ in range(int(rng.choice(most)))] for _ in range(count)]
    widest = max(sum(lengths) + 2 * len(lengths) for lengths in groups)
    sheet = _Sheet(int(size * (1.0 * widest + 2)), int(size * (1.7 * count + 1.5)), size, rng)
    lines = []
    for row, lengths in enumerate(groups):
        sheet.start_line(row)
        lines.append(" ".join(sheet.write(frames, labels, length) for length in lengths))
    return DrawnPage(_photograph(sheet.ink, size, rng), tuple(lines), tuple(sheet.boxes), tuple(sheet.values))


def draw_without_digits(letters: NDArray[np.uint8], rng: Generator) -> Grey:
    """A page (height, width) uint8 of scribbles and marks, or of words in `letters` (n, 28, 28), on the same papers."""
    size = int(np.exp(rng.uniform(np.log(28), np.log(110))))
    ink = np.zeros((int(size * rng.uniform(2, 6)), int(size * rng.uniform(3, 9))), np.float32)
    if len(letters) and rng.random() < 0.5:
        for row in range(ink.shape[0] // (2 * size)):
            _word(ink, letters, row, size, rng)
    else:
        for _ in range(int(rng.integers(1, 7))):
            drawn = negatives.scribble(rng) if rng.random() < 0.7 else negatives.mark(rng)
            _put(ink, drawn, size * float(rng.uniform(0.7, 2)), *rng.uniform(0, 0.8, 2) * ink.shape)
    return _photograph(ink, size, rng)


def _word(ink: NDArray[np.float32], letters: NDArray[np.uint8], row: int, size: int, rng: Generator) -> None:
    left = size * float(rng.uniform(0.3, 0.8))
    for at in rng.integers(len(letters), size=int(rng.integers(2, 8))):
        x, y, w, h = cv2.boundingRect(np.asarray(letters[at] > 80, np.uint8))
        _put(ink, letters[at][y : y + h, x : x + w], size * h / BOX, size * (0.5 + 2 * row), left)
        left += size * (w / BOX + float(rng.uniform(0.1, 0.4)))


def _put(ink: NDArray[np.float32], drawn: Grey, height: float, top: float, left: float) -> None:
    """`drawn`, brought to this height, onto the page; what is beyond its edges is lost."""
    scale = max(4.0, height) / drawn.shape[0]
    glyph = cv2.resize(drawn, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
    region = ink[int(top) : int(top) + glyph.shape[0], int(left) : int(left) + glyph.shape[1]]
    np.maximum(region, glyph[: region.shape[0], : region.shape[1]] / np.float32(255), out=region)


class _Sheet:
    """Ink in the making; the pen moves on as numbers are written."""

    def __init__(self, width: int, height: int, size: int, rng: Generator) -> None:
        self.ink = np.zeros((height, width), np.float32)
        self.boxes: list[Box] = []
        self.values: list[int] = []
        self._size, self._rng = size, rng
        self._left = self._top = 0

    def start_line(self, row: int) -> None:
        """Move the pen to the beginning of a line."""
        self._left, self._top = int(self._size * self._rng.uniform(0.4, 0.9)), int(self._size * (0.6 + 1.7 * row))

    def write(self, frames: NDArray[np.uint8], labels: NDArray[np.uint8], length: int) -> str:
        """One number of `length` digits and the gap behind it; returns its text."""
        chosen = self._rng.integers(len(frames), size=length)
        for at in chosen:
            self._digit(frames[at], int(labels[at]))
        self._left += int(self._size * self._rng.uniform(1.5, 2.0))
        return "".join(str(labels[at]) for at in chosen)

    def _digit(self, frame: Grey, value: int) -> None:
        x, y, w, h = cv2.boundingRect(np.asarray(frame > 80, np.uint8))
        scale = self._size * self._rng.uniform(0.85, 1.1) / BOX
        tight = frame[y : y + h, x : x + w]
        glyph = cv2.resize(tight, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        low = (BOX - h) / 2 * scale  # digits less high than wide stand in the middle of the line
        top = max(0, self._top + int(low + self._size * self._rng.normal(0, 0.06)))
        region = self.ink[top : top + glyph.shape[0], self._left : self._left + glyph.shape[1]]
        np.maximum(region, np.clip(glyph[: region.shape[0], : region.shape[1]] / 255.0, 0, 1), out=region)
        self.boxes.append((self._left, top, region.shape[1], region.shape[0]))
        self.values.append(value)
        self._left += glyph.shape[1] + int(self._size * self._rng.uniform(0.1, 0.4))


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
