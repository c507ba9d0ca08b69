"""The only door to the reader: one loaded per worker process, none in web processes."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, BinaryIO

from ml import formats
from ml.images import PictureRejected, open_picture
from ml.page import Box, Page, Placed
from ml.regrouping import SIGNS
from ml.regrouping import regroup as _regroup

if TYPE_CHECKING:
    from ml.explain import Explanation as Explanation
    from ml.reader import Reader

__all__ = ["SIGNS", "Box", "Page", "PictureRejected", "Placed", "explain", "pictures", "read", "reader", "regroup"]


@lru_cache(maxsize=1)
def reader() -> "Reader":
    """The reader with the shipped weights; loaded at the first call, which is after the fork."""
    from ml.reader import Reader

    return Reader.load()


def read(picture: BinaryIO, number_format: str = "") -> Page:
    """Read one stored picture, its numbers as those of a format if one is given.

    Raises ml.images.PictureRejected when it does not decode.
    """
    with open_picture(picture, mode="L") as image:
        page = reader().read(image)
    return formats.apply(formats.parse(number_format), page) if number_format else page


def regroup(width: int, height: int, digits: Sequence[Placed], number_format: str = "") -> tuple[Page, list[Placed]]:
    """Digits as a person says them, in lines and numbers; see ml.regrouping. Needs no model: web processes may."""
    return _regroup(width, height, digits, formats.parse(number_format) if number_format else None)


def explain(picture: BinaryIO, digits: Sequence[tuple[Box, int]], wanted: Sequence[int]) -> "list[Explanation | None]":
    """Explain some of the digits of one stored picture; see ml.explain. Raises ml.images.PictureRejected."""
    from ml.explain import explain

    with open_picture(picture, mode="L") as image:
        return explain(reader(), image, digits, wanted)


def pictures(finding: "Explanation") -> dict[str, bytes]:
    """The PNG files of an explanation, by what they show."""
    from ml.explanation_pictures import pictures

    return pictures(finding)
