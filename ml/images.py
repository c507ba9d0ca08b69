"""The one decoder of the product: untrusted bytes in, an upright picture in RGB or grey out, or `PictureRejected`.

The type is found by content, every limit is applied to the header before a pixel is decoded, and large pictures are
decoded reduced where the format allows it.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from PIL import Image

from ml import picture_formats as formats
from ml import rasters, tones
from ml.rejections import PictureRejected, megapixels

__all__ = ["Limits", "PictureRejected", "Probe", "open_picture", "probe"]

Mode = Literal["RGB", "L"]
Source = BinaryIO | Path | bytes
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What is taken: bytes of the file, pixels as stored, and the pixels that larger pictures are reduced to.

    `max_decoded_bytes` bounds the memory that decoding takes at its peak (`Probe.decoded_bytes`), for callers who must
    keep theirs: WebP, HEIC, progressive JPEG and TIFF of one strip cannot be decoded reduced.
    """

    max_bytes: int = 20_000_000
    max_pixels: int = 40_000_000
    target_pixels: int = 12_000_000
    min_side: int = 4
    max_decoded_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """What the header says: `width` × `height` as stored, and the memory in bytes that decoding takes at its peak."""

    format: str
    width: int
    height: int
    decoded_bytes: int


def probe(source: Source, limits: Limits = Limits(), *, page: int = 0) -> Probe:
    """Read the header alone and apply every limit.  Raises PictureRejected; a stream is left where it was.

    `page`: which of a TIFF file's pictures, from 0.
    """
    with _Opened(source, limits, page) as opened:
        return opened.probe


def open_picture(source: Source, limits: Limits = Limits(), *, mode: Mode = "RGB", page: int = 0) -> Image.Image:
    """The picture as a person would see it: upright, first frame (of a TIFF: `page`), on white, without metadata.

    At most `limits.target_pixels` large.  `mode="L"` decodes grey at once, which is what the reader needs and costs
    about a third.  Raises PictureRejected with a code and a sentence, and nothing else.
    """
    with _Opened(source, limits, page) as opened:
        try:
            return _decode(opened, limits, mode)
        except PictureRejected:
            raise
        except Exception as error:
            raise _damaged(opened.probe.format) from error


class _Opened:
    """A source with its header read and its limits checked; closes what it opened itself."""

    def __init__(self, source: Source, limits: Limits, page: int = 0) -> None:
        self._own = not hasattr(source, "read")
        self._stream: BinaryIO = _stream(source)
        self._start = self._stream.tell()
        self.picture: Image.Image | None
        try:
            self.picture, self.probe = self._examine(limits, page)
        except BaseException:
            self.__exit__()
            raise

    def __enter__(self) -> _Opened:
        return self

    def __exit__(self, *_: object) -> None:
        if self._own:
            self._stream.close()
        else:
            self._stream.seek(self._start)

    def rewound(self) -> BinaryIO:
        """The stream at the picture's first byte."""
        self._stream.seek(self._start)
        return self._stream

    def _examine(self, limits: Limits, page: int) -> tuple[Image.Image, Probe]:
        size = _size(self._stream, self._start)
        if size == 0:
            raise PictureRejected("empty_file", "This file is empty; send a picture.")
        if size > limits.max_bytes:
            raise PictureRejected(
                "too_many_bytes",
                f"This file has {size / 1e6:.1f} MB; send at most {limits.max_bytes / 1e6:g} MB.",
            )
        head = self._stream.read(formats.HEAD_BYTES)
        kind = formats.recognise(head)
        self._stream.seek(self._start)
        picture = _open(kind, self._stream, page)
        _check_size(picture.size, limits)
        needed = formats.decoded_bytes(kind, picture, limits.target_pixels, head, size)
        _check_memory(kind, picture.size, needed, limits)
        return picture, Probe(kind, *picture.size, needed)


def _stream(source: Source) -> BinaryIO:
    if isinstance(source, bytes):
        return io.BytesIO(source)
    return source.open("rb") if isinstance(source, Path) else source


