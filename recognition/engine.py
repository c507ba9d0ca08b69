"""The only door to the reader: one loaded per worker process, none in web processes."""

from functools import lru_cache
from typing import TYPE_CHECKING, BinaryIO

from ml.images import PictureRejected, open_picture
from ml.page import Page

if TYPE_CHECKING:
    from ml.reader import Reader

__all__ = ["Page", "PictureRejected", "read", "reader"]


@lru_cache(maxsize=1)
def reader() -> "Reader":
    """The reader with the shipped weights; loaded at the first call, which is after the fork."""
    from ml.reader import Reader

    return Reader.load()


def read(picture: BinaryIO) -> Page:
    """Read one stored picture. Raises ml.images.PictureRejected when it does not decode."""
    with open_picture(picture, mode="L") as image:
        return reader().read(image)
