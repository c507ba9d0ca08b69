"""Explanations as PNG files: the glyph as the network saw it, the heat over it, the first layer's feature maps.

Orange and blue, which people who confuse red and green tell apart (Okabe and Ito 2008).
"""

from __future__ import annotations

import io

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.explain import Explanation, Heat
from ml.preprocessing import SIDE, Grey

ENLARGED = 8  # times: pictures of 224 × 224 pixels
ORANGE, BLUE = (213, 94, 0), (0, 114, 178)
_STRONGEST = 230  # alpha of the deepest colour: the stroke below is still to be seen
_INK = 0.65  # darkness of the glyph's ink, so that colours on it can be told apart
_COLUMNS = 8  # feature maps in a row
_GAP = 4  # pixels between them
_MAP_ENLARGED = 2
_BRIGHTEST = 99.5  # per cent of the maps' pixels lie below full black


def pictures(explanation: Explanation) -> dict[str, bytes]:
    """The PNG files by what they show: `glyph` (224 × 224, ink dark on white), `heat` (the same size, to be laid over
    the glyph, clear where nothing depends on it) and `maps` (all feature maps, darker where a filter answers more).
    """
    return {
        "glyph": _png(_glyph(explanation)),
        "heat": _png(heat_over(explanation)),
        "maps": _png(_sheet(explanation.maps)),
    }


def laid_over(explanation: Explanation) -> bytes:
    """The heat on the glyph, in one PNG."""
    glyph = Image.fromarray(_glyph(explanation)).convert("RGBA")
    return _png(np.asarray(Image.alpha_composite(glyph, Image.fromarray(heat_over(explanation)))))


def _glyph(explanation: Explanation) -> Grey:
    return np.asarray(255 - _INK * _enlarged(explanation.frame), np.uint8)


def heat_over(explanation: Explanation) -> NDArray[np.uint8]:
    """(224, 224, 4) uint8: orange on ink that the answer depends on, blue on paper that must stay empty for it."""
    deepest, ink = explanation.scale, _near_ink(explanation.frame)
    stroke = _strength(explanation.heat, deepest) * ink
    gap = _strength(explanation.gaps, deepest) * (1 - ink)
    colours = np.where((stroke >= gap)[..., None], np.array(ORANGE), np.array(BLUE))
    alpha = np.maximum(stroke, gap) * _STRONGEST
    return np.asarray(np.dstack([colours, alpha]), np.uint8)


def _strength(falls: Heat, deepest: float) -> NDArray[np.float64]:
    shares = np.clip(falls.astype(np.float64) / deepest, 0, 1)
    size = (SIDE * ENLARGED, SIDE * ENLARGED)
    return np.asarray(np.clip(cv2.resize(shares, size, interpolation=cv2.INTER_LINEAR), 0, 1))


def _near_ink(frame: Grey) -> NDArray[np.float64]:
    """1 on strokes with their soft edge, 0 on paper."""
    return np.asarray(np.clip(_enlarged(cv2.dilate(frame, np.ones((2, 2), np.uint8))).astype(np.float64) / 96, 0, 1))


def _enlarged(frame: NDArray[np.uint8]) -> Grey:
    size = (SIDE * ENLARGED, SIDE * ENLARGED)
    return np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_NEAREST), np.uint8)


def _sheet(maps: NDArray[np.float32]) -> Grey:
    """All (28, 28, filters) maps on one sheet in one scale, white for nothing."""
    strongest = max(float(np.percentile(maps, _BRIGHTEST)), 1e-6)
    tile = SIDE * _MAP_ENLARGED
    rows = -(-maps.shape[-1] // _COLUMNS)
    sheet = np.full((rows * (tile + _GAP) - _GAP, _COLUMNS * (tile + _GAP) - _GAP), 255, np.uint8)
    for at in range(maps.shape[-1]):
        dark = 255 - 255 * np.clip(maps[..., at] / strongest, 0, 1)
        shown = cv2.resize(dark.astype(np.uint8), (tile, tile), interpolation=cv2.INTER_NEAREST)
        top, left = (at // _COLUMNS) * (tile + _GAP), (at % _COLUMNS) * (tile + _GAP)
        sheet[top : top + tile, left : left + tile] = shown
    return sheet


def _png(pixels: NDArray[np.uint8]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()
