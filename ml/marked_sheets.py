"""Drawn pages of numbers with marks, with the truth about them: what finding marks is measured on."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.preprocessing import Grey

_BOX = 20  # the side of the box that frames' digits stand in
_KINDS = ("plain", "decimal", "thousands", "negative", "date", "range", "equals", "dirt")


@dataclass(frozen=True, slots=True)
class MarkedSheet:
    """A grey page (height, width) uint8 and its lines: each the number with its marks, and the digits alone."""

    grey: Grey
    marked: tuple[str, ...]


def draw(frames: NDArray[np.uint8], labels: NDArray[np.uint8], rng: Generator) -> MarkedSheet:
    """One to four lines, each of one number with marks or without, in one hand, on even paper with some noise."""
    size = int(np.exp(rng.uniform(np.log(24), np.log(90))))
    texts = [_text(rng) for _ in range(int(rng.integers(1, 5)))]
    ink = np.zeros((int(size * (1.9 * len(texts) + 1.2)), int(size * (max(map(len, texts)) * 1.15 + 3))), np.float32)
    pen = max(1.5, size * float(rng.uniform(0.05, 0.13)))
    for row, text in enumerate(texts):
        _write(ink, text, size, pen, int(size * (0.8 + 1.9 * row)), frames, labels, rng)
    shown = tuple(text.split("=")[0].split("~")[0] for text in texts)
    return MarkedSheet(_photographed(ink, size, rng), shown)


def _text(rng: Generator) -> str:
    """Digits with marks as people write them; `=` and dirt (`~`) stand behind numbers and are no part of them."""

    def some(count: int) -> str:
        return "".join(str(digit) for digit in rng.integers(0, 10, count))

    point, comma = (".", ",") if rng.random() < 0.5 else (",", ".")
    match _KINDS[int(rng.integers(len(_KINDS)))]:
        case "decimal":
            return f"{some(int(rng.integers(1, 5)))}{point}{some(int(rng.integers(1, 4)))}"
        case "thousands":
            return f"{some(int(rng.integers(1, 4)))}{comma}{some(3)}{point}{some(2)}"
        case "negative":
            return f"-{some(int(rng.integers(1, 5)))}"
        case "date":
            mark = "/-."[int(rng.integers(3))]
            return mark.join([some(2), some(2), some(4 if rng.random() < 0.5 else 2)])
        case "range":
            return f"{some(3)}-{some(3)}"
        case "equals":
            return f"{some(3)}="
        case "dirt":
            return f"{some(4)}~"
        case _:
            return some(int(rng.integers(1, 8)))


def _write(
    ink: NDArray[np.float32], text: str, size: int, pen: float, top: int,
    frames: NDArray[np.uint8], labels: NDArray[np.uint8], rng: Generator,
) -> None:  # fmt: skip
    """One line, from the left; the base line lies `size` below `top`."""
    left = float(size)
    for sign in text:
        if sign.isdigit():
            left += _digit(ink, frames[rng.choice(np.flatnonzero(labels == int(sign)))], size, left, top, rng)
        else:
            left += _mark(ink, sign, size, pen, left, top, rng)
        left += size * float(rng.uniform(0.08, 0.3))


def _digit(ink: NDArray[np.float32], frame: Grey, size: int, left: float, top: int, rng: Generator) -> float:
    x, y, w, h = cv2.boundingRect(np.asarray(frame > 80, np.uint8))
    scale = size * float(rng.uniform(0.9, 1.08)) / _BOX
    glyph = cv2.resize(frame[y : y + h, x : x + w], None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    high = max(0, int(top + size - glyph.shape[0] + size * rng.normal(0, 0.05)))
    region = ink[high : high + glyph.shape[0], int(left) : int(left) + glyph.shape[1]]
    np.maximum(region, np.clip(glyph[: region.shape[0], : region.shape[1]] / 255.0, 0, 1), out=region)
    return float(glyph.shape[1])


def _mark(ink: NDArray[np.float32], sign: str, size: int, pen: float, left: float, top: int, rng: Generator) -> float:
    """Draw one mark with its pen; returns how far the hand moves on."""
    base = top + size * (1 + float(rng.normal(0, 0.04)))

    def stroke(*points: tuple[float, float], thick: float = 1.0) -> None:
        shifted = [(left + x * size, base - y * size) for x, y in points]
        line = np.array(shifted, np.float32).round().astype(np.int32)
        cv2.polylines(ink, [line.reshape(-1, 1, 2)], False, 1.0, max(1, round(pen * thick)), cv2.LINE_AA)

    jitter = float(rng.normal(0, 0.03))
    match sign:
        case ".":
            stroke((0.03, 0.03), (0.03 + abs(jitter), 0.03 + jitter), thick=float(rng.uniform(1.1, 1.8)))
            return 0.08 * size
        case ",":
            tail, lean = float(rng.uniform(0.16, 0.3)), float(rng.uniform(0.03, 0.12))
            stroke((0.1, 0.07), (0.1 - lean / 3, -tail / 2), (0.1 - lean, -tail))
            return 0.12 * size
        case "-":
            wide, high = float(rng.uniform(0.3, 0.6)), float(rng.uniform(0.38, 0.58))
            stroke((0, high), (wide, high + jitter))
            return wide * size
        case "/":
            wide = float(rng.uniform(0.3, 0.6))
            stroke((0, -float(rng.uniform(0, 0.15))), (wide, 1 + float(rng.uniform(0, 0.15))))
            return wide * size
        case "=":
            wide = float(rng.uniform(0.35, 0.6))
            stroke((0, 0.6), (wide, 0.6 + jitter))
            stroke((0, 0.36), (wide, 0.36 - jitter))
            return wide * size
    for _ in range(int(rng.integers(3, 9))):
        place = rng.uniform((0, 0), ink.shape[::-1])
        cv2.circle(ink, (int(place[0]), int(place[1])), max(1, round(size * float(rng.uniform(0.015, 0.05)))), 0.9, -1)
    return 0.0


def _photographed(ink: NDArray[np.float32], size: int, rng: Generator) -> Grey:
    height, width = ink.shape
    light = 1 + np.linspace(-1, 1, width)[None, :] * float(rng.normal(0, 0.1)) * np.ones((height, 1))
    page = float(rng.uniform(150, 245)) * light * (1 - ink * float(rng.uniform(0.55, 0.9)))
    page = cv2.GaussianBlur(page + rng.normal(0, rng.uniform(0.5, 5), page.shape), (0, 0), 0.4 + size / 90)
    return np.asarray(np.clip(page, 0, 255), np.uint8)
