"""Pictures that the tests of the reader draw themselves."""

import io
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.uint8]


def page(lines: Sequence[str], *, paper: int = 235, ink: int = 40, scale: float = 2.0) -> Grey:
    """Lines of plain printed digits, about 22·scale pixels high, with wide gaps where a line has a space."""
    step = round(30 * scale)
    width = max(len(line) for line in lines) * step + 4 * step
    sheet = np.full((round(60 * scale) * len(lines) + step, width), paper, np.uint8)
    for row, line in enumerate(lines):
        for column, sign in enumerate(line):
            place = (step + column * step, round(60 * scale) * (row + 1) - step // 4)
            cv2.putText(sheet, sign, place, cv2.FONT_HERSHEY_SIMPLEX, scale, ink, round(2.5 * scale), cv2.LINE_AA)
    return sheet


def stroke_picture() -> Image.Image:
    """300×200, white, with an upright dark bar at x 40-80, y 40-160."""
    pixels = np.full((200, 300, 3), 255, np.uint8)
    pixels[40:160, 40:80] = (10, 20, 30)
    return Image.fromarray(pixels)


def encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """The picture as a file of this kind."""
    target = io.BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()
