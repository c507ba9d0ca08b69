"""Printed signs in typefaces that training leaves alone (`ml/fonts.py` divides them by family)."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw, ImageFont

from ml.preprocessing import Grey

LETTERS = "acdefhkmnprtuvwxACEFHKLMNPRTUVWXY&#%@?"
LOOKALIKES = "OoQDIlijZzSsBbgqyG"  # 0 0 0 0 1 1 1 1 2 2 5 5 8 6 9 9 4 6, out of context

_FACES = (  # package and file: a hand, a sans and a serif
    ("font_intuitive", "Intuitive"),
    ("font_roboto", "Roboto-Regular"),
    ("font_roboto", "Roboto-Bold"),
    ("font_roboto", "Roboto-LightItalic"),
    ("font_source_serif_pro", "SourceSerifPro-Regular"),
    ("font_source_serif_pro", "SourceSerifPro-Semibold"),
    ("font_source_serif_pro", "SourceSerifPro-It"),
)
_SIDE = 72


def any_of(rng: Generator, size: int) -> ImageFont.FreeTypeFont:
    """One of the faces, in a size of pixels; the packages come with training (requirements/train.in)."""
    return _face(*_FACES[int(rng.integers(len(_FACES)))], size)


def printed(sign: str, rng: Generator) -> Grey:
    """One sign, slightly blurred and grainy, (72, 72) uint8, white on black."""
    sheet, face = Image.new("L", (_SIDE, _SIDE), 0), any_of(rng, int(rng.integers(30, 56)))
    ImageDraw.Draw(sheet).text((_SIDE // 2, _SIDE // 2), sign, 255, face, "mm")
    ink = cv2.GaussianBlur(np.asarray(sheet, np.float32), (0, 0), rng.uniform(0.4, 1.5))
    ink = ink * rng.uniform(0.6, 1) + rng.normal(0, rng.uniform(0, 8), ink.shape)
    return np.asarray(np.clip(ink, 0, 255), np.uint8)


@lru_cache(maxsize=256)
def _face(package: str, name: str, size: int) -> ImageFont.FreeTypeFont:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"The typefaces of {package} are missing: install requirements.txt.")
    return ImageFont.truetype(str(Path(spec.origin).parent / "files" / f"{name}.ttf"), size)
