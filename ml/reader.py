"""The reader: one picture in, a `Page` out."""

from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml import marks, splitting
from ml.assembly import Found, assemble
from ml.classifier import DEFAULT_WEIGHTS, Classifier, WeightsMismatch
from ml.decision import Rule, digits_on_page
from ml.ink import find_ink
from ml.page import Box, Page
from ml.preprocessing import Grey
from ml.segmentation import find_glyphs
from ml.trust import Surroundings, Trust

__all__ = ["Reader", "WeightsMismatch"]

WORK_PIXELS = 2_100_000  # larger pictures are read reduced; a 12-pixel digit of a 2-megapixel picture stays one
_TINY = 64  # pictures with a shorter side than this are enlarged, so that strokes are more than a pixel wide


FoundOnPage = tuple[int, int, list[Found], Surroundings]


class Reader:
    """Reads pictures with one loaded network.  Keeps nothing between pictures; one reader for one thread."""

    def __init__(self, classifier: Classifier) -> None:
        self.classifier = classifier
        self.model_version = classifier.model_version
        self._rule, self._trust = Rule.of_card(classifier.card), Trust.of_card(classifier.card)

    @classmethod
    def load(cls, path: Path = DEFAULT_WEIGHTS, *, threads: int = 1) -> Reader:
        """The reader with the weights at `path`.  Raises WeightsMismatch where weights and card do not agree."""
        return cls(Classifier.load(path, threads=threads))

    def read(self, image: Image.Image | NDArray[np.uint8]) -> Page:
        """Read a picture: Pillow image, or (height, width) or (height, width, 3) uint8, upright, of any polarity.

        Boxes are in its pixels.  A picture without digits gives a page without digits, never an error.
        """
        return assemble(*self.find(image), self._trust)

    def find(self, image: Image.Image | NDArray[np.uint8]) -> FoundOnPage:
        """What a page is put together from: width and height of the picture, its glyphs, what is around them."""
        grey = _grey(image)
        height, width = grey.shape
        work, scale = _to_work_size(grey)
        ink = find_ink(work)
        if ink is None:
            return width, height, [], Surroundings()
        glyphs, chances = splitting.classify(find_glyphs(ink), self.classifier)
        taken = digits_on_page(chances, [glyph.box for glyph in glyphs], self._rule.page)
        digits = [glyph.box for glyph, is_digit in zip(glyphs, taken, strict=True) if is_digit]
        found = [
            Found(_scaled(glyph.box, scale, width, height), tuple(row), is_digit, glyph.cut)
            for glyph, row, is_digit in zip(glyphs, chances.tolist(), taken.tolist(), strict=True)
        ]
        return width, height, found, Surroundings(ink.stray(digits), ink.grain, marks.loose(ink.mask, digits, scale))

    def cut_outs(self, image: Image.Image | NDArray[np.uint8]) -> dict[Box, Grey]:
        """What `normalise` made the classified frames of: light ink on dark, by the boxes of `read`'s digits."""
        grey = _grey(image)
        work, scale = _to_work_size(grey)
        ink = find_ink(work)
        glyphs = splitting.classify(find_glyphs(ink), self.classifier)[0] if ink else []
        return {_scaled(glyph.box, scale, grey.shape[1], grey.shape[0]): glyph.ink for glyph in glyphs}


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
