"""From ink to glyphs: connected components, gathered where strokes are broken, cut where digits touch."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.ink import Ink
from ml.page import Box
from ml.preprocessing import Grey

MAX_GLYPHS = 400
_SMALL = 0.36  # of the page's digit height: what is smaller both ways is a dot, a comma or dirt
_FLAT = 0.26  # flatter than this share of the digit height and wider than high: a dash
_NEXT = 0.1  # of the digit height: what has a wider gap beside it is no part of it
_MERGED_HEIGHT = 1.3  # pieces one above the other belong together up to this multiple of the digit height
_WIDE = 1.15  # wider than this multiple of its height: perhaps several digits
_MARGIN = 2  # pixels around a glyph that are cut out with it
_Labels = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Glyph:
    """One candidate: where it is and its ink alone (height, width) uint8, light on dark, neighbours blotted out.

    `cut`: whether it is a part of what was found.
    """

    box: Box
    ink: Grey
    cut: bool = False

    @property
    def wide(self) -> bool:
        """Whether it may be several digits that touch."""
        return self.box[2] > _WIDE * self.box[3] and self.box[3] >= 8


@dataclass(slots=True)
class _Piece:
    left: int
    top: int
    right: int
    bottom: int
    area: int
    labels: list[int]

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def take(self, other: _Piece) -> None:
        self.left, self.top = min(self.left, other.left), min(self.top, other.top)
        self.right, self.bottom = max(self.right, other.right), max(self.bottom, other.bottom)
        self.area += other.area
        self.labels += other.labels


def find_glyphs(ink: Ink) -> list[Glyph]:
    """Candidates for digits, in no order, at most 400 (the largest)."""
    labels, stats, origin = _components(ink.mask)
    pieces = _pieces(stats, ink.mask.shape)
    if not pieces:
        return []
    tall = _digit_height(pieces)
    gathered = [piece for piece in _gather(pieces, tall) if not _is_mark(piece, tall)]
    return [_glyph(piece, ink, labels, origin) for piece in gathered]


def digit_height(mask: Grey) -> float | None:
    """How high digits seem to be, in pixels, by the heights of what hangs together; None where there is no ink."""
    pieces = _pieces(_components(mask)[1], mask.shape)
    return _digit_height(pieces) if pieces else None


def _components(mask: Grey) -> tuple[_Labels, NDArray[np.int64], tuple[int, int]]:
    """Labels of the part of the page that has ink, with the margin of a glyph, its left and top, and the statistics.

    Labelling is the dearest step of all, and much of a photograph is bare.
    """
    x, y, w, h = cv2.boundingRect(mask)
    left, top = max(0, x - _MARGIN), max(0, y - _MARGIN)
    inked = mask[top : y + h + _MARGIN, left : x + w + _MARGIN]
    _count, labels, stats, _ = cv2.connectedComponentsWithStats(inked, connectivity=8)
    moved = np.asarray(stats, np.int64) + np.array([left, top, 0, 0, 0])
    return np.asarray(labels, np.int32), moved, (left, top)


def _pieces(stats: NDArray[np.int64], shape: tuple[int, ...]) -> list[_Piece]:
    """Components that may be (parts of) digits, without specks and without what frames the picture."""
    height, width = shape[:2]
    found = []
    for label, (left, top, wide, high, area) in enumerate(stats.tolist()):
        if label == 0 or area < 5 or max(wide, high) < 4:
            continue
        sides = (left <= 1) + (top <= 1) + (left + wide >= width - 1) + (top + high >= height - 1)
        if sides >= 2 and (wide > 0.5 * width or high > 0.5 * height) and sides + (area < 0.3 * wide * high) >= 3:
            continue
        found.append(_Piece(left, top, left + wide, top + high, area, [label]))
    found.sort(key=lambda piece: piece.area, reverse=True)
    return found[:MAX_GLYPHS]


def _digit_height(pieces: list[_Piece]) -> float:
    """The height that most ink on the page has: dirt is many pieces but little ink."""
    upright = [piece for piece in pieces if piece.width < 4 * piece.height] or pieces
    ordered = sorted(upright, key=lambda piece: piece.height)
    weights = np.cumsum([piece.area for piece in ordered])
    return float(ordered[int(np.searchsorted(weights, weights[-1] / 2))].height)


def _gather(pieces: list[_Piece], tall: float) -> list[_Piece]:
    """Join pieces of one broken digit: one above or within the other."""
    kept: list[_Piece] = []
    for piece in sorted(pieces, key=lambda piece: piece.area, reverse=True):
        home = next((other for other in kept if _belongs(piece, other, tall)), None)
        if home is None:
            kept.append(piece)
        else:
            home.take(piece)
    return kept


def _belongs(small: _Piece, large: _Piece, tall: float) -> bool:
    """Whether two pieces are parts of one digit."""
    across = max(small.left, large.left) - min(small.right, large.right)  # positive: a gap, negative: in common
    if across > _NEXT * tall:
        return False
    down = max(small.top, large.top) - min(small.bottom, large.bottom)
    together = max(small.bottom, large.bottom) - min(small.top, large.top)
    if max(small.width, small.height) < 0.15 * tall and down > 0:  # a dot, not a part
        return False
    stacked = -across >= 0.5 * min(small.width, large.width)
    if stacked and down <= 0.22 * tall and together <= _MERGED_HEIGHT * max(tall, min(large.height, 1.5 * tall)):
        return True
    alike = min(small.width, large.width) >= 0.5 * max(small.width, large.width)
    if stacked and alike and down <= 0.08 * together and together <= 1.7 * tall:
        return True
    bar = small.height < 0.5 * tall and small.bottom < large.top + 0.5 * large.height  # as the top of a 5
    return bar and down <= 0.12 * tall and small.width < 1.2 * tall


def _is_mark(piece: _Piece, tall: float) -> bool:
    """A dot, comma, dash or dirt beside digits."""
    if piece.height < 7 and piece.width < 7:
        return True
    if piece.height < _SMALL * tall and piece.width < _SMALL * tall:
        return True
    return piece.height < _FLAT * tall and piece.width > piece.height


def _glyph(piece: _Piece, ink: Ink, labels: _Labels, origin: tuple[int, int]) -> Glyph:
    """Cut out with a margin for the soft edge of the strokes."""
    height, width = ink.mask.shape
    left, top = max(0, piece.left - _MARGIN), max(0, piece.top - _MARGIN)
    right, bottom = min(width, piece.right + _MARGIN), min(height, piece.bottom + _MARGIN)
    window = labels[top - origin[1] : bottom - origin[1], left - origin[0] : right - origin[0]]
    own = np.asarray(np.isin(window, piece.labels) if len(piece.labels) > 1 else window == piece.labels[0], np.uint8)
    soft = cv2.dilate(own, np.ones((3, 3), np.uint8))
    foreign = np.asarray((window > 0) & (own == 0))
    level = ink.level[top:bottom, left:right] * soft
    level[foreign] = 0
    return Glyph((piece.left, piece.top, piece.width, piece.height), np.asarray(level, np.uint8))


def cuts(glyph: Glyph, most: int = 9) -> list[int]:
    """Columns of `glyph.ink` where it may be cut, first and last included.

    Where the glyph is waisted (two round digits touch in a thick place) and where little ink stands in a column.
    """
    height, width = glyph.ink.shape
    mask = glyph.ink > 100
    count = mask.sum(axis=0).astype(np.float64)
    top, bottom = mask.argmax(axis=0), height - mask[::-1].argmax(axis=0)
    waist = np.where(count > 0, bottom - top, 0).astype(np.float64)
    apart = max(3, int(0.22 * height))
    chosen: list[int] = []
    for profile, share in ((waist, 0.7), (count, 0.5)):
        smooth = np.convolve(profile, np.ones(3) / 3, "same")
        for column in (np.argsort(smooth[apart : width - apart], kind="stable") + apart).tolist():
            if smooth[column] > share * height or len(chosen) >= (most // 2 if profile is waist else most):
                break
            if all(abs(column - other) >= apart for other in chosen):
                chosen.append(column)
    return [0, *sorted(chosen), width]


def part(glyph: Glyph, left: int, right: int) -> Glyph | None:
    """The columns `left` to `right` of a glyph as a glyph of its own, cut to its ink; None where there is none."""
    ink = glyph.ink[:, left:right]
    mask = np.asarray(ink > 100, np.uint8)
    x, y, width, height = cv2.boundingRect(mask)
    if width == 0 or height == 0:
        return None
    margin_x, margin_y = _margin(glyph)
    box = (glyph.box[0] - margin_x + left + x, glyph.box[1] - margin_y + y, width, height)
    return Glyph(box, np.ascontiguousarray(ink), cut=True)


def _margin(glyph: Glyph) -> tuple[int, int]:
    """How far the cut-out begins before the box; less than two pixels only at the picture's edge."""
    return min(_MARGIN, glyph.box[0]), min(_MARGIN, glyph.box[1])
