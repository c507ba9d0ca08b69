"""The pictures that these tests send: good ones in every dress, and what people send by mistake or on purpose."""

import io
import random
import struct
import zlib
from functools import cache

import pillow_heif
from PIL import Image, ImageDraw

from tests.drawing import INK, PAPER, encoded, page

NUMBER = "402853"


@cache
def small(digits: str = "7") -> bytes:
    """A single digit, as people send most."""
    return encoded(page(digits))


@cache
def full_page() -> bytes:
    """A page with as many digits as are read at most: reading it takes a while."""
    choose = random.Random(7)
    lines = ["".join(choose.choice("0123456789") for _ in range(80)) for _ in range(40)]
    return encoded(page(*lines, height=50).convert("L"), "JPEG")


# --- One number in every dress ----------------------------------------------------------------------------------------


def dresses() -> dict[str, bytes]:
    """The same number as files of every kind that is taken; all of them look alike to a person."""
    plain = page(NUMBER)
    return {
        "plain.png": encoded(plain),
        "grey.jpg": encoded(plain.convert("L"), "JPEG", quality=92),
        "cmyk.jpg": encoded(plain.convert("CMYK"), "JPEG", quality=92),
        "sixteen-bit.png": encoded(_sixteen_bit(plain)),
        "palette.png": encoded(plain.quantize(16)),
        "one-bit.png": encoded(plain.convert("1", dither=Image.Dither.NONE)),
        "transparent.png": encoded(_ink_on_nothing(plain)),
        "rotated.jpg": _turned(plain),
        "animated.gif": _moving(plain, "GIF"),
        "animated.png": _moving(plain, "PNG"),
        "animated.webp": _moving(plain, "WEBP"),
        "photo.heic": _heic(plain),
        "plain.webp": encoded(plain, "WEBP", quality=90),
        "plain.bmp": encoded(plain, "BMP"),
        "plain.tiff": encoded(plain, "TIFF", compression="tiff_lzw"),
        "cmyk.tiff": encoded(plain.convert("CMYK"), "TIFF"),
        "inverted.png": encoded(Image.eval(plain, lambda value: 255 - value)),
    }


def _sixteen_bit(picture: Image.Image) -> Image.Image:
    """Paper at 40,000 of 65,535, as a scanner gives it."""
    grey = picture.convert("L")
    return Image.merge("L", [grey]).convert("I").point(lambda value: value * 160).convert("I;16")


def _ink_on_nothing(picture: Image.Image) -> Image.Image:
    """Dark ink on full transparency, whose hidden colour is black."""
    ink = picture.convert("L").point(lambda value: 255 - value)
    black = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    black.putalpha(ink)
    return black


def _turned(picture: Image.Image) -> bytes:
    """As a phone held sideways stores it: the pixels lie down, and EXIF says how to set them up."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(picture.transpose(Image.Transpose.ROTATE_90), "JPEG", quality=92, exif=exif.tobytes())


def _moving(picture: Image.Image, encoding: str) -> bytes:
    others = [page("8").resize(picture.size), page("3").resize(picture.size)]
    return encoded(picture, encoding, save_all=True, append_images=others, duration=100)


def _heic(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    pillow_heif.from_pillow(picture).save(buffer, quality=90)
    return buffer.getvalue()


# --- Large ones -------------------------------------------------------------------------------------------------------


@cache
def forty_megapixels(encoding: str) -> bytes:
    """A phone's largest photo: 8000 × 5000, paper with a number and some grain."""
    paper = Image.new("RGB", (8000, 5000), PAPER)
    paper.paste(page(NUMBER, height=900), (800, 1500))
    draw, choose = ImageDraw.Draw(paper), random.Random(3)
    for _ in range(3000):
        x, y = choose.randrange(8000), choose.randrange(5000)
        draw.point([(x, y)], fill=INK)
    return encoded(paper, encoding, **({"quality": 85} if encoding == "JPEG" else {"compress_level": 1}))


@cache
def thirty_thousand_squared() -> bytes:
    """A PNG of 30,000 × 30,000 pixels of one bit, all white: 900 megapixels in a file of 110 kB."""
    line = b"\0" + b"\xff" * (30_000 // 8)
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(line) for _ in range(30_000)) + packer.flush()
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


# --- What is no picture -----------------------------------------------------------------------------------------------


def unacceptable() -> dict[str, tuple[str, bytes, int, str]]:
    """By description: the file's name, its bytes, and the status and code that it is refused with."""
    svg = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><text>7</text></svg>'
    return {
        "text named png": ("number.png", b"seven\n" * 100, 415, "not_a_picture"),
        "truncated JPEG": ("photo.jpg", encoded(page("123"), "JPEG")[:2000], 400, "truncated_picture"),
        "zero bytes": ("empty.png", b"", 400, "empty_file"),
        "900 megapixels": ("large.png", thirty_thousand_squared(), 413, "too_many_pixels"),
        "21 MB": ("long.png", b"\x89PNG\r\n\x1a\n" + bytes(20_500_000), 413, "too_many_bytes"),
        "SVG": ("drawing.svg", svg, 415, "unsupported_format"),
        "HTML": ("page.html", b"<!doctype html><script>alert(7)</script>", 415, "not_a_picture"),
        "PDF": ("form.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", 415, "unsupported_format"),
        "half a header": ("number.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 400, "truncated_picture"),
        "PNG cut in two": ("number.png", encoded(page("123"))[:-400], 400, "truncated_picture"),
    }
