"""Why a digit was read as it was: what the network's answer depends on, what its first layer sees, how it was written.

The heat map is made by occlusion (Zeiler and Fergus 2014): parts of the glyph are covered, one at a time, and what the
answer's chance loses is noted.  To cover ink means to put paper over it; paper covered by paper changes nothing, so
where there is only paper, a drop of ink is put down instead: a 3 is no 8 because of what is not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml import writing_style
from ml.classifier import Classifier
from ml.page import Box
from ml.preprocessing import SIDE, Grey, batch, normalise
from ml.reader import Reader
from ml.writing_style import Hand, WritingStyle

COVER = 6  # pixels of the frame: as wide as two strokes, so that it covers one wherever it runs
DROP = 4  # pixels: about a stroke's width
STEP = 2  # pixels from one cover to the next: each pixel is covered nine times, and about 100 covers meet the ink
THIRDS = 3  # the map in figures: rows and columns
_INK = 64  # from this level on a pixel of a frame is ink
_PAPER = 24  # up to this level it is paper
_BESIDE = 2  # pixels around the ink within which a drop is tried; further out it would be another mark
NOT_A_DIGIT = 10
LEAST_SCALE = 0.02  # a fall of the chance by less than this stays pale on the map, however little else there is
_OF_A_HAND = 60  # digits; more only take time

Heat = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Spot:
    """One covered place: its middle in pixels of the frame, what the answer's chance loses, what is read instead.

    `row` and `column`: in which third of the ink's box it lies, 0 to 2.  `reads_as`: 0 to 9, or 10 for "not a digit";
    the answer itself where it holds.
    """

    x: float
    y: float
    row: int
    column: int
    fall: float
    reads_as: int

    def as_dict(self) -> dict[str, Any]:
        """The spot in the JSON of command line and API; places are shares of the frame's width and height."""
        return {
            "x": round(self.x / SIDE, 3),
            "y": round(self.y / SIDE, 3),
            "row": self.row,
            "column": self.column,
            "fall": round(self.fall, 4),
            "reads_as": _digit_or_none(self.reads_as),
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """Of one digit that was read as `value`, to which the network alone gives `chance`; alone it `reads_as` something.

    That is something else, 10 for "not a digit", where a format or what is around the digit has overruled it.
    `frame`: (28, 28) uint8, what the network saw.  `heat`: (28, 28) float32, by how much the chance falls where ink is
    covered, below 0 where it rises; `gaps`: the same where ink is put on paper.  `stroke` and `gap`: the places at
    which it falls most.  `thirds`: the most it falls in each ninth of the ink's box, None where there is no ink.
    `maps`: (28, 28, filters) float32, the first layer's.  `hand`: what the page's digits have in common.  `area`: where
    the frame lies in the picture, in its pixels.
    """

    value: int
    chance: float
    reads_as: int
    frame: Grey
    heat: Heat
    gaps: Heat
    stroke: Spot | None
    gap: Spot | None
    thirds: tuple[tuple[float | None, ...], ...]
    maps: NDArray[np.float32]
    style: WritingStyle | None
    hand: Hand | None
    area: tuple[float, float, float, float]

    @property
    def scale(self) -> float:
        """The fall of the chance that has the deepest colour on the map."""
        return max(LEAST_SCALE, float(self.heat.max()), float(self.gaps.max()))

    def as_dict(self) -> dict[str, Any]:
        """The explanation in the JSON of command line and API; the feature maps are pictures only."""
        return {
            "value": self.value,
            "chance": round(self.chance, 4),
            "reads_as": _digit_or_none(self.reads_as),
            "heat": np.round(self.heat.astype(float), 4).tolist(),
            "gaps": np.round(self.gaps.astype(float), 4).tolist(),
            "scale": round(self.scale, 4),
            "stroke": self.stroke.as_dict() if self.stroke else None,
            "gap": self.gap.as_dict() if self.gap else None,
            "thirds": [[None if fall is None else round(fall, 4) for fall in row] for row in self.thirds],
            "filters": int(self.maps.shape[-1]),
            "style": self.style.as_dict() if self.style else None,
            "hand": self.hand.as_dict() if self.hand else None,
            "area": [round(side, 2) for side in self.area],
        }


@dataclass(frozen=True, slots=True)
class _Covers:
    """Where something is covered: (left, top) of each square of `side` pixels, which may reach out of the frame."""

    corners: tuple[tuple[int, int], ...]
    side: int

    def windows(self) -> list[tuple[slice, slice]]:
        """Rows and columns of each."""
        side = self.side
        return [(slice(max(0, y), y + side), slice(max(0, x), x + side)) for x, y in self.corners]


def _digit_or_none(answer: int) -> int | None:
    return answer if answer < NOT_A_DIGIT else None


def explain(
    reader: Reader, image: Image.Image | NDArray[np.uint8], digits: Sequence[tuple[Box, int]], wanted: Sequence[int]
) -> list[Explanation | None]:
    """Explain the `wanted` of `digits`, box and value of all on `image` as `reader.read(image)` gave them.

    None for a digit whose box this reader does not find: it was read by another one.
    """
    cut_outs = reader.cut_outs(image)
    some = digits[:: max(1, round(len(digits) / _OF_A_HAND))]
    styles = [writing_style.measure(cut_outs[box]) for box, _ in some if box in cut_outs]
    hand = writing_style.hand([style for style in styles if style])
    return [
        explain_glyph(reader.classifier, cut_outs[box], box, value, hand) if box in cut_outs else None
        for box, value in (digits[at] for at in wanted)
    ]


def explain_glyph(
    classifier: Classifier, ink: Grey, box: Box, value: int, hand: Hand | None = None
) -> Explanation | None:
    """The explanation of one cut-out that was read as `value`; `box` is where its ink lies in the picture.

    None where there is no ink to be seen.
    """
    frame = normalise(ink)
    if frame is None:
        return None
    inked, paper = _covers(frame)
    copies = [frame, *_covered(frame, inked, 0), *_covered(frame, paper, 255)]
    chances = classifier.probabilities(batch(copies))
    falls = chances[0, value] - chances[:, value]
    on_ink, on_paper = slice(1, 1 + len(inked.corners)), slice(1 + len(inked.corners), None)
    answers = chances.argmax(axis=1)
    return Explanation(
        value=value,
        chance=float(chances[0, value]),
        reads_as=int(answers[0]),
        frame=frame,
        heat=_map(falls[on_ink], inked),
        gaps=_map(falls[on_paper], paper),
        stroke=_spot(frame, falls[on_ink], answers[on_ink], inked),
        gap=_spot(frame, falls[on_paper], answers[on_paper], paper),
        thirds=_thirds(frame, falls[on_ink], inked),
        maps=classifier.first_layer(batch([frame]))[0],
        style=writing_style.measure(ink),
        hand=hand,
        area=_area(frame, box),
    )


def _covers(frame: Grey) -> tuple[_Covers, _Covers]:
    """Where ink is to be covered, and where on paper in and close around the ink a drop is to be put."""
    places = [(x, y) for y in range(1 - STEP, SIDE, STEP) for x in range(1 - STEP, SIDE, STEP)]
    inked = _Covers(tuple(places), COVER)
    with_ink = [corner for corner, at in zip(places, inked.windows(), strict=True) if frame[at].max() >= _INK]
    near = np.zeros_like(frame)
    x, y, w, h = _ink_box(frame)
    near[max(0, y - _BESIDE) : y + h + _BESIDE, max(0, x - _BESIDE) : x + w + _BESIDE] = 1
    drops = _Covers(tuple(places), DROP).windows()
    on_paper = [
        corner
        for corner, at in zip(places, drops, strict=True)
        if frame[at].size and near[at].all() and frame[at].max() <= _PAPER
    ]
    return _Covers(tuple(with_ink), COVER), _Covers(tuple(on_paper), DROP)


def _covered(frame: Grey, covers: _Covers, level: int) -> list[Grey]:
    copies = []
    for at in covers.windows():
        copy = frame.copy()
        copy[at] = level
        copies.append(copy)
    return copies


def _map(falls: NDArray[np.float64], covers: _Covers) -> Heat:
    """For each pixel the mean of what the copies in which it was covered lost; 0 where none was."""
    total, count = np.zeros((SIDE, SIDE)), np.zeros((SIDE, SIDE))
    for fall, at in zip(falls, covers.windows(), strict=True):
        total[at] += fall
        count[at] += 1
    return np.asarray(total / np.maximum(count, 1), np.float32)


def _spot(frame: Grey, falls: NDArray[np.float64], answers: NDArray[np.int64], covers: _Covers) -> Spot | None:
    """The place at which the chance falls most; None where it falls nowhere."""
    if not len(falls) or falls.max() <= 0:
        return None
    most = int(falls.argmax())
    x, y = covers.corners[most][0] + covers.side / 2, covers.corners[most][1] + covers.side / 2
    row, column = _third_of(frame, x, y)
    return Spot(x, y, row, column, float(falls[most]), int(answers[most]))


def _thirds(frame: Grey, falls: NDArray[np.float64], covers: _Covers) -> tuple[tuple[float | None, ...], ...]:
    found: list[list[list[float]]] = [[[] for _ in range(THIRDS)] for _ in range(THIRDS)]
    for fall, (left, top) in zip(falls, covers.corners, strict=True):
        row, column = _third_of(frame, left + covers.side / 2, top + covers.side / 2)
        found[row][column].append(float(fall))
    return tuple(tuple(max(cell, default=None) for cell in row) for row in found)


def _third_of(frame: Grey, x: float, y: float) -> tuple[int, int]:
    """Row and column of a place among the thirds of the ink's box; what lies beside it counts to its rim."""
    left, top, width, height = _ink_box(frame)
    row, column = int(THIRDS * (y - top) / height), int(THIRDS * (x - left) / width)
    return min(max(row, 0), THIRDS - 1), min(max(column, 0), THIRDS - 1)


def _area(frame: Grey, box: Box) -> tuple[float, float, float, float]:
    """The frame's square in the picture: its ink lies on the ink in `box`, middle on middle."""
    x, y, w, h = _ink_box(frame)
    scale = max(box[2:]) / max(w, h)
    left = box[0] + box[2] / 2 - (x + w / 2) * scale
    top = box[1] + box[3] / 2 - (y + h / 2) * scale
    return left, top, SIDE * scale, SIDE * scale


def _ink_box(frame: Grey) -> tuple[int, int, int, int]:
    x, y, w, h = cv2.boundingRect(np.asarray(frame >= _INK, np.uint8))
    return int(x), int(y), max(1, int(w)), max(1, int(h))
