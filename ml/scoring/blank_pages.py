"""Pages without any digit: empty paper, scribbles and printed words.  Whatever is found on them is invented.

Drawn for measuring alone: code, words and faces are others than those that training draws its pages with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ml.preprocessing import Grey
from ml.scoring import faces

Field = NDArray[np.float32]  # (height, width), 0 black to 1 white

_TEXT = """
    name address date signature amount please write clearly received from total paid account number street town School
    class teacher pupil marks subject result Signed Order Invoice Bill Office BANK POST Solicitors oil Illinois so go
    log bog zoo Soho Bob sell sobs boil silo gloss ISLE SOIL OIL LOGO Zig zag quiz loss ill the quick brown fox jumps
    over lazy dog and a hill of beans, which nobody had asked for; yet it was there, said Lisa. Qty Ltd No
"""
_WORDS = _TEXT.split()


def pages(kind: str, rng: Generator, count: int) -> Iterator[Grey]:
    """`count` pages (height, width) uint8 of one of `KINDS`, 0.1 to 0.8 megapixels each."""
    return (_photographed(_KINDS[kind](_paper(rng), rng), rng) for _ in range(count))


def scribble(rng: Generator) -> Grey:
    """One scribble alone, (72, 72) uint8, white on black."""
    canvas = np.zeros((72, 72), np.uint8)
    stroke = _STROKES[int(rng.integers(len(_STROKES)))](rng)
    stroke = (stroke - stroke.min(axis=0)) / np.ptp(stroke, axis=0).max() * 60 + 6
    points = np.round(stroke).astype(np.int32)
    cv2.polylines(canvas, [points], False, 255, int(rng.integers(1, 5)), cv2.LINE_AA)
    return canvas


def _empty(paper: Field, _: Generator) -> Field:
    return paper


def _scribbled(paper: Field, rng: Generator) -> Field:
    """Tangles, spirals, hatching, waves and crossings-out, none of them simple enough to pass for a digit."""
    ink = np.zeros(paper.shape, np.float32)
    for _ in range(int(rng.integers(1, 6))):
        size = min(paper.shape) * rng.uniform(0.12, 0.45)
        stroke = _STROKES[int(rng.integers(len(_STROKES)))](rng) * size
        place = rng.uniform(0.05, 0.75, 2) * paper.shape[::-1]
        thick = max(1, round(size * rng.uniform(0.01, 0.05)))
        cv2.polylines(ink, [np.round(stroke + place).astype(np.int32)], False, 1.0, thick, cv2.LINE_AA)
    return _inked(paper, ink, rng)


def _printed(paper: Field, rng: Generator) -> Field:
    """Lines of words in one face, or a single word."""
    height, width = paper.shape
    size = int(np.exp(rng.uniform(np.log(16), np.log(64))))
    sheet = Image.new("L", (width, height), 0)
    pen, face = ImageDraw.Draw(sheet), faces.any_of(rng, size)
    lines = 1 if rng.random() < 0.25 else height // (2 * size)
    for row in range(lines):
        words = " ".join(rng.choice(_WORDS, int(rng.integers(1, 8))))
        pen.text((size, size * (0.5 + 1.7 * row)), words.upper() if rng.random() < 0.15 else words, fill=255, font=face)
    return _inked(paper, np.asarray(np.asarray(sheet, np.float32) / 255, np.float32), rng)


def _inked(paper: Field, ink: Field, rng: Generator) -> Field:
    return np.asarray(paper * (1 - ink * np.float32(rng.uniform(0.45, 0.9))), np.float32)


def _paper(rng: Generator) -> Field:
    """A sheet of a tone: plain, ruled, squared, with empty cells, patterned or stained."""
    height, width = (int(v) for v in rng.integers((240, 360), (800, 1000)))
    sheet = np.full((height, width), rng.uniform(0.6, 0.97), np.float32)
    return _PAPERS[int(rng.integers(len(_PAPERS)))](sheet, rng)


def _plain(sheet: Field, _: Generator) -> Field:
    return sheet


def _ruled(sheet: Field, rng: Generator) -> Field:
    step = int(rng.integers(18, 70))
    for y in range(step, sheet.shape[0], step):
        cv2.line(
            sheet, (0, y), (sheet.shape[1], y + int(rng.integers(-2, 3))), 0.6 * float(sheet[0, 0]), 1, cv2.LINE_AA
        )
    return sheet


def _squared(sheet: Field, rng: Generator) -> Field:
    step, level = int(rng.integers(14, 60)), float(rng.uniform(0.6, 0.85)) * float(sheet[0, 0])
    sheet[step::step] = level
    sheet[:, step::step] = level
    return sheet


def _cells(sheet: Field, rng: Generator) -> Field:
    """An empty table: dark lines, wide cells."""
    down, across, thick = int(rng.integers(30, 90)), int(rng.integers(50, 160)), int(rng.integers(1, 4))
    for y in range(down // 2, sheet.shape[0], down):
        cv2.line(sheet, (across // 2, y), (sheet.shape[1] - across // 2, y), 0.25, thick)
    for x in range(across // 2, sheet.shape[1], across):
        cv2.line(sheet, (x, down // 2), (x, sheet.shape[0] - down // 2), 0.25, thick)
    return sheet


def _patterned(sheet: Field, rng: Generator) -> Field:
    """Fine waves over one another, as printed on cheques."""
    y, x = np.mgrid[: sheet.shape[0], : sheet.shape[1]].astype(np.float32)
    for _ in range(3):
        period, angle, bend = rng.uniform(5, 14), rng.uniform(0, np.pi), rng.uniform(0, 6)
        along = x * np.cos(angle) + y * np.sin(angle) + bend * np.sin((x - y) / rng.uniform(15, 50))
        sheet = sheet * (1 - np.float32(rng.uniform(0.05, 0.14)) * (np.sin(2 * np.pi * along / period) > 0.4))
    return np.asarray(sheet, np.float32)


def _stained(sheet: Field, rng: Generator) -> Field:
    """Crumpled and blotched paper: soft spots of several sizes."""
    for cells in (3, 8, 20):
        spots = rng.normal(0, 0.04, (cells, cells)).astype(np.float32)
        sheet = sheet + cv2.resize(spots, sheet.shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(sheet, 0.1, 1), np.float32)


def _photographed(page: Field, rng: Generator) -> Grey:
    """Uneven light or a shadow's edge, a slight turn, blur, noise, JPEG; now and then light on dark."""
    height, width = page.shape
    y, x = np.mgrid[: page.shape[0], : page.shape[1]].astype(np.float32)
    light = 1 + rng.normal(0, 0.12) * (x / width - 0.5) + rng.normal(0, 0.12) * (y / height - 0.5)
    if rng.random() < 0.3:
        edge = (x - width * rng.uniform(0.2, 0.8)) + (y - height / 2) * rng.normal(0, 0.4)
        light = light * (1 - rng.uniform(0.1, 0.4) / (1 + np.exp(np.clip(-edge / rng.uniform(3, 40), -30, 30))))
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.normal(0, 1.5), 1.0)
    seen = cv2.warpAffine(page, turn, (width, height), borderMode=cv2.BORDER_REPLICATE) * light
    seen = cv2.GaussianBlur(seen, (0, 0), rng.uniform(0.3, 1.2)) + rng.normal(0, rng.uniform(0.003, 0.03), page.shape)
    grey = np.asarray(np.clip(seen * 255, 0, 255), np.uint8)
    grey = np.asarray(255 - grey if rng.random() < 0.15 else grey, np.uint8)
    _done, code = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(45, 96))])
    return np.asarray(cv2.imdecode(code, cv2.IMREAD_GRAYSCALE), np.uint8)