def _size(stream: BinaryIO, start: int) -> int:
    end = stream.seek(0, io.SEEK_END)
    stream.seek(start)
    return end - start


def _open(kind: str, stream: BinaryIO, page: int) -> Image.Image:
    """Header only.  The plugin's class is called itself: `Image.open` would judge the size by its own limits."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = formats.opener(kind)(stream)
            if page:
                picture.seek(page)
            return picture
    except Exception as error:
        raise _damaged(kind) from error


def _check_size(size: tuple[int, int], limits: Limits) -> None:
    width, height = size
    if width * height > limits.max_pixels:
        raise PictureRejected(
            "too_many_pixels",
            f"This picture has {width}×{height} pixels; send at most {megapixels(limits.max_pixels)} megapixels.",
        )
    if min(size) < limits.min_side:
        raise PictureRejected(
            "too_small",
            f"This picture has {width}×{height} pixels; send at least {limits.min_side}×{limits.min_side}, "
            "better 100 pixels or more for each digit.",
        )


def _check_memory(kind: str, size: tuple[int, int], needed: int, limits: Limits) -> None:
    most = limits.max_decoded_bytes
    if most is None or needed <= most:
        return
    fitting = int(0.9 * size[0] * size[1] * most / needed / 1e6 * 10) / 10  # a part of what is needed does not shrink
    raise PictureRejected(
        "too_many_pixels",
        f"This {kind} file has {size[0]}×{size[1]} pixels and would take {needed / 1e6:.0f} MB to open; send at most "
        f"{fitting:g} megapixels of this kind, or save it as an ordinary JPEG.",
    )


def _damaged(kind: str) -> PictureRejected:
    return PictureRejected(
        "truncated_picture",
        f"This {kind} file is damaged or not complete, its picture cannot be shown; save or send it again.",
    )


def _decode(opened: _Opened, limits: Limits, mode: Mode) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        turn = _TURNS.get(_orientation(opened.picture, opened.probe.format))
        seen = tones.as_seen(_raster(opened, limits, mode), mode, limits.target_pixels)
    picture = seen if isinstance(seen, Image.Image) else Image.fromarray(seen)
    return picture if turn is None else picture.transpose(turn)


def _raster(opened: _Opened, limits: Limits, mode: Mode) -> rasters.Raster:
    """The decoded pixels.  `opened` forgets its picture, so that its memory is free when the caller's copy is made."""
    kind, picture = opened.probe.format, opened.picture
    opened.picture = None
    if kind == "HEIC":
        picture = None  # it holds a copy of the file
        return rasters.heic(opened.rewound())
    assert picture is not None
    if kind == "WebP" and not getattr(picture, "is_animated", False):
        return _webp(opened, picture.mode == "RGBA", limits)
    _draft(picture, limits, mode)
    picture.load()
    return rasters.PillowRaster(picture)


def _webp(opened: _Opened, clear: bool, limits: Limits) -> rasters.Raster:
    large = opened.probe.width * opened.probe.height > limits.target_pixels
    still = rasters.webp(opened.rewound(), clear=clear, halved=large)
    if still is None:
        raise _damaged(opened.probe.format)
    return still


def _draft(picture: Image.Image, limits: Limits, mode: Mode) -> None:
    """Let a JPEG decode itself smaller where it is over the target, and grey where that is asked."""
    width, height = picture.size
    shrink = formats.draft_shrink(width * height, limits.target_pixels)
    grey = mode == "L" and picture.mode in ("RGB", "YCbCr", "L")
    picture.draft("L" if grey else picture.mode, (-(-width // shrink), -(-height // shrink)))


def _orientation(picture: Image.Image | None, kind: str) -> int:
    """EXIF's orientation, 1 where there is none; HEIC and TIFF are turned by their own decoders."""
    if kind in ("HEIC", "TIFF") or picture is None:
        return 1
    try:
        return int(picture.getexif().get(_ORIENTATION, 1))
    except Exception:  # a broken EXIF block must not cost the picture
        return 1
