"""Twenty-two ways in which a lone digit gets harder to read, each in three severities.

The idea, and most of the names, are MNIST-C's (Mu and Gilmer 2019); the code and the severities are our own.  The
digit keeps its value by design: a person still reads it.  Training's `ml/augment.py` shares no code with this.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.preprocessing import Grey

SEVERITIES: Final = (1, 2, 3)
MARGIN: Final = 8  # empty pixels put around the digit first, so that nothing is turned or moved out of the picture

Ink = NDArray[np.float32]  # (height, width), 0 paper to 1 ink
Change = Callable[[Ink, Generator, float], Ink]


def corrupt(image: Grey, name: str, severity: int, rng: Generator) -> Grey:
    """A corrupted copy of a glyph (H, W) uint8, white ink on black, with `MARGIN` more pixels on each side.

    `name` is one of `NAMES`, `severity` 1 to 3.
    """
    change, strengths = _CORRUPTIONS[name]
    ink = np.pad(image.astype(np.float32) / 255, MARGIN)
    changed = change(np.asarray(ink, np.float32), rng, strengths[severity - 1])
    return np.asarray(np.clip(changed * 255, 0, 255).round(), np.uint8)


def _gaussian_noise(ink: Ink, rng: Generator, sigma: float) -> Ink:
    return ink + rng.normal(0, sigma, ink.shape).astype(np.float32)


def _shot_noise(ink: Ink, rng: Generator, photons: float) -> Ink:
    """As few `photons` fall on a white pixel: the paper, which is bright, is the noisier."""
    return np.asarray(1 - rng.poisson((1 - np.clip(ink, 0, 1) * 0.9) * photons) / photons, np.float32)


def _impulse_noise(ink: Ink, rng: Generator, share: float) -> Ink:
    dice = rng.random(ink.shape)
    return np.asarray(np.where(dice < share / 2, 0, np.where(dice < share, 1, ink)), np.float32)


def _defocus_blur(ink: Ink, _: Generator, radius: float) -> Ink:
    reach = int(np.ceil(radius))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    disk = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1)
    return np.asarray(cv2.filter2D(ink, -1, disk / disk.sum()), np.float32)


def _motion_blur(ink: Ink, rng: Generator, length: float) -> Ink:
    side = int(length) | 1
    kernel = np.zeros((side, side), np.float32)
    kernel[side // 2] = 1
    turned = cv2.getRotationMatrix2D((side // 2, side // 2), rng.uniform(0, 180), 1)
    kernel = cv2.warpAffine(kernel, turned, (side, side))
    return np.asarray(cv2.filter2D(ink, -1, kernel / kernel.sum()), np.float32)


def _rotation(ink: Ink, rng: Generator, degrees: float) -> Ink:
    angle = np.deg2rad(degrees * _sign(rng))
    return _affine(ink, [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _shear(ink: Ink, rng: Generator, amount: float) -> Ink:
    return _affine(ink, [[1, amount * _sign(rng)], [0, 1]])


def _scale(ink: Ink, _: Generator, factor: float) -> Ink:
    """As a camera from farther away sees it: coarser, not only smaller."""
    small = cv2.resize(ink, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return np.pad(small, MARGIN)


def _stretch(ink: Ink, rng: Generator, factor: float) -> Ink:
    wide = rng.random() < 0.5
    return _affine(ink, [[1 / factor if wide else 1, 0], [0, 1 if wide else 1 / factor]])


def _translation(ink: Ink, rng: Generator, pixels: float) -> Ink:
    angle = rng.uniform(0, 2 * np.pi)
    shift = np.array([[1, 0, pixels * np.cos(angle)], [0, 1, pixels * np.sin(angle)]])
    return np.asarray(cv2.warpAffine(ink, shift, ink.shape[::-1]), np.float32)


def _brightness(ink: Ink, _: Generator, paper: float) -> Ink:
    return ink * (1 - paper) + np.float32(paper)


def _contrast(ink: Ink, _: Generator, left: float) -> Ink:
    return (ink - 0.5) * np.float32(left) + 0.5


def _stripes(ink: Ink, rng: Generator, level: float) -> Ink:
    """Bands across the picture, as of a shutter that is out of step with the lamps."""
    period, phase = rng.uniform(5, 9), rng.uniform(0, 9)
    bands = np.asarray((np.arange(ink.shape[0]) + phase) % period < period / 2, np.float32) * np.float32(level)
    bands = bands[:, None] if rng.random() < 0.5 else bands[None, :]
    return np.asarray(np.maximum(ink, np.broadcast_to(bands, ink.shape)), np.float32)


def _fog(ink: Ink, rng: Generator, depth: float) -> Ink:
    """Clouds of several sizes between the paper and the eye."""
    clouds = np.sum([_cloud(ink.shape, cells, rng) / cells for cells in (2, 4, 8)], axis=0)
    thick = np.asarray((clouds - clouds.min()) / np.ptp(clouds) * depth, np.float32)
    return ink * (1 - thick) + thick * np.float32(0.7)


def _spatter(ink: Ink, rng: Generator, drops: float) -> Ink:
    spotted = ink.copy()
    for _ in range(int(drops)):
        x, y = (int(v) for v in rng.integers(0, ink.shape[0], 2))
        cv2.circle(spotted, (x, y), int(rng.integers(0, 2)), float(rng.uniform(0.4, 0.9)), -1, cv2.LINE_AA)
    return spotted


def _straight_line(ink: Ink, rng: Generator, thickness: float) -> Ink:
    """A ruled line, off the middle, through the whole picture."""
    height, width = ink.shape
    at, end = rng.uniform(0.25, 0.75, 2) * height
    line = np.zeros_like(ink)
    cv2.line(line, (0, int(at)), (width - 1, int(at + (end - at) * 0.4)), 1.0, max(1, int(thickness)), cv2.LINE_AA)
    return np.asarray(np.maximum(ink, line * np.float32(min(1.0, thickness))), np.float32)


def _dotted_line(ink: Ink, rng: Generator, level: float) -> Ink:
    dotted = ink.copy()
    at, rise = rng.uniform(0.3, 0.7) * ink.shape[0], rng.uniform(-0.25, 0.25)
    for x in range(1, ink.shape[1], 4):
        cv2.circle(dotted, (x, int(at + rise * x)), 1 if level >= 1 else 0, min(1.0, level), -1, cv2.LINE_AA)
    return np.asarray(np.maximum(ink, dotted), np.float32)


def _zigzag(ink: Ink, rng: Generator, level: float) -> Ink:
    """A thin zigzag line across the picture, as of a seam or a restless pen."""
    x = np.linspace(0, ink.shape[1] - 1, 9)
    middle = rng.uniform(0.3, 0.7) * ink.shape[0]
    y = middle + np.where(np.arange(9) % 2, 1, -1) * rng.uniform(2, 4)
    line = np.zeros_like(ink)
    cv2.polylines(line, [np.stack([x, y], axis=1).round().astype(np.int32)], False, 1.0, 1, cv2.LINE_AA)
    return np.asarray(np.maximum(ink, line * np.float32(level)), np.float32)


def _jpeg(ink: Ink, _: Generator, quality: float) -> Ink:
    grey = np.asarray((1 - np.clip(ink, 0, 1)) * 255, np.uint8)
    _done, code = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, int(quality)])
    return np.asarray(1 - np.asarray(cv2.imdecode(code, cv2.IMREAD_GRAYSCALE), np.float32) / 255, np.float32)


def _thick(ink: Ink, _: Generator, pixels: float) -> Ink:
    return _pen(ink, pixels, cv2.dilate)


def _thin(ink: Ink, _: Generator, pixels: float) -> Ink:
    return _pen(ink, pixels, cv2.erode)


def _wave(ink: Ink, rng: Generator, reach: float) -> Ink:
    """The paper is wavy."""
    y, x = np.mgrid[: ink.shape[0], : ink.shape[1]].astype(np.float32)
    phase, length = rng.uniform(0, 2 * np.pi, 2), rng.uniform(14, 22)
    bent_x = np.asarray(x + reach * np.sin(2 * np.pi * y / length + phase[0]), np.float32)
    bent_y = np.asarray(y + reach * np.sin(2 * np.pi * x / length + phase[1]), np.float32)
    return np.asarray(cv2.remap(ink, bent_x, bent_y, cv2.INTER_LINEAR), np.float32)


def _pen(ink: Ink, pixels: float, change: Callable[..., NDArray[np.float32]]) -> Ink:
    """Strokes thicker or thinner by parts of a pixel on each side: worked on four times as large."""
    large = cv2.resize(ink, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    side = 2 * round(4 * pixels) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(cv2.resize(change(large, kernel), ink.shape[::-1], interpolation=cv2.INTER_AREA), np.float32)


def _affine(ink: Ink, matrix: list[list[float]]) -> Ink:
    """The picture under a 2 × 2 matrix about its middle."""
    middle = (np.array(ink.shape[::-1]) - 1) / 2
    turn = np.array(matrix, np.float64)
    whole = np.column_stack([turn, middle - turn @ middle])
    return np.asarray(cv2.warpAffine(ink, whole, ink.shape[::-1]), np.float32)


def _cloud(shape: tuple[int, ...], cells: int, rng: Generator) -> NDArray[np.float32]:
    coarse = rng.random((cells + 1, cells + 1)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC), np.float32)


def _sign(rng: Generator) -> float:
    return 1.0 if rng.random() < 0.5 else -1.0


_CORRUPTIONS: dict[str, tuple[Change, tuple[float, float, float]]] = {
    "Gaussian noise": (_gaussian_noise, (0.1, 0.2, 0.35)),
    "shot noise": (_shot_noise, (40, 12, 5)),
    "impulse noise": (_impulse_noise, (0.03, 0.08, 0.15)),
    "defocus blur": (_defocus_blur, (1.0, 1.8, 2.6)),
    "motion blur": (_motion_blur, (3, 5, 7)),
    "rotation": (_rotation, (10, 20, 30)),
    "shear": (_shear, (0.2, 0.4, 0.6)),
    "smaller and coarser": (_scale, (0.7, 0.5, 0.4)),
    "narrow or flat": (_stretch, (1.2, 1.5, 1.8)),
    "translation": (_translation, (2, 5, 8)),
    "brightness": (_brightness, (0.3, 0.5, 0.7)),
    "contrast": (_contrast, (0.5, 0.3, 0.15)),
    "stripes": (_stripes, (0.2, 0.35, 0.5)),
    "fog": (_fog, (0.3, 0.6, 0.8)),
    "spatter": (_spatter, (6, 14, 24)),
    "straight line": (_straight_line, (0.4, 0.7, 1.0)),
    "dotted line": (_dotted_line, (0.4, 0.8, 1.0)),
    "zigzag": (_zigzag, (0.35, 0.65, 1.0)),
    "JPEG": (_jpeg, (40, 15, 6)),
    "thick pen": (_thick, (0.5, 1.0, 1.5)),
    "thin pen": (_thin, (0.25, 0.5, 0.75)),
    "wavy paper": (_wave, (0.6, 1.2, 1.8)),
}
NAMES: Final = tuple(_CORRUPTIONS)
