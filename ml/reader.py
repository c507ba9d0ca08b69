"""The reader: one picture in, a `Page` out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml import marks, splitting
from ml.assembly import Found, assemble
from ml.classifier import CLASSES, DEFAULT_WEIGHTS, Classifier, WeightsMismatch
from ml.decision import PLAIN_GRAIN, Chances, Rule, digits_on_page, may_be_plain, plain
from ml.finding.sightings import Spotter
from ml.ink import Ink, find_ink
from ml.page import Box, Page
from ml.preprocessing import Grey
from ml.segmentation import Glyph, find_glyphs
from ml.trust import Surroundings, Trust

__all__ = ["Reader", "WeightsMismatch"]

WORK_PIXELS = 2_100_000  # larger pictures are read reduced; a 12-pixel digit of a 2-megapixel picture stays one
_TINY = 64  # pictures with a shorter side than this are enlarged, so that strokes are more than a pixel wide


FoundOnPage = tuple[int, int, list[Found], Surroundings]
Digits = tuple[list[Glyph], Chances, NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a picture of `width` × `height` pixels was found to hold when worked on `scale` times as large."""

    width: int
    height: int
    scale: float = 1.0
    glyphs: Sequence[Glyph] = ()
    chances: Chances = field(default_factory=lambda: np.zeros((0, CLASSES)))
    taken: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    around: Surroundings = field(default_factory=Surroundings)

    def box(self, glyph: Glyph) -> Box:
        """A glyph's box in pixels of the picture as given."""
        return _scaled(glyph.box, self.scale, self.width, self.height)


class Reader:
    """Reads pictures with the loaded networks.  Keeps nothing between pictures; one reader for one thread.

    A clean picture is read by its ink alone; where that leaves a doubt, the learned finder looks at the picture itself.
    """

    def __init__(self, classifier: Classifier, spotter: Spotter | None = None) -> None:
        self.classifier, self.spotter = classifier, spotter
        self.model_version = classifier.model_version + (f"+{spotter.finder.model_version}" if spotter else "")
        self._rule = Rule.of_card(classifier.card)
        self.trust = Trust.of_card(spotter.card if spotter else classifier.card)

    @classmethod
    def load(cls, path: Path = DEFAULT_WEIGHTS, *, threads: int = 1) -> Reader:
        """The reader with the weights at `path`, and the finder's if they lie beside them.

        Raises WeightsMismatch where weights and card do not agree.
        """
        classifier = Classifier.load(path, threads=threads)
        return cls(classifier, Spotter.beside(path, classifier, threads))

    def read(self, image: Image.Image | NDArray[np.uint8]) -> Page:
        """Read a picture: Pillow image, or (height, width) or (height, width, 3) uint8, upright, of any polarity.

        Boxes are in its pixels.  A picture without digits gives a page without digits, never an error.
        """
        return assemble(*self.find(image), self.trust)

    def find(self, image: Image.Image | NDArray[np.uint8]) -> FoundOnPage:
        """What a page is put together from: width and height of the picture, its glyphs, what is around them."""
        seen = self._look(image)
        found = [
            Found(seen.box(glyph), tuple(row), is_digit, glyph.cut)
            for glyph, row, is_digit in zip(seen.glyphs, seen.chances.tolist(), seen.taken.tolist(), strict=True)
        ]
        return seen.width, seen.height, found, seen.around

    def cut_outs(self, image: Image.Image | NDArray[np.uint8]) -> dict[Box, Grey]:
        """What `normalise` made the classified frames of: light ink on dark, by the boxes of `read`'s digits."""
        seen = self._look(image)
        return {seen.box(glyph): glyph.ink for glyph in seen.glyphs}

    def _look(self, image: Image.Image | NDArray[np.uint8]) -> _Seen:
        grey = _grey(image)
        height, width = grey.shape
        work, scale = _to_work_size(grey)
        ink = find_ink(work) or (find_ink(work, rough=True) if self.spotter else None)
        if ink is None:
            return _Seen(width, height)
        glyphs, chances, taken = self._digits(work, ink)
        digits = [glyph.box for glyph, is_digit in zip(glyphs, taken, strict=True) if is_digit]
        pieces = marks.loose(ink.mask, digits, scale)
        around = Surroundings(marks.stray(pieces, digits, ink.inside(digits), scale), ink.grain, pieces)
        return _Seen(width, height, scale, glyphs, chances, taken, around)

    def _digits(self, work: Grey, ink: Ink) -> Digits:
        """Glyphs, their chances (n, 11), and which are digits: by the ink alone where that leaves no doubt."""
        if self.spotter is None:
            return self._by_ink(find_glyphs(ink))[0]
        glyphs = find_glyphs(ink) if ink.grain <= PLAIN_GRAIN else []
        if not ink.ruled and may_be_plain(glyphs):
            alone, sure = self._by_ink(glyphs)
            if sure:
                return alone
        return self.spotter.spot(work, ink, glyphs)

    def _by_ink(self, glyphs: list[Glyph]) -> tuple[Digits, bool]:
        """What the classifier says of the ink's pieces, cut where they seem glued; and whether that leaves no doubt."""
        cut, chances = splitting.classify(glyphs, self.classifier)
        taken = digits_on_page(chances, [glyph.box for glyph in cut], self._rule.page)
        return (cut, chances, taken), plain(chances)


def _grey(image: Image.Image | NDArray[np.uint8]) -> Grey:
    if isinstance(image, Image.Image):
        return np.asarray(image if image.mode == "L" else image.convert("L"), np.uint8)
    if image.ndim == 2:
        return np.ascontiguousarray(image)
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(image[..., :3]), cv2.COLOR_RGB2GRAY), np.uint8)


def _to_work_size(grey: Grey) -> tuple[Grey, float]:
    """The picture in the size it is worked on, and by how much that is larger (or smaller) than given."""
    height, width = grey.shape
    scale = min(1.0, math.sqrt(WORK_PIXELS / (height * width)))
    if min(height, width) < _TINY:
        scale = min(4.0, math.ceil(2 * _TINY / min(height, width)), math.sqrt(WORK_PIXELS / (height * width)))
    if scale == 1.0:
        return grey, 1.0
    size = max(1, round(width * scale)), max(1, round(height * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(grey, size, interpolation=method), np.uint8), scale


def _scaled(box: Box, scale: float, width: int, height: int) -> Box:
    """A box of the work picture in pixels of the picture as given, inside it and at least one pixel large."""
    left, top = min(int(box[0] / scale), width - 1), min(int(box[1] / scale), height - 1)
    right, bottom = math.ceil((box[0] + box[2]) / scale), math.ceil((box[1] + box[3]) / scale)
    return left, top, max(1, min(right, width) - left), max(1, min(bottom, height) - top)