def _tangle(rng: Generator) -> NDArray[np.float64]:
    points = np.repeat(rng.uniform(0, 1, (int(rng.integers(9, 18)), 2)), 12, axis=0)
    kernel = np.ones(12) / 12
    ways = [np.convolve(np.convolve(way, kernel, "valid"), kernel, "valid") for way in points.T]
    return np.stack(ways, axis=1)


def _spiral(rng: Generator) -> NDArray[np.float64]:
    turn = np.linspace(0, 2 * np.pi * rng.uniform(3, 6), 200)
    drift = np.linspace(0, rng.uniform(0.5, 1.5), 200)
    return np.stack([drift + 0.4 * np.cos(turn) + 0.4, 0.4 * np.sin(turn) + 0.4], axis=1) * rng.uniform(0.6, 1)


def _hatching(rng: Generator) -> NDArray[np.float64]:
    x = np.linspace(0, 1.4, int(rng.integers(12, 26)))
    return np.stack([x, np.where(np.arange(len(x)) % 2, 0.8, 0.0) + rng.normal(0, 0.06, len(x))], axis=1)


def _ripple(rng: Generator) -> NDArray[np.float64]:
    x = np.linspace(0, rng.uniform(1.5, 2.5), 200)
    return np.stack([x, 0.4 + 0.12 * np.sin(x * rng.uniform(12, 26)) * (1 + 0.4 * np.sin(3 * x))], axis=1)


def _crossing_out(rng: Generator) -> NDArray[np.float64]:
    corners = np.array([(0, 0.2), (1.6, 0.6), (0.1, 0.7), (1.5, 0.1), (0.2, 0.5), (1.6, 0.35), (0, 0.4)])
    return corners + rng.normal(0, 0.06, corners.shape)


_STROKES = (_tangle, _spiral, _hatching, _ripple, _crossing_out)
_PAPERS = (_plain, _ruled, _squared, _cells, _patterned, _stained)
_KINDS: dict[str, Callable[[Field, Generator], Field]] = {
    "empty": _empty,
    "scribbled": _scribbled,
    "printed": _printed,
}
KINDS = tuple(_KINDS)
