"""How a digit was written: slant, stroke width, proportions, loops and ink, measured on its ink alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import cv2
import numpy as np

from ml.preprocessing import MIN_CONTRAST, Grey

_TALL = 192  # pixels; every glyph is brought to this height, so that a stroke is several pixels wide
_ROOM = 4  # pixels of ground around it, for the distance transform
_SPECK = 0.04  # of the largest piece; smaller ones are dirt, as in preprocessing
_HOLE = 0.0015  # of the picture of the glyph; smaller openings are grain or a rounding of pixels


@dataclass(frozen=True, slots=True)
class WritingStyle:
    """What can be said of the hand, whatever the size of the picture.

    `slant`: degrees from upright, positive to the right.  `stroke_width`: as a share of the ink's height.
    `aspect_ratio`: width through height of the ink.  `loops`: closed ones, such as 1 in a 6 and 2 in an 8.
    `ink_share`: how much of the ink's bounding box is ink, 0 to 1.
    """

    slant: float
    stroke_width: float
    aspect_ratio: float
    loops: int
    ink_share: float

    def as_dict(self) -> dict[str, Any]:
        """The style in the JSON of command line and API."""
        return {
            "slant_degrees": round(self.slant, 1),
            "stroke_width": round(self.stroke_width, 4),
            "aspect_ratio": round(self.aspect_ratio, 3),
            "loops": self.loops,
            "ink_share": round(self.ink_share, 4),
        }


@dataclass(frozen=True, slots=True)
class Hand:
    """The medians over so many `digits` of a page: what single shapes add to the slant evens out."""

    digits: int
    slant: float
    stroke_width: float

    def as_dict(self) -> dict[str, Any]:
        """The hand in the JSON of command line and API."""
        return {
            "digits": self.digits,
            "slant_degrees": round(self.slant, 1),
            "stroke_width": round(self.stroke_width, 4),
        }


def measure(glyph: Grey) -> WritingStyle | None:
    """The style of one glyph (height, width) uint8, light ink on dark ground; None where there is no ink to be seen."""
    mask = _ink(glyph)
    if mask is None:
        return None
    height, width = mask.shape[0] - 2 * _ROOM, mask.shape[1] - 2 * _ROOM
    return WritingStyle(
        slant=_slant(mask),
        stroke_width=_stroke_width(mask) / height,
        aspect_ratio=width / height,
        loops=_loops(mask),
        ink_share=float(mask.sum()) / (height * width),
    )


def hand(styles: Sequence[WritingStyle]) -> Hand | None:
    """What several digits have in common; None of none."""
    if not styles:
        return None
    slants, widths = [style.slant for style in styles], [style.stroke_width for style in styles]
    return Hand(len(styles), median(slants), median(widths))


def _ink(glyph: Grey) -> Grey | None:
    """0 and 1, cut to the ink without specks, its longer side `_TALL` pixels, with ground around it."""
    low, high = int(glyph.min(initial=255)), int(glyph.max(initial=0))
    if high - low < MIN_CONTRAST:
        return None
    middle = (low + high) // 2
    x, y, w, h = cv2.boundingRect(_pieces(glyph, middle))
    margin = (1, 1, 1, 1)  # of ground, so that the soft edge is enlarged with the strokes
    cut = cv2.copyMakeBorder(glyph[y : y + h, x : x + w], *margin, cv2.BORDER_CONSTANT, value=low)
    scale = _TALL / max(w, h)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    size = max(3, round(cut.shape[1] * scale)), max(3, round(cut.shape[0] * scale))
    kept = _pieces(np.asarray(cv2.resize(cut, size, interpolation=method), np.uint8), middle)
    x, y, w, h = cv2.boundingRect(kept)
    room = (_ROOM, _ROOM, _ROOM, _ROOM)
    return np.asarray(cv2.copyMakeBorder(kept[y : y + h, x : x + w], *room, cv2.BORDER_CONSTANT, value=0), np.uint8)


def _pieces(glyph: Grey, level: int) -> Grey:
    """What is lighter than `level`, without specks: 0 and 1."""
    mask = np.asarray(cv2.threshold(glyph, level, 1, cv2.THRESH_BINARY)[1], np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    areas = np.asarray(stats[:, cv2.CC_STAT_AREA])
    areas[0] = 0  # the ground
    return np.asarray((areas >= _SPECK * areas.max())[labels] & (labels > 0), np.uint8)


def _slant(mask: Grey) -> float:
    """The shear after which columns and rows of the ink are uncorrelated, in degrees, from its second moments.

    As characters are deskewed before recognition (Simard and others, 2003).  A shear by t degrees moves it by exactly
    that much.  The digits' own shapes count in: 300 of MNIST's training digits have medians between -9° (4) and 8° (0).
    The shear with the most uneven vertical projection, the other usual measure, differed more: -10° (3) to 17° (7).
    """
    moments = cv2.moments(mask)
    return float(np.degrees(np.arctan2(-moments["mu11"], moments["mu02"])))


def _stroke_width(mask: Grey) -> float:
    """In pixels: twice the way from the strokes' middle lines, the ridges of the distance transform, to the ground."""
    distance = np.asarray(cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE))
    ridge = (distance >= cv2.dilate(distance, np.ones((3, 3), np.uint8))) & (mask > 0)
    return 2 * float(np.median(distance[ridge])) - 0.5  # distances are between the middles of pixels


def _loops(mask: Grey) -> int:
    """Pieces of ground that the ink encloses."""
    count, _labels, stats, _ = cv2.connectedComponentsWithStats(1 - mask, connectivity=4)
    large = np.asarray(stats[1:, cv2.CC_STAT_AREA]) >= _HOLE * mask.size
    return int(large.sum()) - 1 if count > 1 else 0  # the piece around the glyph is none
