"""Pictures as they are kept: re-encoded by us, in a format that every browser shows, with a thumbnail beside."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

from ml.rejections import PictureRejected

LONGEST_SIDE = 30_000  # pixels; JPEG holds 65,535, browsers show less
THUMBNAIL_SIDE = 240  # pixels
LOSSLESS_FORMATS = {"PNG", "GIF", "BMP", "TIFF"}
LOSSLESS_PIXELS = 2_000_000
LOSSLESS_BYTES_PER_PIXEL = 0.5
"""What came lossless and small stays lossless: drawn and clean pictures. Larger files hold a camera's grain: as PNG
they cost twenty times the time of a JPEG, and five times its room, to keep nothing but noise."""


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """What is stored: upright, without metadata, at most 12 megapixels, in a format that every browser shows."""

    content: bytes
    content_type: str
    thumbnail: bytes
    width: int
    height: int


def check_sides(width: int, height: int) -> None:
    """Raises PictureRejected("too_long") for what could not be kept."""
    if max(width, height) > LONGEST_SIDE:
        told = f"This picture has {width}×{height} pixels; no side may be longer than {LONGEST_SIDE:,}."
        raise PictureRejected("too_long", f"{told} Send it in parts.")


def encoded(picture: Image.Image, kind: str, sent_bytes: int) -> CleanPicture:
    """The picture as it is kept; `kind` names the format it came in, `sent_bytes` how many bytes it had there."""
    encoding, options = _stored_as(picture, kind, sent_bytes)
    small = picture.copy() if max(picture.size) <= THUMBNAIL_SIDE else _reduced(picture)
    return CleanPicture(
        content=_bytes(picture, encoding, **options),
        content_type=f"image/{encoding.lower()}",
        thumbnail=_bytes(small, "JPEG", quality=80),
        width=picture.width,
        height=picture.height,
    )


def _stored_as(picture: Image.Image, kind: str, sent_bytes: int) -> tuple[str, dict[str, int]]:
    """The encoding and its options, by what was sent. JPEG at 95 without subsampling changes no pixel visibly."""
    pixels = picture.width * picture.height
    if kind not in LOSSLESS_FORMATS or pixels > LOSSLESS_PIXELS:
        return "JPEG", {"quality": 90}
    if sent_bytes > LOSSLESS_BYTES_PER_PIXEL * pixels:
        return "JPEG", {"quality": 95, "subsampling": 0}
    return "PNG", {"compress_level": 3}


def _reduced(picture: Image.Image) -> Image.Image:
    """A small copy; the box filter first (`reducing_gap`), which costs a tenth of a full resampling."""
    scale = THUMBNAIL_SIDE / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)


def _bytes(picture: Image.Image, encoding: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, encoding, **options)
    return buffer.getvalue()
