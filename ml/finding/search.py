"""Where to look and at which scale: the finder knows digits of 12 to 90 pixels, best those of about 32."""

from __future__ import annotations

import math

import cv2
import numpy as np

from ml.finding.finder import Finder
from ml.finding.peaks import Candidates, joined
from ml.preprocessing import Grey

BEST = 32.0  # pixels of a digit's height that the finder was trained on most
_LEAST_HEAT = 0.12  # candidates that may become digits by the glyph classifier's word
_PIXELS, _ENLARGED = 1_000_000, 400_000  # of a page as it is searched; what is smaller is enlarged so far at most
_ELSEWHERE = 2.5  # times larger or smaller a page is searched where nothing was found
_SMALL, _CLOSER = 60_000, 1.4  # pixels of a page as searched that is looked at a second time, so many times larger
_TOLERATED = 1.45  # digits so many times larger or smaller than the best are searched again at their own scale


def search(finder: Finder, grey: Grey, tall: float) -> Candidates:
    """Candidates on (height, width) uint8, in its pixels; `tall`: how high digits seem to be, from the ink.

    A page is searched at the scale at which digits should be 32 pixels high, and once more where those found tell
    another scale or nothing was found.
    """
    scale = _scale(grey, tall)
    found = _at(finder, grey, scale)
    sure = found.sure
    if not sure.any():
        scale = _otherwise(grey, scale)
        found = _at(finder, grey, scale)
        return found if not found.sure.any() else _confirmed(finder, grey, found, scale)
    seen = float(np.median(found.boxes[sure, 3])) * scale / BEST
    better = _scale(grey, BEST * seen / scale)
    if max(better / scale, scale / better) < _TOLERATED:
        return _confirmed(finder, grey, found, scale)
    again = _at(finder, grey, better)
    if again.sure.sum() * 1.2 < sure.sum():
        return found
    return _confirmed(finder, grey, again, better)


def _confirmed(finder: Finder, grey: Grey, found: Candidates, scale: float) -> Candidates:
    """With the mean of a second look at a larger scale, where the page is so small that this costs little."""
    if grey.size * scale**2 > _SMALL or not len(found):
        return found
    return joined(found, _at(finder, grey, scale * _CLOSER))


def _scale(grey: Grey, tall: float) -> float:
    """By how much to enlarge a page on which digits are `tall` pixels high."""
    room = min(_PIXELS, max(_ENLARGED, grey.size))
    return min(BEST / max(tall, 4.0), 4.0, math.sqrt(room / grey.size))


def _otherwise(grey: Grey, scale: float) -> float:
    """Where nothing was found: digits run together look higher than they are, specks of dirt lower."""
    return _scale(grey, BEST / (_ELSEWHERE * scale)) if scale <= 1 else max(1.0, scale / _ELSEWHERE)


def _at(finder: Finder, grey: Grey, scale: float) -> Candidates:
    if abs(scale - 1) < 0.08:
        return finder.find(grey, _LEAST_HEAT)
    height, width = grey.shape
    size = max(8, round(width * scale)), max(8, round(height * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    seen = np.asarray(cv2.resize(grey, size, interpolation=method), np.uint8)
    return finder.find(seen, _LEAST_HEAT).placed(0, 0, width / size[0])
