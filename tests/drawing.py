"""Pictures for tests, drawn by code: digits, blank paper, and the awkward files that people send."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont

PAPER, INK = (250, 248, 240), (20, 20, 60)


def page(*lines: str, height: int = 100, margin: int = 40) -> Image.Image:
    """White paper with lines of printed digits, `height` pixels high."""
    font = ImageFont.load_default(height)
    width = int(max([font.getlength(line) for line in lines] or [200])) + 2 * margin
    picture = Image.new("RGB", (width, int(len(lines) * height * 1.7) + 2 * margin), PAPER)
    draw = ImageDraw.Draw(picture)
    for row, line in enumerate(lines):
        draw.text((margin, margin + row * height * 1.7), line, fill=INK, font=font)
    return picture


def blank(width: int = 400, height: int = 300) -> Image.Image:
    """Paper on which nothing is written."""
    return Image.new("RGB", (width, height), PAPER)


def encoded(picture: Image.Image, encoding: str = "PNG", **options: Any) -> bytes:
    """The picture as a file's bytes."""
    buffer = io.BytesIO()
    picture.save(buffer, encoding, **options)
    return buffer.getvalue()


def upload(content: bytes | None = None, name: str = "number.png") -> SimpleUploadedFile:
    """A file as Django hands it to a view; without content, a picture of a 7."""
    return SimpleUploadedFile(name, encoded(page("7")) if content is None else content)
