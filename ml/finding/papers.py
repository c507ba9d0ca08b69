"""Paper, light and camera: from white sheets to cheques' security patterns, and what a lens and a file do to them."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.random import Generator

from ml.finding.scene import Draft, Field
from ml.preprocessing import Grey

_BANK = 512


@lru_cache(maxsize=1)
def _noise_bank() -> Field:
    return np.random.default_rng(5).standard_normal((_BANK * 3, _BANK * 3)).astype(np.float32)


def noise(rng: Generator, height: int, width: int) -> Field:
    """Gaussian noise of deviation 1, a window of a bank: drawing it anew would cost more than all else."""
    bank = _noise_bank()
    if height > bank.shape[0] or width > bank.shape[1]:
        return rng.standard_normal((height, width), np.float32)
    top, left = int(rng.integers(bank.shape[0] - height + 1)), int(rng.integers(bank.shape[1] - width + 1))
    return bank[top : top + height, left : left + width]


def paper(rng: Generator, height: int, width: int, clutter: float) -> Draft:
    """A page without writing; `clutter` 0 to 1: how likely texture, patterns and rulings are."""
    draft = Draft.blank(height, width, float(rng.uniform(150, 250)))
    if rng.random() < 0.8 * clutter:
        draft.paper *= 1 + _texture(rng, height, width)
    if rng.random() < 0.5 * clutter:
        draft.paper *= 1 - _waves(rng, height, width)
    return draft


def light(rng: Generator, height: int, width: int, strength: float) -> Field:
    """How the light falls, a factor (height, width): a slope, and sometimes the edge of a shadow."""
    across, down = rng.normal(0, 0.12 * strength, 2)
    x, y = np.linspace(-1, 1, width, dtype=np.float32)[None, :], np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    field = 1 + np.float32(across) * x + np.float32(down) * y
    if rng.random() < 0.25 * strength:
        angle, offset, soft = rng.uniform(0, 6.3), rng.uniform(-0.6, 0.6), rng.uniform(0.02, 0.4)
        side = np.float32(np.cos(angle)) * x + np.float32(np.sin(angle)) * y - np.float32(offset)
        shade = 1 / (1 + np.exp(np.clip(-side / np.float32(soft), -20, 20)))
        field = field * (1 - np.float32(rng.uniform(0.15, 0.55)) * shade)
    return np.asarray(np.clip(field, 0.2, 1.6), np.float32)


def _texture(rng: Generator, height: int, width: int) -> Field:
    """Grain of the paper, fine or cloudy, often stretched one way like fibres."""
    coarse = float(np.exp(rng.uniform(0, 1.6)))
    ratio = float(np.exp(rng.normal(0, 0.6)))
    rows, columns = max(2, int(height / coarse / ratio)), max(2, int(width / coarse * ratio))
    rows, columns = min(rows, height), min(columns, width)
    grain = cv2.resize(noise(rng, rows, columns), (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(grain * np.float32(rng.uniform(0.01, 0.07)), np.float32)


def _waves(rng: Generator, height: int, width: int) -> Field:
    """Fine wavy lines, once or twice across each other, as on cheques."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    pattern = np.zeros((height, width), np.float32)
    for _ in range(int(rng.integers(1, 4))):
        angle = rng.normal(0, 0.25) + (np.pi / 2 if rng.random() < 0.25 else 0)
        along, off = np.cos(angle) * x + np.sin(angle) * y, np.cos(angle) * y - np.sin(angle) * x
        bend = rng.uniform(0, 9) * np.sin(along / rng.uniform(8, 60) + rng.uniform(0, 6))
        period, thin = rng.uniform(3.5, 14), rng.uniform(1, 8)
        wave = np.exp(thin * (np.cos(2 * np.pi * (off + bend) / period) - 1)) * rng.uniform(0.05, 0.4)
        pattern = np.maximum(pattern, wave.astype(np.float32))
    return pattern


def rule(draft: Draft, rng: Generator, pitch: float) -> None:
    """Ruled lines, squares or a table over the page: lines `pitch` pixels apart, crossing whatever is written."""
    height, width = draft.shape
    dark, thick = float(rng.uniform(0.15, 0.8)), int(rng.choice([1, 1, 2, 3]))
    kind = int(rng.integers(3))
    if kind == 1:
        pitch *= rng.uniform(0.35, 0.8)  # squared paper: several squares a digit
        dark *= 0.6
        thick = min(thick, 2)
    for y in np.arange(rng.uniform(0, pitch), height, pitch * (1.0 if kind else rng.uniform(0.9, 1.3))):
        region = draft.ink[int(y) : int(y) + thick]
        np.maximum(region, np.float32(dark), out=region)
    if kind:
        wide = pitch if kind == 1 else pitch * rng.uniform(1.0, 4.0)
        for x in np.arange(rng.uniform(0, wide), width, wide):
            region = draft.ink[:, int(x) : int(x) + thick]
            np.maximum(region, np.float32(dark), out=region)


def develop(picture: Field, rng: Generator, strength: float) -> Grey:
    """What camera or scanner and the file make of a picture: contrast, blur, noise, JPEG, sometimes a negative."""
    height, width = picture.shape
    if rng.random() < 0.55 * strength + 0.1:
        sigma = float(rng.uniform(0.3, 0.4 + 1.0 * strength))
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.float32)
    if rng.random() < 0.12 * strength:
        picture = _moved_camera(picture, rng)
    low, high = rng.uniform(0, 60 * strength), rng.uniform(255 - 90 * strength, 255)
    level = np.clip(picture / 255, 0, 1) ** np.float32(np.exp(rng.normal(0, 0.25 * strength)))
    picture = np.asarray(low + level * (high - low), np.float32)
    if rng.random() < 0.7:
        picture = picture + noise(rng, height, width) * np.float32(rng.exponential(4.0 * strength) + 0.3)
    grey = np.asarray(np.clip(picture, 0, 255), np.uint8)
    if rng.random() < 0.5 * strength:
        quality = int(rng.integers(35, 96))
        coded = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        grey = np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.uint8)
    return np.asarray(255 - grey, np.uint8) if rng.random() < 0.14 else grey


def _moved_camera(picture: Field, rng: Generator) -> Field:
    length = int(rng.integers(2, 6))
    kernel = np.zeros((length, length), np.float32)
    slope = float(rng.normal(0, 1))
    for at in range(length):
        kernel[int(np.clip(length / 2 + slope * (at - length / 2), 0, length - 1)), at] = 1
    return np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE), np.float32)
