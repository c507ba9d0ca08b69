"""Decoded pixels of any origin behind one small face, so that they can be worked through in strips.

Pillow decodes most formats.  WebP goes through OpenCV, because Pillow's animation decoder needs 16 bytes a pixel, and
HEIC through pillow-heif's own buffer, because a Pillow image beside it would double the memory.
"""

from __future__ import annotations

from typing import Any, BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image


class Raster(Protocol):
    """Pixels that are there: `mode` as Pillow names it, `clear` the transparent colour of modes without alpha."""

    mode: str
    size: tuple[int, int]
    clear: Any

    def rows(self, top: int, bottom: int) -> Image.Image:
        """The rows from `top` to before `bottom`."""
        ...

    def sample(self, width: int, height: int) -> Image.Image:
        """The whole in a smaller size, by picking pixels."""
        ...

    def span(self) -> tuple[float, float]:
        """Least and greatest value of a picture with one channel."""
        ...


class PillowRaster:
    """A loaded Pillow image."""

    def __init__(self, picture: Image.Image) -> None:
        self._picture = picture
        self.mode, self.size = picture.mode, picture.size
        self.clear = picture.info.get("transparency")

    def rows(self, top: int, bottom: int) -> Image.Image:
        """See `Raster`."""
        return self._picture.crop((0, top, self.size[0], bottom))

    def sample(self, width: int, height: int) -> Image.Image:
        """See `Raster`."""
        return self._picture.resize((width, height), Image.Resampling.NEAREST)

    def span(self) -> tuple[float, float]:
        """See `Raster`."""
        low, high = (float(value) for value in self._picture.getextrema() if not isinstance(value, tuple))
        return low, high


class ArrayRaster:
    """(height, width) or (height, width, 3 or 4) uint8, RGB order."""

    clear = None

    def __init__(self, pixels: NDArray[np.uint8], *, swapped: bool = False) -> None:
        self._pixels, self._swapped = pixels, swapped
        self.size = pixels.shape[1], pixels.shape[0]
        self.mode = "L" if pixels.ndim == 2 else {2: "LA", 3: "RGB", 4: "RGBA"}[pixels.shape[2]]

    def rows(self, top: int, bottom: int) -> Image.Image:
        """See `Raster`."""
        return self._image(self._pixels[top:bottom])

    def sample(self, width: int, height: int) -> Image.Image:
        """See `Raster`."""
        down = np.arange(height) * self.size[1] // height
        across = np.arange(width) * self.size[0] // width
        return self._image(self._pixels[down[:, None], across[None, :]])

    def span(self) -> tuple[float, float]:
        """See `Raster`."""
        return float(self._pixels.min()), float(self._pixels.max())

    def _image(self, pixels: NDArray[np.uint8]) -> Image.Image:
        if self._swapped and pixels.ndim == 3:
            order = [2, 1, 0, 3][: pixels.shape[2]]
            pixels = pixels[..., order]
        return Image.fromarray(np.ascontiguousarray(pixels))


def webp(stream: BinaryIO, *, clear: bool, halved: bool) -> ArrayRaster | None:
    """A WebP without animation; None where OpenCV cannot decode it.

    `clear`: with its transparency; `halved`: an opaque one in half its width and height, which spares a copy.
    """
    import cv2  # 20 MB of libraries, as below, that the decoder needs for this alone

    opaque = (cv2.IMREAD_REDUCED_COLOR_2 if halved else cv2.IMREAD_COLOR) | cv2.IMREAD_IGNORE_ORIENTATION
    data = np.frombuffer(stream.read(), np.uint8)
    pixels = cv2.imdecode(data, cv2.IMREAD_UNCHANGED if clear else opaque)
    return None if pixels is None else ArrayRaster(np.asarray(pixels, np.uint8), swapped=True)


def heic(stream: BinaryIO) -> ArrayRaster:
    """The main picture of a HEIC file, turned upright by its decoder."""
    import pillow_heif

    return ArrayRaster(np.asarray(pillow_heif.open_heif(stream, convert_hdr_to_8bit=True)))
