"""Glyphs to digits, with wide glyphs cut where the network finds digits on both sides (segmentation by recognition).

All candidates of a picture go through the network as one batch, all cuts of its wide glyphs as a second.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml import segmentation
from ml.classifier import CLASSES, Classifier
from ml.preprocessing import batch, normalise
from ml.segmentation import Glyph

Chances = NDArray[np.float64]
_SURE = 0.85  # every piece of a cut glyph must be read at least as surely
_PIECE = 0.9  # each further piece makes a division less likely by this factor


def classify(glyphs: Sequence[Glyph], classifier: Classifier) -> tuple[list[Glyph], Chances]:
    """The glyphs with their probabilities (n, 11); touching digits come as several glyphs."""
    chances = probabilities(glyphs, classifier)
    wide = [at for at, glyph in enumerate(glyphs) if glyph.wide and chances[at].argmax() == CLASSES - 1]
    divided = dict(zip(wide, _divide([glyphs[at] for at in wide], classifier), strict=True))
    parts: list[tuple[Glyph, Chances]] = []
    for at, glyph in enumerate(glyphs):
        parts += divided.get(at) or [(glyph, chances[at])]
    return [glyph for glyph, _ in parts], np.array([chance for _, chance in parts]).reshape(-1, CLASSES)


def probabilities(glyphs: Sequence[Glyph], classifier: Classifier) -> Chances:
    """(glyphs, 11); a glyph without ink is certainly no digit."""
    frames = [normalise(glyph.ink) for glyph in glyphs]
    inked = [at for at, frame in enumerate(frames) if frame is not None]
    result = np.zeros((len(glyphs), CLASSES))
    result[:, -1] = 1.0
    if inked:
        result[inked] = classifier.probabilities(batch([frame for frame in frames if frame is not None]))
    return result


def _divide(glyphs: Sequence[Glyph], classifier: Classifier) -> list[list[tuple[Glyph, Chances]] | None]:
    """For each glyph its best division into digits, or None where no division convinces."""
    plans = [_spans(glyph) for glyph in glyphs]
    parts = [(at, span, piece) for at, plan in enumerate(plans) for span, piece in plan.items()]
    chances = probabilities([piece for _, _, piece in parts], classifier)
    read: list[dict[tuple[int, int], tuple[Glyph, Chances]]] = [{} for _ in glyphs]
    for (at, span, piece), chance in zip(parts, chances, strict=True):
        if chance.argmax() != CLASSES - 1:
            read[at][span] = (piece, chance)
    return [_best_path(found, segmentation.cuts(glyph)) for glyph, found in zip(glyphs, read, strict=True)]


def _spans(glyph: Glyph) -> dict[tuple[int, int], Glyph]:
    """Pieces between any two cuts that may be one digit by their width."""
    columns = segmentation.cuts(glyph)
    tall = glyph.box[3]
    pieces = {}
    for first, left in enumerate(columns):
        for right in columns[first + 1 :]:
            if 0.15 * tall <= right - left <= 1.25 * tall:
                piece = segmentation.part(glyph, left, right)
                if piece is not None and piece.box[3] >= 0.35 * tall:
                    pieces[left, right] = piece
    return pieces


def _best_path(
    found: dict[tuple[int, int], tuple[Glyph, Chances]], columns: list[int]
) -> list[tuple[Glyph, Chances]] | None:
    """The most likely way from the first to the last cut; None where a piece of it is unsure."""
    best: dict[int, tuple[float, list[tuple[Glyph, Chances]]]] = {columns[0]: (0.0, [])}
    for right in columns[1:]:
        ways = [
            (best[left][0] + float(np.log(found[left, right][1][:10].max() * _PIECE)), left)
            for left in columns
            if left < right and left in best and (left, right) in found
        ]
        if ways:
            score, left = max(ways)
            best[right] = score, [*best[left][1], found[left, right]]
    if columns[-1] not in best:
        return None
    path = best[columns[-1]][1]
    return path if len(path) > 1 and all(chance[:10].max() >= _SURE for _, chance in path) else None
