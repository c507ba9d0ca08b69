"""A picture in the making with the truth about its digits: what the finder is trained and checked on."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.preprocessing import Grey

Field = NDArray[np.float32]
Truth = NDArray[np.float32]
"""(n, 5): left, top, width, height in pixels and value of each digit."""

_SEEN = 0.62  # a digit of which less lies on the picture is neither asked for nor counted as wrong


@dataclass(frozen=True, slots=True)
class Scene:
    """`grey` (height, width) uint8; `digits` that are to be found; `ignored`: boxes in which nothing counts."""

    grey: Grey
    digits: Truth
    ignored: Truth


@dataclass(slots=True)
class Draft:
    """`paper`: grey levels (height, width) float32; `ink`: how much of the light ink takes away, 0 to 1."""

    paper: Field
    ink: Field
    digits: list[tuple[float, float, float, float, float]] = field(default_factory=list)

    @classmethod
    def blank(cls, height: int, width: int, level: float) -> Draft:
        """An empty page of one grey level."""
        return cls(np.full((height, width), level, np.float32), np.zeros((height, width), np.float32))

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.ink.shape[0], self.ink.shape[1]

    def put(self, glyph: Field, left: int, top: int) -> tuple[int, int, int, int] | None:
        """Lay ink (h, w) float32 onto the page; what is beyond its edges is lost.  The place it takes, or None."""
        height, width = self.shape
        x, y = max(0, left), max(0, top)
        right, bottom = min(width, left + glyph.shape[1]), min(height, top + glyph.shape[0])
        if right <= x or bottom <= y:
            return None
        region = self.ink[y:bottom, x:right]
        np.maximum(region, glyph[y - top : bottom - top, x - left : right - left], out=region)
        return x, y, right - x, bottom - y

    def picture(self) -> Field:
        """Ink on paper, (height, width) float32 grey levels."""
        return self.paper * (1 - self.ink)


def truth(rows: list[tuple[float, float, float, float, float]]) -> Truth:
    """(n, 5) of a list that may be empty."""
    return np.array(rows, np.float32).reshape(-1, 5)


def cut_to(digits: Truth, height: int, width: int) -> tuple[Truth, Truth]:
    """Boxes that lie mostly on a picture of this size, cut to it; and the rest of those that touch it."""
    left, top = np.clip(digits[:, 0], 0, width), np.clip(digits[:, 1], 0, height)
    right = np.clip(digits[:, 0] + digits[:, 2], 0, width)
    bottom = np.clip(digits[:, 1] + digits[:, 3], 0, height)
    cut = np.stack([left, top, right - left, bottom - top, digits[:, 4]], axis=1).astype(np.float32)
    share = cut[:, 2] * cut[:, 3] / np.maximum(digits[:, 2] * digits[:, 3], 1e-6)
    return cut[share >= _SEEN], cut[(share > 0) & (share < _SEEN)]


def warped(picture: Field, digits: Truth, turn: NDArray[np.float64], height: int, width: int) -> Scene:
    """The picture seen through the 3×3 homography `turn`, at this size; boxes follow by their middle and sides."""
    seen = cv2.warpPerspective(picture, turn, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    inside, partly = cut_to(_moved(digits, turn), height, width)
    return Scene(np.asarray(np.clip(seen, 0, 255), np.uint8), inside, partly)


def _moved(digits: Truth, turn: NDArray[np.float64]) -> Truth:
    """Boxes through a homography: a slanted stroke fills its box from corner to corner, so half of a slant counts."""
    if not len(digits):
        return digits
    x, y = digits[:, 0] + digits[:, 2] / 2, digits[:, 1] + digits[:, 3] / 2
    middle = _through(x, y, turn)
    across = _through(x + digits[:, 2] / 2, y, turn) - middle
    down = _through(x, y + digits[:, 3] / 2, turn) - middle
    half_width = np.abs(across[:, 0]) + 0.6 * np.abs(down[:, 0])
    half_height = np.abs(down[:, 1]) + 0.6 * np.abs(across[:, 1])
    left, top = middle[:, 0] - half_width, middle[:, 1] - half_height
    return np.column_stack([left, top, 2 * half_width, 2 * half_height, digits[:, 4]]).astype(np.float32)


def _through(x: NDArray[np.floating], y: NDArray[np.floating], turn: NDArray[np.float64]) -> NDArray[np.float64]:
    points = np.stack([x, y, np.ones_like(x)], axis=1).astype(np.float64) @ turn.T
    return np.asarray(points[:, :2] / points[:, 2:], np.float64)


def homography(rng: Generator, height: int, width: int, strength: float) -> NDArray[np.float64]:
    """A small turn, slant, stretch and tilt about the middle of a picture; `strength` 0 to 1."""
    angle = np.radians(rng.normal(0, 2.5 * strength))
    stretch = np.exp(rng.normal(0, 0.08 * strength, 2))
    slant = rng.normal(0, 0.1 * strength)
    cos, sin = np.cos(angle), np.sin(angle)
    linear = np.array([[cos, -sin], [sin, cos]]) @ np.array([[stretch[0], slant], [0.0, stretch[1]]])
    tilt = rng.normal(0, 0.06 * strength, 2) / np.array([width, height]) if rng.random() < 0.4 else np.zeros(2)
    about = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1.0]])
    turn = np.eye(3)
    turn[:2, :2] = linear
    turn[2, :2] = tilt
    return np.asarray(np.linalg.inv(about) @ turn @ about, np.float64)
