"""Any mode of pixels as a person sees it: onto white, eight bits, RGB or grey, reduced in strips to spare memory."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.picture_formats import shrink_to
from ml.rasters import Raster

Mode = Literal["RGB", "L"]
_STRIP_PIXELS = 150_000
_DIRECT = ("1", "L", "P", "RGB", "CMYK", "YCbCr")
_DEEP = ("I", "F", "I;16", "I;16L", "I;16B", "I;16N")
_WITH_ALPHA = ("RGBA", "LA", "PA", "RGBa", "La")
_LIGHT_INK = 170  # visible ink lighter than this would vanish on white


def as_seen(raster: Raster, mode: Mode, target_pixels: int) -> NDArray[np.uint8] | Image.Image:
    """The whole in the asked mode, shrunk by a whole number to at most `target_pixels`.

    An array (height, width, 3) or (height, width) uint8, of which the caller makes an image when `raster` is gone: both
    beside it would be too much.  What needs no change comes as an image.
    """
    width, height = raster.size
    shrink = shrink_to(width * height, target_pixels)
    tone = _Tone(raster, mode)
    if shrink == 1 and tone.plain:
        return _bare(raster.rows(0, height))
    rows = max(1, _STRIP_PIXELS // (width * shrink)) * shrink
    size = -(-height // shrink), -(-width // shrink)
    out = np.empty((*size, 3) if mode == "RGB" else size, np.uint8)
    for top in range(0, height, rows):
        strip = tone.convert(raster.rows(top, min(height, top + rows)))
        small = np.asarray(strip.reduce(shrink) if shrink > 1 else strip)
        out[top // shrink : top // shrink + small.shape[0]] = small
    return out


def _bare(picture: Image.Image) -> Image.Image:
    picture.info = {}
    return picture


class _Tone:
    """How to show strips of one picture; what depends on the whole picture is measured once."""

    def __init__(self, raster: Raster, mode: Mode) -> None:
        self._mode = mode
        self._clear = raster.clear
        self._range = _range(raster) if raster.mode in _DEEP else None
        self._alpha = raster.mode in _WITH_ALPHA or self._clear is not None
        self._ground = _ground(raster) if self._alpha else 255
        self.plain = raster.mode == mode and not self._alpha  # nothing to be done

    def convert(self, strip: Image.Image) -> Image.Image:
        """One strip in the asked mode."""
        if self._range is not None:
            strip = _shallow(strip, self._range)
        if self._alpha:
            strip = _onto(strip, self._ground, self._clear)
        if strip.mode not in _DIRECT:
            strip = strip.convert("RGB")
        return strip if strip.mode == self._mode else strip.convert(self._mode)


def _range(raster: Raster) -> tuple[float, float]:
    """Black and white of a deep picture: sixteen bits as written, numbers up to 1 or 255 as such, else stretched."""
    if raster.mode.startswith("I;16"):
        return 0.0, 65535.0
    low, high = np.nan_to_num(np.array(raster.span())).tolist()
    if low >= 0:
        for white in (1.0, 255.0, 65535.0):
            if high <= white and not (white == 1.0 and raster.mode == "I"):
                return 0.0, white
    return low, max(high, low + 1e-6)


def _shallow(strip: Image.Image, span: tuple[float, float]) -> Image.Image:
    low, high = span
    values = np.nan_to_num(np.asarray(strip, np.float32))
    return Image.fromarray(np.asarray(np.clip((values - low) * (255.0 / (high - low)), 0, 255), np.uint8))


def _ground(raster: Raster) -> int:
    """White, or black where the ink that can be seen is light and would vanish on white."""
    shrink = max(1.0, max(raster.size) / 600)
    small = raster.sample(max(1, round(raster.size[0] / shrink)), max(1, round(raster.size[1] / shrink)))
    colour = np.asarray(_with_alpha(small, raster.clear), np.float32)
    alpha = colour[..., 3] / 255
    if float(alpha.mean()) > 0.98 or float(alpha.sum()) < 1:
        return 255
    light: NDArray[np.float32] = colour[..., :3] @ np.array([0.299, 0.587, 0.114], np.float32)
    return 0 if float((light * alpha).sum() / alpha.sum()) > _LIGHT_INK else 255


def _with_alpha(picture: Image.Image, clear: Any) -> Image.Image:
    if clear is not None:
        picture.info["transparency"] = clear
    return picture.convert("RGBA")


def _onto(strip: Image.Image, ground: int, clear: Any) -> Image.Image:
    seen = _with_alpha(strip, clear)
    sheet = Image.new("RGBA", seen.size, (ground, ground, ground, 255))
    return Image.alpha_composite(sheet, seen).convert("RGB")
