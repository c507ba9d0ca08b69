"""Any Pillow mode as a person sees it: onto white, eight bits, RGB or grey, reduced in strips to spare memory."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Mode = Literal["RGB", "L"]
_STRIP_PIXELS = 1_000_000
_DIRECT = ("1", "L", "P", "RGB", "CMYK", "YCbCr")
_DEEP = ("I", "F", "I;16", "I;16L", "I;16B", "I;16N")


def as_seen(picture: Image.Image, mode: Mode, target_pixels: int) -> Image.Image:
    """The loaded picture in `mode`, shrunk by a whole number to at most `target_pixels`."""
    width, height = picture.size
    shrink = max(1, math.ceil(math.sqrt(width * height / target_pixels)))
    if shrink == 1 and picture.mode == mode and "transparency" not in picture.info:
        return (
            picture.copy() if type(picture) is Image.Image else Image.frombytes(mode, picture.size, picture.tobytes())
        )
    tone = _Tone(picture, mode)
    rows = max(1, _STRIP_PIXELS // (width * shrink)) * shrink
    size = -(-width // shrink), -(-height // shrink)
    out = np.zeros((size[1], size[0], 3) if mode == "RGB" else (size[1], size[0]), np.uint8)
    for top in range(0, height, rows):
        strip = tone.convert(picture.crop((0, top, width, min(height, top + rows))))
        small = np.asarray(strip.reduce(shrink) if shrink > 1 else strip)
        out[top // shrink : top // shrink + small.shape[0]] = small
    return Image.fromarray(out)


class _Tone:
    """How to show strips of one picture; what depends on the whole picture is measured once."""

    def __init__(self, picture: Image.Image, mode: Mode) -> None:
        self._mode = mode
        self._clear = picture.info.get("transparency")
        self._range = _range(picture) if picture.mode in _DEEP else None
        self._alpha = picture.mode in ("RGBA", "LA", "PA", "RGBa", "La") or self._clear is not None
        self._ground = _ground(picture, self._clear) if self._alpha else 255

    def convert(self, strip: Image.Image) -> Image.Image:
        """One strip in the asked mode."""
        if self._range is not None:
            strip = _shallow(strip, self._range)
        if self._alpha:
            strip = _onto(strip, self._ground, self._clear)
        if strip.mode not in _DIRECT:
            strip = strip.convert("RGB")
        return strip if strip.mode == self._mode else strip.convert(self._mode)


def _range(picture: Image.Image) -> tuple[float, float]:
    """Black and white of a deep picture: sixteen bits as written, numbers up to 1 or 255 as such, else stretched."""
    if picture.mode.startswith("I;16"):
        return 0.0, 65535.0
    extrema = picture.getextrema()
    low, high = (float(np.nan_to_num(float(value))) for value in extrema if not isinstance(value, tuple))
    if low >= 0:
        for white in (1.0, 255.0, 65535.0):
            if high <= white and not (white == 1.0 and picture.mode == "I"):
                return 0.0, white
    return low, max(high, low + 1e-6)


def _shallow(strip: Image.Image, span: tuple[float, float]) -> Image.Image:
    low, high = span
    values = np.nan_to_num(np.asarray(strip, np.float32))
    return Image.fromarray(np.asarray(np.clip((values - low) * (255.0 / (high - low)), 0, 255), np.uint8))


def _ground(picture: Image.Image, clear: object) -> int:
    """White, or black where the ink that can be seen is light and would vanish on white."""
    small = _with_alpha(picture.resize(_thumb(picture.size), Image.Resampling.NEAREST), clear)
    colour = np.asarray(small, np.float32)
    alpha = colour[..., 3] / 255
    if float(alpha.mean()) > 0.98 or float(alpha.sum()) < 1:
        return 255
    light: NDArray[np.float32] = colour[..., :3] @ np.array([0.299, 0.587, 0.114], np.float32)
    return 0 if float((light * alpha).sum() / alpha.sum()) > 170 else 255


def _thumb(size: tuple[int, int]) -> tuple[int, int]:
    shrink = max(1.0, max(size) / 600)
    return max(1, round(size[0] / shrink)), max(1, round(size[1] / shrink))


def _with_alpha(picture: Image.Image, clear: object) -> Image.Image:
    if clear is not None:
        picture.info["transparency"] = clear
    return picture.convert("RGBA")


def _onto(strip: Image.Image, ground: int, clear: object) -> Image.Image:
    seen = _with_alpha(strip, clear)
    sheet = Image.new("RGBA", seen.size, (ground, ground, ground, 255))
    return Image.alpha_composite(sheet, seen).convert("RGB")
