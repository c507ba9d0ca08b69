"""The pieces of stored pictures that show single numbers, small enough for a page of many."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.core.files.storage import default_storage
from PIL import Image

from recognition.models import Recognition
from recognition.storage import THUMBNAIL

Box = Sequence[int]
MARGIN = 0.25
"""Of a box's height, shown around it: a digit is read better with some paper."""
LARGEST = (600, 160)
"""Pixels of a piece: 300 to an inch at the size at which pages show it."""


class StoreDown(Exception):
    """A picture could not be fetched; it may be there another time."""


def pieces(recognition: Recognition, boxes: Sequence[Box]) -> Iterator[bytes | None]:
    """For each box (x, y, width, height in pixels) its piece as JPEG; None where the picture is gone.

    The picture is decoded once, and only ours are: re-encoded when they came, so of a known size. Raises StoreDown.
    """
    name = str(recognition.image.name or "")
    with _opened(name) as picture:
        for box in boxes:
            yield None if picture is None else _as_jpeg(picture.crop(_with_margin(box, picture.size)))


def whole(recognition: Recognition) -> bytes | None:
    """Its small copy, for pictures without a number; None where it is gone. Raises StoreDown."""
    with _opened(str(recognition.image.name or ""), THUMBNAIL) as picture:
        return None if picture is None else _as_jpeg(picture)


@contextmanager
def _opened(name: str, ending: str = "") -> Iterator[Image.Image | None]:
    content = _content(name + ending) if name else None
    if content is None:
        yield None
        return
    with Image.open(io.BytesIO(content)) as stored:
        yield stored.convert("L" if stored.mode in {"1", "L", "I;16"} else "RGB")


def _content(name: str) -> bytes | None:
    try:
        with default_storage.open(name) as file:
            return bytes(file.read())
    except FileNotFoundError:  # erased at this moment
        return None
    except Exception as problem:
        raise StoreDown(name) from problem


def _with_margin(box: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    x, y, width, height = box
    around = round(MARGIN * height)
    return (max(0, x - around), max(0, y - around), min(size[0], x + width + around), min(size[1], y + height + around))


def _as_jpeg(piece: Image.Image) -> bytes:
    piece.thumbnail(LARGEST)
    content = io.BytesIO()
    piece.save(content, "JPEG", quality=80)
    return content.getvalue()
