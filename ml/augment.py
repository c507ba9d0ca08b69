"""Training pictures made harder: bent, thinned, thickened, blurred, noisy, cut and crossed by lines.

Follows Simard et al. 2003 (affine and elastic distortions) and the corruptions of MNIST-C (Mu and Gilmer 2019).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.preprocessing import SIDE, Grey

Field = NDArray[np.float32]

_GRID_X, _GRID_Y = np.meshgrid(np.arange(SIDE, dtype=np.float32), np.arange(SIDE, dtype=np.float32))


def augment(frame: Grey, rng: Generator, strength: float = 1.0, neighbour: Grey | None = None) -> Grey:
    """One distorted copy of a (28, 28) uint8 frame, ink 255 on ground 0; one in eight stays as it is.

    `strength` from 0 to 1 scales how far and how often it is distorted; now and then the rim of a `neighbour` shows.
    """
    if rng.random() < 0.125:
        return frame
    ink = _bend(frame, rng, strength)
    for chance, change in _CHANGES:
        if rng.random() < chance * strength:
            ink = change(ink, rng)
    if neighbour is not None and rng.random() < 0.06 * strength:
        ink = _beside(ink, neighbour, rng)
    return ink


def augment_all(frames: NDArray[np.uint8], rng: Generator, strength: float = 1.0) -> NDArray[np.uint8]:
    """Distorted copies of (glyphs, 28, 28) uint8 frames."""
    others = rng.permutation(len(frames))
    pairs = zip(frames, frames[others], strict=True)
    return np.stack([augment(frame, rng, strength, neighbour) for frame, neighbour in pairs])


def _bend(frame: Grey, rng: Generator, strength: float) -> Grey:
    """Affine and elastic distortion in one resampling, about the middle of the frame."""
    angle = np.deg2rad(rng.normal(0, 7 * strength))
    shear = np.clip(rng.normal(0, 0.12 * strength), -0.35, 0.35)
    scale_x, scale_y = 1 + rng.uniform(-0.15, 0.15, 2) * strength
    cos, sin = np.cos(angle), np.sin(angle)
    matrix = np.array([[cos / scale_x, (-sin + shear) / scale_x], [sin / scale_y, cos / scale_y]], np.float32)
    middle = (SIDE - 1) / 2
    shift_x, shift_y = np.clip(rng.normal(0, 0.8 * strength, 2), -3, 3)
    dx, dy = _GRID_X - middle, _GRID_Y - middle
    map_x = matrix[0, 0] * dx + matrix[0, 1] * dy + np.float32(middle + shift_x)
    map_y = matrix[1, 0] * dx + matrix[1, 1] * dy + np.float32(middle + shift_y)
    if rng.random() < 0.5 * strength:
        reach = rng.uniform(0.2, 0.9)
        map_x, map_y = map_x + _wave(rng, reach), map_y + _wave(rng, reach)
    return np.asarray(cv2.remap(frame, map_x, map_y, cv2.INTER_LINEAR), np.uint8)


def _wave(rng: Generator, strength: float) -> Field:
    """A smooth field of displacements in pixels, (28, 28)."""
    coarse = rng.normal(0, strength, (5, 5)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC), np.float32)


def _change_stroke(ink: Grey, rng: Generator) -> Grey:
    kernel = cv2.getStructuringElement(cv2.MORPH_CROSS if rng.random() < 0.5 else cv2.MORPH_RECT, (3, 3))
    changed = cv2.dilate(ink, kernel) if rng.random() < 0.55 else cv2.erode(ink, kernel)
    share = rng.uniform(0.2, 0.9)
    return np.asarray(cv2.addWeighted(changed, share, ink, 1 - share, 0), np.uint8)


def _cross_with_line(ink: Grey, rng: Generator) -> Grey:
    """What is left of a ruled line or of a cell's border."""
    crossed = ink.copy()
    at, slope = int(rng.integers(0, SIDE)), int(rng.integers(-2, 3))
    level = int(rng.integers(60, 256))
    start, end = ((0, at), (SIDE - 1, at + slope)) if rng.random() < 0.6 else ((at, 0), (at + slope, SIDE - 1))
    if 7 < at < 20 and rng.random() < 0.7:  # through the middle rarely: there it changes what is read
        return ink
    cv2.line(crossed, start, end, level, 1, cv2.LINE_AA)
    return crossed


def _cut_corner(ink: Grey, rng: Generator) -> Grey:
    cut = ink.copy()
    size = int(rng.integers(3, 8))
    x, y = rng.integers(2, SIDE - size - 2, 2)
    cut[y : y + size, x : x + size] = 0
    return cut


def _beside(ink: Grey, neighbour: Grey, rng: Generator) -> Grey:
    """The outermost strokes of a neighbour at the left or right rim, as a box that is too wide lets them in."""
    columns = np.flatnonzero(neighbour.max(axis=0) > 80)
    own = np.flatnonzero(ink.max(axis=0) > 80)
    if not len(columns) or not len(own):
        return ink
    shown, joined = int(rng.integers(1, 4)), ink.copy()
    if rng.random() < 0.5:
        place = max(0, int(own[0]) - int(rng.integers(1, 4)))  # one past the neighbour's last column
        strip = neighbour[:, columns[-1] + 1 - shown : columns[-1] + 1][:, -place:] if place else neighbour[:, :0]
        target = joined[:, place - strip.shape[1] : place]
    else:
        place = min(SIDE, int(own[-1]) + 1 + int(rng.integers(1, 4)))
        strip = neighbour[:, columns[0] : columns[0] + shown][:, : SIDE - place]
        target = joined[:, place : place + strip.shape[1]]
    np.maximum(target, strip, out=target)
    return joined


def _coarsen(ink: Grey, rng: Generator) -> Grey:
    """As a digit of 8 to 16 pixels looks when it is enlarged."""
    side = int(rng.integers(12, 22))
    small = cv2.resize(ink, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR), np.uint8)


def _change_tone(ink: Grey, rng: Generator) -> Grey:
    """Gamma, weaker ink and noise, as faint pens and poor cameras leave them after normalisation."""
    tone = (ink.astype(np.float32) / 255.0) ** rng.uniform(0.6, 1.6) * rng.uniform(0.7, 1.0)
    if rng.random() < 0.6:
        tone = tone + rng.normal(0, rng.uniform(0.02, 0.2), ink.shape).astype(np.float32)
    return np.asarray(np.clip(tone * 255.0, 0, 255), np.uint8)


def _blur(ink: Grey, rng: Generator) -> Grey:
    return np.asarray(cv2.GaussianBlur(ink, (0, 0), rng.uniform(0.3, 1.0)), np.uint8)


_CHANGES = (
    (0.3, _change_stroke),
    (0.1, _cross_with_line),
    (0.05, _cut_corner),
    (0.2, _blur),
    (0.08, _coarsen),
    (0.3, _change_tone),
)
