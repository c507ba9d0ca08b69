"""Kinds of files by their first bytes, and what decoding each of them takes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import BinaryIO

from PIL import Image

from ml.rejections import PictureRejected

HEAD_BYTES = 4_096
ACCEPTED = "PNG, JPEG, WebP, BMP, TIFF, GIF or HEIC"

_PIXEL_BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2}
_OPENCV = 20_000_000  # bytes: the library, loaded for the first WebP of a process
_STRIPS = 4_000_000  # bytes: strips on their way from one mode to another
_HEIC_BYTES = {True: 4.5, False: 4.95}  # a pixel: brightness, two quarters of colour and RGB; one large tile costs more
HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
"""What may stand behind `ftyp` in a picture that is read."""
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"II+\x00", "TIFF"),
    (b"MM\x00+", "TIFF"),
)
"""How files begin that are read, and what they are."""
OTHER: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"\x00\x00\x01\x00", "an icon"),
    (b"8BPS", "a Photoshop file"),
    (b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture"),
    (b"%!PS", "a PostScript file"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"Rar!", "an archive"),
    (b"7z\xbc\xaf", "an archive"),
    (b"\x1f\x8b", "a compressed file"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"P1\n", "a Netpbm picture"),
    (b"P2\n", "a Netpbm picture"),
    (b"P3\n", "a Netpbm picture"),
    (b"P4\n", "a Netpbm picture"),
    (b"P5\n", "a Netpbm picture"),
    (b"P6\n", "a Netpbm picture"),
)
"""The same of kinds that are known and not read."""


def recognise(head: bytes) -> str:
    """The name of an accepted format.  Raises PictureRejected: unsupported_format or not_a_picture."""
    for magic, kind in MAGIC:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    if head[4:8] == b"ftyp":
        return _boxed(head)
    for magic, name in OTHER:
        if head.startswith(magic):
            raise unsupported(name)
    if b"<svg" in head.lower():
        raise unsupported("an SVG drawing")
    raise PictureRejected("not_a_picture", f"This file is not a picture; send {ACCEPTED}.")


def unsupported(name: str) -> PictureRejected:
    """The refusal of a kind of file that is known but not read."""
    return PictureRejected("unsupported_format", f"This is {name}, which is not read here; send {ACCEPTED}.")


def opener(kind: str) -> Callable[[BinaryIO], Image.Image]:
    """The class that reads this format's header without decoding."""
    if kind == "HEIC":
        return _open_heic
    Image.preinit()
    if kind not in ("PNG", "JPEG", "GIF", "BMP"):
        Image.init()
    factory = Image.OPEN[kind.upper()][0]
    return lambda stream: factory(stream, "")


def decoded_bytes(kind: str, picture: Image.Image, target_pixels: int, head: bytes, file_bytes: int) -> int:
    """About the memory in bytes that decoding takes at its peak; measured figures stand in the decision on decoding."""
    pixels = picture.width * picture.height
    shrink = shrink_to(pixels, target_pixels)
    shown = (3 if shrink > 1 else 4) * pixels // shrink**2
    if kind == "JPEG":
        return 4 * pixels // draft_shrink(pixels, target_pixels) ** 2 + max(shown, _coefficients(picture, pixels))
    if kind == "HEIC":
        return file_bytes + int(pixels * _HEIC_BYTES[b"grid" in head]) + (2 * pixels if picture.mode == "RGBA" else 0)
    if kind == "WebP":
        return 2 * file_bytes + _STRIPS + _OPENCV + _webp(picture, pixels, target_pixels, b"VP8L" in head)
    mapped = file_bytes + _strip(picture) if kind == "TIFF" else 0
    return pixels * _PIXEL_BYTES.get(picture.mode, 4) + shown + _STRIPS + mapped


def shrink_to(pixels: int, target_pixels: int) -> int:
    """The least whole number by which to divide both sides, so that at most `target_pixels` are left."""
    return max(1, math.ceil(math.sqrt(pixels / target_pixels)))


def draft_shrink(pixels: int, target_pixels: int) -> int:
    """The same for a JPEG, which can be decoded smaller by 2, 4 or 8."""
    return next((shrink for shrink in (1, 2, 4) if pixels <= target_pixels * shrink * shrink), 8)


def _webp(picture: Image.Image, pixels: int, target_pixels: int, lossless: bool) -> int:
    """OpenCV returns a copy of what it decoded; only opaque pictures are reduced before that."""
    if getattr(picture, "is_animated", False):
        return 17 * pixels
    if lossless or picture.mode == "RGBA":
        return (7 + (picture.mode == "RGBA")) * pixels
    return 6 * pixels if pixels <= target_pixels else 15 * pixels // 4


def _coefficients(picture: Image.Image, pixels: int) -> int:
    """A progressive JPEG is held whole, two bytes for each sample, until its last scan is in."""
    if not picture.info.get("progressive"):
        return 0
    layers = getattr(picture, "layer", [])
    most = max((across * down for _, across, down, _ in layers), default=1)
    return int(2 * pixels * sum(across * down / most for _, across, down, _ in layers))


def _strip(picture: Image.Image) -> int:
    """A TIFF is decoded one strip or tile at a time; some have a single strip."""
    tags = getattr(picture, "tag_v2", {})
    rows = min(int(tags.get(278, picture.height)), picture.height)
    return int(rows * picture.width * int(tags.get(277, 1)))


def _boxed(head: bytes) -> str:
    """HEIC, AVIF and videos share one container; the brand tells them apart."""
    if head[8:12] in HEIC_BRANDS and b"avif" not in head[8:40]:
        return "HEIC"
    raise unsupported("an AVIF picture" if b"avif" in head[8:40] else "a video")


def _open_heic(stream: BinaryIO) -> Image.Image:
    from pillow_heif import HeifImageFile  # 20 MB of libraries that most pictures do not need

    picture: Image.Image = HeifImageFile(stream)
    return picture
